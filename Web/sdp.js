// A session description as a reader wants it: sections, quiet names, the place at fault, links to where a rule stands.
import { h } from './dom.js';

/// The session part and each m-section: `{ title, note, lines: [{ number, text }] }`. A single line or a fragment is one section.
export function sections(text) {
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

/// The name of an attribute is quieter than its value.
export function content(text) {
  const match = /^(a=[^:]+:?|[a-z]=)(.*)$/s.exec(text);
  return match ? [h('span.key', {}, match[1]), match[2]] : text || '\u200b';
}

/// A line with its fault underlined: from the column (1 and up) to the end of the word, or all of it.
export function marked(text, column = 1) {
  const start = Math.max(0, column - 1);
  const length = column > 1 ? Math.max(1, text.slice(start).search(/[\s:]|$/)) : text.length;
  return [text.slice(0, start), h('mark', {}, text.slice(start, start + length) || ' '), text.slice(start + length)];
}

/// `RFC 8866 §5.14` as a link to where it stands.
export function rule(text) {
  const match = /^RFC (\d+)(?: §([\d.]+\w?))?$/.exec(text);
  return match ? h('a', { href: `https://www.rfc-editor.org/rfc/rfc${match[1]}${match[2] ? `#section-${match[2]}` : ''}`, rel: 'noreferrer' }, text) : text;
}
