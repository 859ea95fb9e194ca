// The same by hand: curl lines for the routes of a session, and text that can be copied.
import { sessionPath, url } from './api.js';
import { h } from './dom.js';
import { token } from './token.js';

/// A line of text with a button that copies it.
export function copyable(text) {
  return h('div.copyable', {}, h('code', {}, text), h('button', { type: 'button', onclick: (event) => copy(text, event.currentTarget) }, 'Copy'));
}

async function copy(text, button) {
  let said = 'Copied';
  try {
    await navigator.clipboard.writeText(text);
  } catch {
    // Without a secure context there is no clipboard; the selected text can be copied by hand.
    const code = button.parentElement.querySelector('code');
    getSelection().selectAllChildren(code);
    said = 'Selected';
  }
  button.textContent = said;
  setTimeout(() => { button.textContent = 'Copy'; }, 1500);
}

/// What a curl line needs where the server asks for a token: never the token itself.
export const authorization = () => token.get() ? ' -H "Authorization: Bearer $TOKEN"' : '';

export function commands({ summary }) {
  const { id } = summary;
  const curl = (part, { options = '', accept = null } = {}) =>
    `curl -s${options}${authorization()}${accept ? ` -H 'Accept: ${accept}'` : ''} '${url(sessionPath(id, part))}'`;
  const lines = [
    ['What happened, in words', curl('/diagnosis', { accept: 'text/plain' })],
    ['States, phases, selected pair, counters', curl('')],
    ['The timeline', curl('/events', { accept: 'text/plain' })],
    summary.state === 'live' ? ['The timeline as it grows', curl('/events', { options: 'N', accept: 'text/event-stream' })] : null,
    ['Candidates and pairs', curl('/ice')],
    ['Statistics', curl('/stats')],
    ['The figures over time', curl('/samples')],
    ['The datagrams, for Wireshark', curl('/packets.pcapng', { options: 'OJ' }).replace('-sOJ', '-sO')],
    ['A dump as Chromium’s webrtc-internals writes it', curl('/dump?format=webrtc-internals', { options: 'OJ' })],
    summary.state === 'live' ? ['End the session', curl('', { options: ' -X DELETE' })] : null,
  ];
  return h('section.section', { id: 'section-curl', 'aria-labelledby': 'h-curl' },
    h('h2', { id: 'h-curl', tabindex: '-1' }, 'With curl'),
    h('dl.commands', {}, lines.filter(Boolean).map(([what, line]) => [h('dt', {}, what), h('dd', {}, copyable(line))])));
}
