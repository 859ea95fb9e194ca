// Offer and answer as they went over the wire, a fold per media section; the line at fault is marked.
import { h } from './dom.js';
import { content, marked, rule, sections } from './sdp.js';

export function descriptions(model) {
  const { offer, answer, summary } = model;
  return h('section.section', { id: 'section-sdp', 'aria-labelledby': 'h-sdp' },
    h('div.headline', {}, h('h2', { id: 'h-sdp', tabindex: '-1' }, 'Offer and answer'), h('p.note', {}, 'Secrets are masked.'),
      offer ? h('a.button.small', { href: `#/analyze/${summary.id}` }, 'Analyze this offer') : null),
    h('div.sides', {},
      side('Offer', offer, 'offer', model),
      side('Answer', answer, 'answer', model, summary.outcome === 'refused' ? 'None was made: the offer was refused.' : 'There is none.')));
}

function side(title, text, kind, model, absent = 'It was not kept.') {
  return h('div.side', {}, h('h3', {}, title), text ? sections(text).map((section) => fold(section, kind, model)) : h('p.none', {}, absent));
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
        isFault ? h('div.problem', { 'data-key': `${key}-problem` }, h('strong', {}, 'Refused here. '), problem.detail, ' ', problem.section ? rule(problem.section) : null) : null,
      ];
    })));
}
