// One session: reads its resources, follows its timeline while it lives, and puts the parts of the page together.
import { download, Failure, json, request, sessionPath, text } from './api.js';
import { candidates, pairs } from './candidates.js';
import { channels } from './channels.js';
import { commands } from './commands.js';
import { descriptions } from './descriptions.js';
import { h, render } from './dom.js';
import { states } from './states.js';
import { statistics } from './statistics.js';
import { follow } from './stream.js';
import { timeline } from './timeline.js';
import { verdict } from './verdict.js';
import { waterfall } from './waterfall.js';

const REFRESH_MS = 2000;
const SECTIONS = [['setup', 'Set-up'], ['timeline', 'Timeline'], ['candidates', 'Candidates'], ['pairs', 'Pairs'], ['channels', 'Channels'], ['sdp', 'SDP'], ['stats', 'Statistics'], ['curl', 'curl']];

/// Shows session `id` in `target` until `close()`. `onFailure` takes what the page as a whole has to handle.
export function sessionPage(target, id, { onFailure, onTitle }) {
  const model = {
    summary: null, diagnosis: null, ice: null, stats: null, events: [], dropped: 0, offer: null, answer: null,
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
  const get = (part) => json(sessionPath(id, part), { signal });

  async function load() {
    try {
      const [summary, diagnosis, ice, stats, events] = await Promise.all([get(''), get('/diagnosis'), get('/ice'), get('/stats'), get('/events')]);
      const [offer, answer] = await Promise.all(['offer', 'answer'].map((part) => summary.links[part] ? text(sessionPath(id, `/${part}`), { signal }) : null));
      Object.assign(model, { summary, diagnosis, ice, stats, offer, answer, events: events.items, dropped: events.dropped, readAt: performance.now() });
      failure = null;
      draw();
      reveal();
      if (summary.state === 'live') begin();
    } catch (error) {
      fail(error);
    }
  }

  function begin() {
    stop = follow(() => sessionPath(id, '/events'), {
      resume: () => model.events.at(-1)?.seq ?? 0,
      isOver: () => model.summary.state === 'ended',
      onEvent: ({ event, data }) => {
        if (event !== 'timeline') return;
        const item = JSON.parse(data);
        if (item.seq <= (model.events.at(-1)?.seq ?? 0)) return;
        model.events.push(item);
        refreshSoon();
      },
    });
    tick();
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
      const [summary, diagnosis, ice, stats] = await Promise.all([get(''), get('/diagnosis'), get('/ice'), get('/stats')]);
      const hasEnded = summary.state === 'ended' && model.summary.state === 'live';
      Object.assign(model, { summary, diagnosis, ice, stats, readAt: performance.now() });
      failure = null;
      if (hasEnded) {
        const events = await get('/events');
        Object.assign(model, { events: events.items, dropped: events.dropped });
      }
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

  async function save() {
    try {
      model.note = null;
      await download(sessionPath(id, '/packets.pcapng'), `peerscope-${id}.pcapng`);
    } catch (error) {
      model.note = error.message;
    }
    draw();
  }

  function actions() {
    const ask = (ending) => { model.ending = ending; draw(); target.querySelector(ending ? '#end-now' : '#end')?.focus(); };
    return h('div.actions', {},
      h('button', { type: 'button', id: 'packets', onclick: save }, 'Packets for Wireshark'),
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
        h('nav.parts', { 'aria-label': 'Parts of this session' }, h('ul', {}, SECTIONS.map(([part, title]) => h('li', {}, h('a', { href: `#/sessions/${id}/${part}` }, title))))),
        states(model),
        waterfall(model),
        timeline(model, { redraw: draw }),
        candidates(model),
        pairs(model),
        channels(model),
        descriptions(model),
        statistics(model),
        commands(model)));
  }

  /// Brings what the address names into view: a part of the page, or one event, pair, candidate or line.
  function reveal() {
    const { target: wanted } = model;
    if (!wanted || !model.summary) return;
    if (wanted.kind === 'event') {
      const event = model.events.find(({ seq }) => String(seq) === wanted.ref);
      if (event && model.hiddenPhases.has(event.phase)) { model.hiddenPhases.clear(); draw(); }
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
      aborter.abort();
    },
  };
}
