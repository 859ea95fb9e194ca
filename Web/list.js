// The sessions, newest first, kept up to date by the stream of all sessions.
import { json, url } from './api.js';
import { connectHere } from './connect.js';
import { h, render } from './dom.js';
import { age, agent, ago, duration, moment, shortId, words } from './format.js';
import { liveTag, mark } from './marks.js';
import { authorization, copyable } from './commands.js';

const PAGE = 50;
const OUTCOMES = { completed: 'Completed', failed: 'Failed', refused: 'Refused', expired: 'Expired', 'server-lost': 'Server lost' };

export function sessionList(target, { onFailure }) {
  const filter = { state: '', outcome: '', q: '' };
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
  let isConnecting = false;

  /// Reads the first page anew, and keeps what had been loaded beyond it only when the filter is the same.
  async function load() {
    request?.abort();
    const { signal } = request = new AbortController();
    target.setAttribute('aria-busy', 'true');
    try {
      const page = await json(`v1/sessions?${query()}`, { signal });
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
      const page = await json(`v1/sessions?${query(cursor)}`);
      for (const item of page.items) put(item);
      cursor = page.next;
    } catch (error) {
      onFailure(error);
    }
    isLoadingMore = false;
    draw();
  }

  function query(cursor) {
    const parameters = new URLSearchParams({ limit: PAGE });
    for (const [key, value] of Object.entries({ ...filter, cursor })) if (value) parameters.set(key, value);
    return parameters;
  }

  const put = (item) => items.set(item.id, { ...item, seenAt: performance.now() });

  /// A change that the stream told.
  function change(item) {
    const known = items.has(item.id);
    if (!matches(item)) {
      if (items.delete(item.id)) draw();
      return;
    }
    const oldest = [...items.values()].reduce((least, { createdAt }) => createdAt < least ? createdAt : least, '9');
    if (!known && cursor && item.createdAt < oldest) return;
    if (!known) {
      fresh.add(item.id);
      setTimeout(() => fresh.delete(item.id), 2000);
    }
    put(item);
    draw();
  }

  function matches(item) {
    if (filter.state && item.state !== filter.state) return false;
    if (filter.outcome && item.outcome !== filter.outcome) return false;
    const wanted = filter.q.toLowerCase();
    return !wanted || [item.id, item.remoteAddress, item.userAgent, item.verdict.code, item.refusal?.code, item.selectedPair?.local, item.selectedPair?.remote]
      .some((text) => text?.toLowerCase().includes(wanted));
  }

  function choose(changes) {
    Object.assign(filter, changes);
    load();
  }

  function clear() {
    choose({ state: '', outcome: '', q: '' });
    target.querySelector('#search').value = '';
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
        h('form.filter', { role: 'search', 'aria-label': 'Filter sessions', onsubmit: (event) => event.preventDefault() },
          h('fieldset.segments', {}, h('legend.hidden', {}, 'State'),
            [['', 'All'], ['live', 'Live'], ['ended', 'Ended']].map(([value, label]) => h('label', {},
              h('input', { type: 'radio', name: 'state', value, checked: filter.state === value, onchange: () => choose({ state: value }) }), h('span', {}, label)))),
          h('label.outcome', {}, h('span.hidden', {}, 'Outcome'),
            h('select', { id: 'outcome', onchange: (event) => choose({ outcome: event.target.value }) },
              h('option', { value: '' }, 'Any outcome'),
              Object.entries(OUTCOMES).map(([value, label]) => h('option', { value }, label)))),
          h('label.search', {}, h('span.hidden', {}, 'Search by address, user agent, id or finding'),
            h('input', {
              id: 'search', type: 'search', placeholder: 'Address, user agent, id, finding', autocomplete: 'off', spellcheck: 'false', maxlength: 200,
              oninput: (event) => { clearTimeout(typing); typing = setTimeout(() => choose({ q: event.target.value.trim() }), 200); },
            }))),
        isAlone && sorted.length ? here() : null),
      failure && !sorted.length ? h('div.empty', { role: 'alert' }, h('h3', {}, failure.title ?? 'Something is wrong'), h('p', {}, failure.message))
        : !isLoaded ? h('div.rows', { 'aria-hidden': 'true' }, Array.from({ length: 6 }, () => h('div.row.ghost')))
        : sorted.length ? rows(sorted) : empty(),
      cursor && sorted.length ? h('p.more', {}, h('button', { type: 'button', onclick: more, 'aria-disabled': isLoadingMore ? 'true' : null }, isLoadingMore ? 'Loading…' : 'Older sessions')) : null);
    const select = target.querySelector('#outcome');
    if (select.value !== filter.outcome) select.value = filter.outcome;
    for (const radio of target.querySelectorAll('input[name=state]')) radio.checked = radio.value === filter.state;
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
    const lasted = isLive ? item.durationMs + performance.now() - item.seenAt : item.durationMs;
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
    if (filter.state || filter.outcome || filter.q) {
      const parts = [filter.state && `state “${filter.state}”`, filter.outcome && `outcome “${words(filter.outcome)}”`, filter.q && `“${filter.q}”`].filter(Boolean);
      return h('div.empty', { 'data-key': 'nothing' }, h('h3', {}, 'No session matches'), h('p', {}, `Nothing is found for ${parts.join(', ')}.`),
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
    row: (id) => target.querySelector(`a.row[href="#/sessions/${CSS.escape(id)}"]`),
  };
}
