// The bearer token: asked for once, kept until the tab is closed, forgotten when told.
import { h } from './dom.js';

const KEY = 'peerscope-token';

export const token = {
  get: () => sessionStorage.getItem(KEY),
  set: (value) => sessionStorage.setItem(KEY, value),
  forget: () => sessionStorage.removeItem(KEY),
};

/// The form that asks for a token; `isWrong` says that the one we had was not accepted.
export function tokenForm(isWrong, onToken) {
  const field = h('input', {
    id: 'token', name: 'token', type: 'password', required: true, autocomplete: 'off', spellcheck: 'false',
    'aria-describedby': 'token-note', 'aria-invalid': isWrong ? 'true' : null,
  });
  return h('form.ask', { 'data-key': isWrong ? 'wrong' : 'ask', onsubmit: (event) => { event.preventDefault(); if (field.value.trim()) onToken(field.value.trim()); } },
    h('h1', {}, 'This server asks for a token'),
    isWrong ? h('p.wrong', { role: 'alert' }, 'The server did not accept that token. Check that it was copied whole.') : null,
    h('label', { for: 'token' }, 'Bearer token'),
    h('div.field', {}, field, h('button.primary', { type: 'submit' }, 'Use it')),
    h('p.note', { id: 'token-note' }, 'It is what the server was started with by ', h('code', {}, '--token'),
      '. It stays in this tab’s memory and is gone when the tab is closed.'));
}
