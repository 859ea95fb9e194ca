// Offer and answer as they went over the wire, a fold per media section; the line at fault is marked.
import { h } from './dom.js';

export function descriptions(model) {
  const { offer, answer, summary } = model;
  return h('section.section', { id: 'section-sdp', 'aria-labelledby': 'h-sdp' },
    h('div.headline', {}, h('h2', { id: 'h-sdp', tabindex: '-1' }, 'Offer and answer'), h('p.note', {}, 'Secrets are masked.')),
    h('div.sides', {},
      side('Offer', offer, 'offer', model),
      side('Answer', answer, 'answer', model, summary.outcome === 'refused' ? 'None was made: the offer was refused.' : 'There is none.')));
}

function side(title, text, kind, model, absent = 'It was not kept.') {
  return h('div.side', {}, h('h3', {}, title), text ? sections(text).map((section) => fold(section, kind, model)) : h('p.none', {}, absent));
}

/// The session part and each m-section: {title, note, lines: [{number, text}]}.
function sections(text) {
  const lines = text.replace(/\r?\n$/, '').split(/\r\n|\n|\r/).map((text, index) => ({ number: index + 1, text }));
  const parts = [];
  for (const line of lines) {
    if (!parts.length || line.text.startsWith('m=')) parts.push({ lines: [] });
    parts.at(-1).lines.push(line);
  }
  for (const part of parts) {
    const media = /^m=(\S+) (\S+) (\S+)/.exec(part.lines[0].text);
    const value = (name) => part.lines.find(({ text }) => text.startsWith(`a=${name}:`))?.text.slice(name.length + 3);
    const has = (name) => part.lines.some(({ text }) => text === `a=${name}`);
    const direction = ['sendrecv', 'sendonly', 'recvonly', 'inactive'].find(has);
    part.title = media ? media[1] : 'Session';
    part.note = media ? [value('mid') !== undefined && `mid ${value('mid')}`, direction, media[2] === '0' && 'rejected'].filter(Boolean).join(', ') : '';
  }
  return parts;
}

function fold({ title, note, lines }, kind, { summary, target, folds, redraw }) {
  const key = `${kind}-${lines[0].number}`;
  const problem = kind === 'offer' && summary.refusal?.line ? summary.refusal : null;
  const isOpen = folds.get(key) ?? true;
  return h('details.fold', {
    'data-key': key, open: isOpen, ontoggle: (event) => folds.set(key, event.currentTarget.open),
  },
    h('summary', {}, h('span.name', {}, title), h('span.note', {}, note ? ` ${note}` : ''), h('span.note.lines', {}, `${lines.length} lines`)),
    h('div.sdp', { tabindex: '0', role: 'region', 'aria-label': `${kind}, ${title} ${note}` }, lines.map((line) => {
      const isFault = problem?.line === line.number;
      const isTarget = kind === 'offer' && target?.kind === 'line' && target.ref === String(line.number);
      return [
        h('div.line', { id: kind === 'offer' ? `line-${line.number}` : null, 'data-key': `${key}-${line.number}`, 'data-line': line.number, class: `${isFault ? 'fault' : ''}${isTarget ? ' target' : ''}`, tabindex: isTarget ? '-1' : null },
          isFault ? marked(line.text, problem.column) : content(line.text)),
        isFault ? h('div.problem', { 'data-key': `${key}-problem` }, h('strong', {}, 'Refused here. '), problem.detail, ' ', problem.section ? section(problem.section) : null) : null,
      ];
    })));
}

/// The name of an attribute is quieter than its value.
function content(text) {
  const match = /^(a=[^:]+:?|[a-z]=)(.*)$/s.exec(text);
  return match ? [h('span.key', {}, match[1]), match[2]] : text || '\u200b';
}

function marked(text, column = 1) {
  const start = Math.max(0, column - 1);
  const length = column > 1 ? Math.max(1, text.slice(start).search(/[\s:]|$/)) : text.length;
  return [text.slice(0, start), h('mark', {}, text.slice(start, start + length) || ' '), text.slice(start + length)];
}

/// `RFC 8866 §5.14` as a link to where it stands.
function section(text) {
  const match = /^RFC (\d+)(?: §([\d.]+\w?))?$/.exec(text);
  return match ? h('a', { href: `https://www.rfc-editor.org/rfc/rfc${match[1]}${match[2] ? `#section-${match[2]}` : ''}`, rel: 'noreferrer' }, text) : text;
}
