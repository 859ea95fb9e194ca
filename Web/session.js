// One session: reads its resources, follows its timeline while it lives, and puts the parts of the page together.
import { Failure, json, request, sessionPath, text } from './api.js';
import { candidates, pairs } from './candidates.js';
import { channels } from './channels.js';
import { client } from './client.js';
import { commands } from './commands.js';
import { descriptions } from './descriptions.js';
import { h, render } from './dom.js';
import { figures } from './figures.js';
import { files } from './files.js';
import { plural } from './format.js';
import { states } from './states.js';
import { statistics } from './statistics.js';
import { follow } from './stream.js';
import { keyOf, timeline } from './timeline.js';
import { verdict } from './verdict.js';
import { waterfall } from './waterfall.js';

const REFRESH_MS = 2000;
const SECTIONS = [
  ['setup', 'Set-up'], ['figures', 'Over time'], ['timeline', 'Timeline'], ['client', 'Peer’s side'], ['candidates', 'Candidates'], ['pairs', 'Pairs'], ['channels', 'Channels'], ['sdp', 'SDP'],
  ['stats', 'Report'], ['curl', 'curl'],
];

/// Shows session `id` in `target` until `close()`. `onFailure` takes what the page as a whole has to handle.
export function sessionPage(target, id, { onFailure, onTitle }) {
  const model = {
    summary: null, diagnosis: null, ice: null, stats: null, client: null, events: [], transactions: [], dropped: 0, missed: null, offer: null, answer: null,
    hiddenPhases: new Set(), folds: new Map(), target: null, ending: null, note: null, readAt: 0,
    get liveMs() { return this.summary.durationMs + performance.now() - this.readAt; },
    /// The short name of a pair or candidate: L1, R2, CP3.
    names(ref) {
      const local = this.ice?.localCandidates.findIndex((candidate) => candidate.id === ref) ?? -1;
      const remote = this.ice?.remoteCandidates.findIndex((candidate) => candidate.id === ref) ?? -1;
      return local >= 0 ? `L${local + 1}` : remote >= 0 ? `R${remote + 1}` : ref;
    },
  };
  model.names = model.names.bind(model);
  let isClosed = false;
  let stop = null;
  let soon = null;
  let frame = 0;
  let failure = null;
  const aborter = new AbortController();
  const { signal } = aborter;
  const over = figures(id, { isLive: () => model.summary?.state !== 'ended', onChange: () => draw() });
  const get = (part) => json(sessionPath(id, part), { signal });

  async function load() {
    try {
      const [summary, diagnosis, ice, stats, events] = await Promise.all([get(''), get('/diagnosis'), get('/ice'), get('/stats'), get('/events')]);
      const [offer, answer] = await Promise.all(['offer', 'answer'].map((part) => summary.links[part] ? text(sessionPath(id, `/${part}`), { signal }) : null));
      Object.assign(model, { summary, diagnosis, ice, stats, offer, answer, readAt: performance.now() });
      replace(events);
      await readClient();
      failure = null;
      draw();
      reveal();
      if (summary.state === 'live') begin();
    } catch (error) {
      fail(error);
    }
  }

  /// The whole timeline, as it was read at once.
  function replace({ items, transactions = [], dropped }) {
    Object.assign(model, { events: items, transactions, dropped });
  }

  const lastSeq = () => model.events.reduce((last, { seq = 0 }) => Math.max(last, seq), 0);

  /// Puts in what is not there yet: events by their numbers, transactions as they are now.
  function take({ items, transactions = [], dropped }) {
    const known = new Set(model.events.map(keyOf));
    for (const item of items) if (!known.has(keyOf(item))) model.events.push(item);
    model.events.sort((a, b) => a.offsetUs - b.offsetUs || (a.seq ?? 0) - (b.seq ?? 0));
    const all = new Map(model.transactions.map((transaction) => [transaction.id, transaction]));
    for (const transaction of transactions) all.set(transaction.id, transaction);
    Object.assign(model, { transactions: [...all.values()], dropped });
  }

  /// What the peer's side told; only where somebody did. Returns whether there is more of it than before.
  async function readClient() {
    if (!model.summary.links.clientReport) return false;
    const before = model.client?.reports ?? 0;
    model.client = await get('/client-report');
    over.tell(model.client.series);
    return model.client.reports > before;
  }

  function begin() {
    stop = follow(() => sessionPath(id, '/events'), {
      resume: lastSeq,
      isOver: () => model.summary.state === 'ended',
      onEvent: ({ event, data }) => {
        if (event === 'gap') return fill(JSON.parse(data));
        if (event !== 'timeline') return;
        const item = JSON.parse(data);
        if (item.seq !== undefined && item.seq <= lastSeq()) return;
        model.events.push(item);
        refreshSoon();
      },
    });
    tick();
  }

  /// The stream left something out, as this reader was too slow for it: it is read after all.
  async function fill({ dropped, from }) {
    try {
      take(await json(`${sessionPath(id, '/events')}?after=${Math.max(0, (from ?? 1) - 1)}`, { signal }));
      model.missed = `The stream left out ${plural(dropped, 'event')}; ${dropped === 1 ? 'it was' : 'they were'} read again.`;
      draw();
    } catch (error) {
      fail(error);
    }
  }

  /// What the timeline does not tell (counters, round trips) is read again from time to time.
  function tick() {
    if (isClosed || model.summary.state === 'ended') return;
    setTimeout(async () => {
      if (!isClosed && !document.hidden) await refresh();
      tick();
    }, REFRESH_MS);
  }

  function refreshSoon() {
    frame ||= requestAnimationFrame(() => { frame = 0; draw(); });
    soon ??= setTimeout(() => { soon = null; refresh(); }, 150);
  }

  async function refresh() {
    try {
      const [summary, diagnosis, ice, stats, more] = await Promise.all([get(''), get('/diagnosis'), get('/ice'), get('/stats'), json(`${sessionPath(id, '/events')}?after=${lastSeq()}`, { signal })]);
      const hasEnded = summary.state !== model.summary.state;
      Object.assign(model, { summary, diagnosis, ice, stats, readAt: performance.now() });
      failure = null;
      if (await readClient() || hasEnded) replace(await get('/events'));
      else take(more);
      draw();
    } catch (error) {
      fail(error);
    }
  }

  function fail(error) {
    if (isClosed || error.name === 'AbortError') return;
    if (!(error instanceof Failure)) throw error;
    if (error.status === 401 || error.status === 403 && !model.summary) return onFailure(error);
    failure = error;
    draw();
    // A server that is gone may come back.
    if (error.status === 0 && !model.summary) setTimeout(() => { if (!isClosed) load(); }, 2000);
  }

  async function end() {
    model.ending = 'busy';
    draw();
    try {
      await request(sessionPath(id), { method: 'DELETE' });
      model.ending = null;
    } catch (error) {
      model.ending = null;
      model.note = error.message;
    }
    await refresh();
    target.querySelector('#verdict')?.focus();
  }

  function actions() {
    const ask = (ending) => { model.ending = ending; draw(); target.querySelector(ending ? '#end-now' : '#end')?.focus(); };
    return h('div.actions', {},
      files(model, (error) => { model.note = error?.message ?? null; draw(); }),
      h('a.button', { href: `#/sessions/${id}/curl` }, 'Copy as curl'),
      model.summary.state !== 'live' ? null
        : model.ending ? h('span.confirm', { role: 'group', 'aria-label': 'End the session?', 'data-key': 'confirm' }, 'End it for the peer too? ',
          h('button.danger', { type: 'button', id: 'end-now', onclick: end, 'aria-disabled': model.ending === 'busy' ? 'true' : null }, model.ending === 'busy' ? 'Ending…' : 'End now'), ' ',
          h('button', { type: 'button', onclick: () => ask(null) }, 'Keep'))
        : h('button', { type: 'button', id: 'end', 'data-key': 'end', onclick: () => ask('asked') }, 'End session'),
      model.note ? h('p.wrong', { role: 'alert' }, model.note) : null);
  }

  function draw() {
    if (isClosed) return;
    target.setAttribute('aria-busy', String(!model.summary && !failure));
    const back = h('p.back', { 'data-key': 'back' }, h('a', { href: '#/' }, '← Sessions'));
    if (!model.summary) {
      onTitle(failure ? failure.title : 'Session');
      return render(target, back, failure
        ? h('div.empty', { role: 'alert', 'data-key': 'failure' }, h('h1', { id: 'verdict', tabindex: '-1' }, failure.status === 404 ? 'There is no such session' : failure.title),
          h('p', {}, failure.status === 404 ? 'It was never made, or its record was erased, or it is older than the history is kept.' : failure.message), h('p', {}, h('code', {}, id)))
        : h('div.loading', { 'data-key': 'loading' }, h('p.hidden', { role: 'status' }, 'Reading the session'), h('div.ghost.tall'), h('div.ghost'), h('div.ghost.tall')));
    }
    onTitle(`${model.diagnosis.verdict.title} · ${id.slice(-8)}`);
    render(target, back,
      failure ? h('p.wrong.banner', { role: 'alert', 'data-key': 'banner' }, failure.status === 0 ? 'The server cannot be reached; what is shown is what was read last.' : failure.message) : null,
      h('div.content', { 'data-key': 'content' },
        verdict(model, actions()),
        h('nav.parts', { 'aria-label': 'Parts of this session' }, h('ul', {}, SECTIONS.filter(([part]) => part !== 'client' || model.client).filter(([part]) => part !== 'figures' || over.isShown).map(([part, title]) => h('li', {}, h('a', { href: `#/sessions/${id}/${part}` }, title))))),
        states(model),
        waterfall(model),
        over.placeholder(),
        timeline(model, { redraw: draw }),
        client(model),
        candidates(model),
        pairs(model),
        channels(model),
        descriptions(model),
        statistics(model),
        commands(model)));
    over.attach(target.querySelector('#section-figures'));
  }

  /// Brings what the address names into view: a part of the page, or one event, pair, candidate or line.
  function reveal() {
    const { target: wanted } = model;
    if (!wanted || !model.summary) return;
    if (wanted.kind === 'event') {
      const event = model.events.find(({ seq }) => String(seq) === wanted.ref);
      if (event && model.hiddenPhases.has(event.phase)) { model.hiddenPhases.clear(); draw(); }
    }
    if (wanted.kind === 'transaction') {
      const transaction = model.transactions.find(({ id }) => String(id) === wanted.ref);
      if (!transaction) return;
      model.hiddenPhases.delete('ice');
      model.folds.set(`checks-${transaction.pairId ?? `${transaction.local} ${transaction.remote}`}`, true);
      draw();
      const fold = document.getElementById(`transaction-${wanted.ref}`)?.closest('details');
      if (fold) fold.open = true;
    }
    const element = document.getElementById(wanted.ref === null ? `section-${wanted.kind}` : `${wanted.kind}-${wanted.ref}`);
    if (!element) return;
    const fold = element.closest('details');
    if (fold) fold.open = true;
    element.scrollIntoView({ block: wanted.ref === null ? 'start' : 'center', inline: 'nearest' });
    (wanted.ref === null ? element.querySelector('h2') : element)?.focus({ preventScroll: true });
  }

  draw();
  load();

  return {
    id,
    aim(part) {
      model.target = part;
      if (!model.summary) return;
      draw();
      reveal();
    },
    close() {
      isClosed = true;
      stop?.();
      clearTimeout(soon);
      over.close();
      aborter.abort();
    },
  };
}
