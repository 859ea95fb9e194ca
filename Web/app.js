// The page: what the address names, the token, and the stream of all sessions.
import { json } from './api.js';
import { h, render } from './dom.js';
import { age, number, plural } from './format.js';
import { sessionList } from './list.js';
import { mark } from './marks.js';
import { sessionPage } from './session.js';
import { follow } from './stream.js';
import { token, tokenForm } from './token.js';

const [listPane, detailPane, streamState, notice, tools, foot] = ['sessions', 'detail', 'stream', 'notice', 'tools', 'foot'].map((id) => document.getElementById(id));
const panes = document.getElementById('main');
let page = null;
let stop = null;
let isAsking = false;

const list = sessionList(listPane, { onFailure: handle });

// MARK: the address

/// `#/`, `#/sessions/ID`, `#/sessions/ID/timeline`, `#/sessions/ID/pair/CP1`.
function route() {
  const [head, id, kind, ref] = location.hash.replace(/^#\/?/, '').split('/').map(decoded);
  return head === 'sessions' && id ? { id, part: kind ? { kind, ref: ref ?? null } : null } : { id: null, part: null };
}

function decoded(text) {
  try { return decodeURIComponent(text); } catch { return text; }
}

function show() {
  if (isAsking) return;
  const { id, part } = route();
  const before = page?.id ?? null;
  panes.dataset.view = id ? 'session' : 'list';
  detailPane.hidden = !id;
  list.select(id);
  if (id !== before) {
    page?.close();
    page = null;
    render(detailPane);
    if (id) {
      page = sessionPage(detailPane, id, { onFailure: handle, onTitle: (title) => { document.title = `${title} · Peerscope`; } });
      page.aim(part);
      if (!part) scrollTo(0, 0);
    }
  } else if (id) {
    page.aim(part);
  }
  if (!id) document.title = 'Peerscope';
  // Where the list gives way to the session, the focus goes along; beside it, it stays in the list.
  const isListShown = listPane.checkVisibility();
  if (id && id !== before && !isListShown) detailPane.focus({ preventScroll: true });
  if (!id && before) list.row(before)?.focus();
}

// MARK: the token

/// What concerns the whole page: a missing or wrong token. The rest is said where it happened.
function handle(failure) {
  if (failure.status === 401) return ask(token.get() !== null);
  if (failure.status === 403 || failure.status === undefined || failure.status >= 429) say(failure.message);
}

function ask(isWrong) {
  stop?.();
  stop = null;
  page?.close();
  page = null;
  isAsking = true;
  token.forget();
  list.forget();
  panes.dataset.view = 'token';
  detailPane.hidden = false;
  document.title = 'Token · Peerscope';
  setStream(null);
  drawTools();
  render(foot);
  render(detailPane, tokenForm(isWrong, (secret) => {
    token.set(secret);
    isAsking = false;
    render(detailPane);
    start();
  }));
  document.getElementById('token').focus();
}

// MARK: the stream

const WORDS = { open: ['ok', 'Live'], waiting: ['warning', 'Reconnecting'], lost: ['error', 'Server not reached'], refused: ['error', 'Not allowed'] };

function setStream(state) {
  render(streamState, state ? [mark(WORDS[state][0]), WORDS[state][1]] : null);
}

function listen() {
  stop?.();
  stop = follow(() => 'v1/events', {
    onEvent: ({ event, data }) => {
      if (event === 'session') list.change(JSON.parse(data));
      // The stream left something out: read it anew.
      if (event === 'gap') list.load();
    },
    onState: (state, failure) => {
      if (state === 'refused') {
        setStream('refused');
        return handle(failure);
      }
      setStream(state === 'waiting' ? (failure?.status === 0 ? 'lost' : 'waiting') : 'open');
      list.load();
      if (state === 'open') status();
    },
  });
}

// MARK: around it

function say(text) {
  notice.hidden = !text;
  notice.textContent = text ?? '';
}

async function status() {
  try {
    const { version, uptimeSeconds, sessions, history, media } = await json('v1/status');
    say(history.condition === 'ready' ? null : `The history is ${history.condition}${history.text ? `: ${history.text}` : ''}. Live sessions are not affected.`);
    render(foot,
      h('span', {}, `Peerscope ${version}`), h('span', {}, `up ${age(uptimeSeconds * 1000)}`),
      h('span', {}, `${number(sessions.live)} of at most ${plural(sessions.limit, 'live session')}`),
      h('span', {}, `media on ${media.addresses.join(', ')}`),
      h('a', { href: 'openapi.yaml' }, 'API description'),
      // A link cannot send the token.
      token.get() ? null : h('a', { href: 'metrics' }, 'Metrics'));
  } catch {
    // The footer is a courtesy; what is wrong is said elsewhere.
  }
}

const THEMES = { auto: 'Theme: system', light: 'Theme: light', dark: 'Theme: dark' };

function drawTools() {
  const theme = localStorage.getItem('peerscope-theme') ?? 'auto';
  document.documentElement.dataset.theme = theme;
  const names = Object.keys(THEMES);
  render(tools,
    token.get() ? h('button.quiet', { type: 'button', 'data-key': 'forget', onclick: () => ask(false) }, 'Forget the token') : null,
    h('button.quiet', {
      type: 'button', 'data-key': 'theme', onclick: () => {
        localStorage.setItem('peerscope-theme', names[(names.indexOf(theme) + 1) % names.length]);
        drawTools();
      },
    }, THEMES[theme]));
}

document.querySelector('.skip').addEventListener('click', (event) => {
  event.preventDefault();
  (detailPane.hidden ? listPane : detailPane).focus();
});

function start() {
  drawTools();
  show();
  listen();
}

window.addEventListener('hashchange', show);
start();
