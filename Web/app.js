// The page: what the address names, the token, and the stream of all sessions.
import { aggregatesPage } from './aggregates.js';
import { analyzePage } from './analyze.js';
import { json } from './api.js';
import { h, render } from './dom.js';
import { none, parse } from './filter.js';
import { age, number, plural } from './format.js';
import { sessionList } from './list.js';
import { mark } from './marks.js';
import { sessionPage } from './session.js';
import { follow } from './stream.js';
import { token, tokenForm } from './token.js';

const [listPane, detailPane, streamState, notice, tools, foot, places] = ['sessions', 'detail', 'stream', 'notice', 'tools', 'foot', 'places'].map((id) => document.getElementById(id));
const panes = document.getElementById('main');
let page = null;
/// What the page shows: a view, and the session it is about.
let shown = { view: null, id: null };
let stop = null;
let isAsking = false;

const list = sessionList(listPane, { onFailure: handle, onFilter: write });

// MARK: the address

const VIEWS = { sessions: sessionPage, analyze: (target, id, actions) => analyzePage(target, id, actions), statistics: (target, _, actions) => aggregatesPage(target, actions) };
const PLACES = [['list', '#/', 'Sessions'], ['analyze', '#/analyze', 'Analyze'], ['statistics', '#/statistics', 'Statistics']];

/// `#/?outcome=failed`, `#/sessions/ID`, `#/sessions/ID/timeline`, `#/sessions/ID/pair/CP1`, `#/analyze`, `#/analyze/ID`, `#/statistics`.
function route() {
  const [path, query] = location.hash.replace(/^#\/?/, '').split(/\?(.*)/s);
  const [head, id, kind, ref] = path.split('/').map(decoded);
  if (head === 'sessions' && id) return { view: 'sessions', id, part: kind ? { kind, ref: ref ?? null } : null };
  if (head === 'analyze' || head === 'statistics') return { view: head, id: id ?? null, part: null };
  return { view: 'list', id: null, part: null, query: query ?? null };
}

function decoded(text) {
  try { return decodeURIComponent(text); } catch { return text; }
}

/// The filter of the list stands in its address, so that it can be kept and sent.
function write(query) {
  if (route().view === 'list') history.replaceState(null, '', query ? `#/?${query}` : '#/');
}

function show() {
  if (isAsking) return;
  const { view, id, part, query } = route();
  const before = shown;
  const isOther = view !== before.view || id !== before.id;
  shown = { view, id };
  panes.dataset.view = view === 'sessions' ? 'session' : view;
  detailPane.hidden = view === 'list';
  render(places, h('ul', {}, PLACES.map(([place, href, title]) => h('li', {}, h('a', { href, 'aria-current': place === view || place === 'list' && view === 'sessions' ? 'page' : null }, title)))));
  list.select(view === 'sessions' ? id : null);
  // Who comes back to the list finds it as it was left; who asks for it once more, whole.
  if (view === 'list') write(list.show(query !== null ? parse(query) : before.view === 'list' ? none() : null));
  if (isOther) {
    page?.close();
    page = null;
    render(detailPane);
    if (view !== 'list') {
      page = VIEWS[view](detailPane, id, { onFailure: handle, onTitle: (title) => { document.title = `${title} · Peerscope`; } });
      page.aim(part);
      if (!part) scrollTo(0, 0);
    }
  } else if (page) {
    page.aim(part);
  }
  if (view === 'list') document.title = 'Peerscope';
  // Where the list gives way to something, the focus goes along; beside it, it stays in the list.
  const isListShown = listPane.checkVisibility();
  if (view !== 'list' && isOther && before.view && !isListShown) detailPane.focus({ preventScroll: true });
  if (view === 'list' && before.view === 'sessions') list.row(before.id)?.focus();
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
  shown = { view: null, id: null };
  render(places);
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

const THEMES = { auto: 'system', light: 'light', dark: 'dark' };

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
        window.dispatchEvent(new Event('themechange'));
      },
    }, h('span.wide-only', {}, 'Theme: '), THEMES[theme]));
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

matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => window.dispatchEvent(new Event('themechange')));
window.addEventListener('hashchange', show);
start();
