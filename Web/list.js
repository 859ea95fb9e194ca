// The sessions, newest first, kept up to date by the stream of all sessions.
import { download, json, url } from './api.js';
import { connectHere } from './connect.js';
import { h, render } from './dom.js';
import { admits, describe, filterForm, isEmpty, needsServer, none, print, syncForm } from './filter.js';
import { age, agent, ago, duration, moment, shortId } from './format.js';
import { liveTag, mark } from './marks.js';
import { authorization, copyable } from './commands.js';
import { token } from './token.js';

const PAGE = 50;
/// How long a word may rest before it is searched for, and how often changes are asked for that only the server can judge.
const TYPING_MS = 250;
const JUDGED_MS = 2000;

/// `onFilter(query)` is told when the reader chose another filter.
export function sessionList(target, { onFailure, onFilter }) {
  const filter = none();
  const folds = new Map();
  const items = new Map();
  const fresh = new Set();
  let cursor = null;
  let isLoaded = false;
  let isLoadingMore = false;
  let failure = null;
  let current = null;
  let isAlone = true;
  let request = null;
  let typing = null;
  /// What the reader chose and is not asked for yet, as there may be more to come.
  let wanted = {};
  let isConnecting = false;
  let judging = null;

  /// Reads the first page anew.
  async function load() {
    request?.abort();
    const { signal } = request = new AbortController();
    target.setAttribute('aria-busy', 'true');
    try {
      const page = await json(`v1/sessions?${print(filter, { limit: PAGE })}`, { signal });
      items.clear();
      for (const item of page.items) put(item);
      cursor = page.next;
      failure = null;
      isLoaded = true;
    } catch (error) {
      if (error.name === 'AbortError') return;
      failure = error;
      onFailure(error);
    }
    target.setAttribute('aria-busy', 'false');
    draw();
  }

  async function more() {
    if (isLoadingMore) return;
    isLoadingMore = true;
    draw();
    try {
      const page = await json(`v1/sessions?${print(filter, { limit: PAGE, cursor })}`);
      for (const item of page.items) put(item);
      cursor = page.next;
    } catch (error) {
      onFailure(error);
    }
    isLoadingMore = false;
    draw();
  }

  const put = (item) => items.set(item.id, item);

  /// A change that the stream told.
  function change(item) {
    const known = items.has(item.id);
    if (!admits(filter, item)) {
      if (items.delete(item.id)) draw();
      return;
    }
    // Whether a search finds it, the server says a moment later.
    if (!known && needsServer(filter)) {
      judging ??= setTimeout(judge, JUDGED_MS);
      return;
    }
    const oldest = [...items.values()].reduce((least, { createdAt }) => createdAt < least ? createdAt : least, '9');
    if (!known && cursor && item.createdAt < oldest) return;
    if (!known) arrive(item.id);
    put(item);
    draw();
  }

  function arrive(id) {
    fresh.add(id);
    setTimeout(() => fresh.delete(id), 2000);
  }

  /// Takes in what is new of the first page; what was loaded beyond it stays.
  async function judge() {
    const asked = print(filter, { limit: PAGE });
    try {
      const page = await json(`v1/sessions?${asked}`);
      if (asked !== print(filter, { limit: PAGE })) return;
      for (const item of page.items) {
        if (!items.has(item.id)) arrive(item.id);
        put(item);
      }
      draw();
    } catch (error) {
      onFailure(error);
    } finally {
      judging = null;
    }
  }

  function choose(changes, { isTyping = false } = {}) {
    clearTimeout(typing);
    Object.assign(wanted, changes);
    if (isTyping) typing = setTimeout(apply, TYPING_MS);
    else apply();
  }

  function apply() {
    const isOther = Object.entries(wanted).some(([name, value]) => filter[name] !== value);
    Object.assign(filter, wanted);
    wanted = {};
    if (!isOther) return;
    onFilter(print(filter));
    load();
  }

  function clear() {
    document.activeElement?.blur();
    choose(none());
    syncForm(target, filter);
    target.focus({ preventScroll: true });
  }

  /// j and k, or the arrows, go from row to row.
  function step(event) {
    const by = { j: 1, ArrowDown: 1, k: -1, ArrowUp: -1, Home: -Infinity, End: Infinity }[event.key];
    if (!by || event.ctrlKey || event.metaKey || event.altKey) return;
    const rows = [...target.querySelectorAll('a.row')];
    const at = rows.indexOf(document.activeElement);
    const row = rows[Math.max(0, Math.min(rows.length - 1, at + by))];
    if (at < 0 || !row) return;
    event.preventDefault();
    row.focus();
  }

  function draw() {
    const sorted = [...items.values()].sort((a, b) => a.createdAt < b.createdAt ? 1 : a.createdAt > b.createdAt ? -1 : a.id < b.id ? 1 : -1);
    render(target,
      h('div.list-head', {},
        h(isAlone ? 'h1' : 'h2', { 'data-key': isAlone ? 'h1' : 'h2' }, 'Sessions'),
        filterForm(filter, { isWide: isAlone, choose, clear, folds, redraw: draw }),
        isAlone && sorted.length ? here() : null),
      failure && !sorted.length ? h('div.empty', { role: 'alert' }, h('h3', {}, failure.title ?? 'Something is wrong'), h('p', {}, failure.message))
        : !isLoaded ? h('div.rows', { 'aria-hidden': 'true' }, Array.from({ length: 6 }, () => h('div.row.ghost')))
        : sorted.length ? rows(sorted) : empty(),
      sorted.length ? h('div.more', {},
        cursor ? h('button', { type: 'button', onclick: more, 'aria-disabled': isLoadingMore ? 'true' : null }, isLoadingMore ? 'Loading…' : 'Older sessions') : null,
        isAlone ? h('span.exports', {}, isEmpty(filter) ? 'All sessions as ' : 'All of these as ', exported('csv', 'CSV'), ' or ', exported('ndjson', 'NDJSON')) : null) : null);
    syncForm(target, filter);
  }

  /// A link where a link can, so that the browser writes the file as it comes; with a token it cannot.
  function exported(format, title) {
    const path = `v1/sessions/export?${print(filter, { format })}`;
    const name = `peerscope-sessions.${format}`;
    return token.get() ? h('button.link', { type: 'button', 'data-key': `export-${format}`, onclick: () => download(path, name).catch(onFailure) }, title)
      : h('a', { href: path, download: name, 'data-key': `export-${format}` }, title);
  }

  /// The quickest first session: this browser is the peer, as long as this tab is open.
  function here() {
    return h('button', { type: 'button', title: 'A session with this tab as the peer, as long as it is open', onclick: connect, 'aria-disabled': isConnecting ? 'true' : null }, isConnecting ? 'Connecting…' : 'Connect this browser');
  }

  async function connect() {
    if (isConnecting) return;
    isConnecting = true;
    draw();
    try {
      location.hash = `#/sessions/${await connectHere()}`;
    } catch (error) {
      onFailure(error);
    }
    isConnecting = false;
    draw();
  }

  function rows(sorted) {
    const head = ['', 'Verdict', 'Session', 'Created', 'Lasted', 'Peer', 'User agent', 'Selected pair'];
    return h('div.rows', { 'data-key': 'rows', onkeydown: step },
      h('div.row.head', { 'aria-hidden': 'true' }, head.map((title) => h('span', {}, title))),
      h('ol', {}, sorted.map((item) => h('li', { 'data-key': item.id }, row(item)))));
  }

  function row(item) {
    const isLive = item.state === 'live';
    const pair = item.selectedPair;
    const lasted = isLive ? Math.max(0, Date.now() - Date.parse(item.createdAt)) : item.durationMs;
    return h('a.row', { href: `#/sessions/${item.id}`, class: fresh.has(item.id) ? 'fresh' : '', 'aria-current': item.id === current ? 'page' : null },
      h('span.sign', {}, mark(item.verdict.severity, { label: true })),
      h('span.verdict', {}, h('span.title', {}, item.verdict.title), isLive ? liveTag() : null,
        item.refusal ? h('span.why', {}, item.refusal.code) : null),
      h('span.id', { title: item.id }, shortId(item.id)),
      h('time.created', { datetime: item.createdAt, title: moment(item.createdAt) }, ago(item.createdAt)),
      h('span.lasted', { title: isLive ? 'since it was created' : 'how long it lasted' }, item.outcome === 'refused' ? '' : isLive ? age(lasted) : duration(lasted)),
      h('span.peer', {}, item.remoteAddress ?? ''),
      h('span.agent', { title: item.userAgent ?? '' }, agent(item.userAgent)),
      h('span.pair', {}, pair ? [pair.local, h('span.to', {}, ' → '), pair.remote, h('span.types', {}, ` ${pair.localType}/${pair.remoteType}`)]
        : h('span.none', {}, item.outcome === 'refused' ? '' : 'no pair selected')));
  }

  function empty() {
    if (!isEmpty(filter)) {
      return h('div.empty', { 'data-key': 'nothing' }, h('h3', {}, 'No session matches'), h('p', {}, `Nothing is found for ${describe(filter)}.`),
        h('p', {}, h('button', { type: 'button', onclick: clear }, 'Show all sessions')));
    }
    return h('div.empty', { 'data-key': 'none' }, h('h3', {}, 'No session yet'),
      h('p', {}, 'Post an SDP offer, and its session appears here, connected or refused:'),
      copyable(`curl -i --data-binary @offer.sdp -H 'Content-Type: application/sdp'${authorization()} ${url('v1/sessions')}`),
      h('p', {}, 'The offer is what a page has in ', h('code', {}, 'pc.localDescription.sdp'), '. Or let this page make one:'),
      h('p', {}, here()));
  }

  draw();
  setInterval(() => { if (isLoaded && !document.hidden) draw(); }, 1000);

  return {
    load, change,
    /// Which session is shown beside the list, null for none.
    select(id) {
      current = id;
      isAlone = id === null;
      draw();
    },
    forget() {
      items.clear();
      isLoaded = false;
      cursor = null;
      failure = null;
      draw();
    },
    /// Shows what an address asks for; null leaves the filter as it is. Returns the filter's own words.
    show(asked) {
      if (asked !== null && print(asked) !== print(filter)) {
        Object.assign(filter, asked);
        wanted = {};
        if (isLoaded) load();
      }
      return print(filter);
    },
    row: (id) => target.querySelector(`a.row[href="#/sessions/${CSS.escape(id)}"]`),
  };
}
