// A session's figures over time: what the server sampled each second, live ones as they come.
import { Failure, json, sessionPath } from './api.js';
import { chart } from './chart.js';
import { h, render } from './dom.js';
import { bitrate, bytes, duration, perSecond } from './format.js';
import { liveTag } from './marks.js';

const POLL_MS = 1000;
/// Beyond so many points of a series all are read again, joined by the server.
const MOST_POINTS = 1500;
const METRICS = [
  'T0.bytesSent', 'T0.bytesReceived', 'T0.packetsSent', 'T0.packetsReceived', 'currentRoundTripTime', 'smoothedRoundTripTime',
  'congestionWindow', 'receiverWindow', 'messagesSent', 'messagesReceived',
];

const CHARTS = [
  { title: 'Bitrate', write: bitrate, lines: (all) => [
    rate('sent', all, 'T0.bytesSent', 8), rate('received', all, 'T0.bytesReceived', 8), rate('peer: sent', all, 'peer.bytesSent', 8), rate('peer: received', all, 'peer.bytesReceived', 8)] },
  { title: 'Round trip time', write: (seconds) => duration(seconds * 1000), lines: roundTrips },
  { title: 'Packets', write: perSecond, lines: (all) => [rate('sent', all, 'T0.packetsSent'), rate('received', all, 'T0.packetsReceived')] },
  { title: 'Data channel messages', write: perSecond, lines: (all) => [sum('sent', all, 'messagesSent'), sum('received', all, 'messagesReceived')] },
  { title: 'SCTP windows', write: (count) => bytes(Math.round(count)), lines: (all) => [gauge('congestion', all, 'SCTP0.congestionWindow'), gauge('receiver', all, 'SCTP0.receiverWindow')] },
];

// MARK: lines out of series

/// A counter as its growth per second. `times` for bits of bytes.
function growth(points, times = 1) {
  return points.slice(1).map(([ms, count], index) => {
    const [before, last] = points[index];
    return [ms, ms > before ? Math.max(0, count - last) * times / (ms - before) * 1000 : null];
  });
}

const rate = (name, all, metric, times) => all.has(metric) ? { name, points: growth(all.get(metric).points, times) } : null;
const gauge = (name, all, metric) => all.has(metric) ? { name, points: all.get(metric).points } : null;

/// The growth of a counter of all entries together.
function sum(name, all, member) {
  const total = new Map();
  for (const series of all.values()) {
    if (series.member !== member) continue;
    // What an entry had counted when it was first seen came since the moment before.
    for (const [ms, value] of growth(series.points)) if (value !== null) total.set(ms, (total.get(ms) ?? 0) + value);
  }
  return total.size ? { name, points: [...total].sort(([a], [b]) => a - b) } : null;
}

/// Of the pairs that were used longest, and of the association.
function roundTrips(all) {
  const pairs = [...all.values()].filter(({ member }) => member === 'currentRoundTripTime').sort((a, b) => b.points.length - a.points.length).slice(0, 2);
  return [...pairs.map(({ statsId, points }) => ({ name: statsId, points })), gauge('SCTP, smoothed', all, 'SCTP0.smoothedRoundTripTime'), gauge('peer', all, 'peer.roundTripTime')];
}

// MARK: the section

/// Fills and follows the section of a session. `isLive()` is asked before each reading, `onChange()` told when there is something to see, or
/// nothing any more.
export function figures(id, { isLive, onChange }) {
  const all = new Map();
  const theirs = new Map();
  const boxes = new Map();
  const aborter = new AbortController();
  let section = null;
  let interval = null;
  let step = 0;
  let timer = null;
  let last = null;
  let isClosed = false;
  let state = 'reading';

  async function read(since) {
    const query = new URLSearchParams({ metric: METRICS.join(',') });
    if (since !== null) query.set('since', new Date(since).toISOString());
    const answer = await json(`${sessionPath(id, '/samples')}?${query}`, { signal: aborter.signal });
    interval = answer.intervalMs;
    if (since === null) {
      all.clear();
      step = answer.stepMs;
    }
    for (const { metric, statsId, member, points } of answer.series) {
      const known = all.get(metric)?.points ?? [];
      const end = known.at(-1)?.[0] ?? -Infinity;
      all.set(metric, { statsId, member, points: [...known, ...points.filter(([ms]) => ms > end)] });
      last = Math.max(last ?? 0, points.at(-1)?.[0] ?? 0) || null;
    }
  }

  async function go() {
    const wasLive = isLive();
    try {
      if (!document.hidden || last === null) {
        const isLong = Math.max(0, ...[...all.values()].map(({ points }) => points.length)) > MOST_POINTS;
        await read(isLong ? null : last);
        state = 'read';
        draw();
      }
    } catch (error) {
      if (error.name === 'AbortError') return;
      if (!(error instanceof Failure)) throw error;
      // A server of another age has no samples; one that is away comes back.
      if (error.status !== 0 && error.status < 500) {
        state = 'absent';
        draw();
        return;
      }
    }
    if (!isClosed && wasLive) timer = setTimeout(go, POLL_MS);
  }

  function pick(ms) {
    for (const box of boxes.values()) box.pick(ms);
  }

  function draw() {
    if (!section || isClosed) return;
    const shown = CHARTS.map(({ title, write, lines }) => ({ title, write, lines: lines(new Map([...all, ...theirs])).filter((line) => line?.points.length) })).filter(({ lines }) => lines.length);
    const ends = shown.flatMap(({ lines }) => lines.flatMap(({ points }) => [points[0][0], points.at(-1)[0]]));
    const range = [Math.min(...ends), Math.max(...ends)];
    const was = section.hidden;
    section.hidden = state === 'absent' || state === 'read' && !shown.length && !isLive();
    if (was !== section.hidden) queueMicrotask(onChange);
    if (section.hidden) return;
    const note = !shown.length ? state === 'reading' ? '' : interval === 0 ? 'This server takes no samples.' : 'The first samples are not there yet.'
      : `One point ${(step || interval) === 1000 ? 'a second' : `in ${duration(step || interval)}`}${step > interval ? ', joined from more' : ''}.`;
    if (!section.firstChild) section.append(h('div.headline', {}, h('h2', { id: 'h-figures', tabindex: '-1' }, 'Over time'), h('p.note')), h('div.charts'));
    render(section.querySelector('.note'), note, ' ', isLive() ? liveTag() : null);
    for (const { title, write, lines } of shown) {
      if (!boxes.has(title)) boxes.set(title, chart({ title, write, onPick: pick }));
      boxes.get(title).show(lines, range);
    }
    // Charts keep their nodes, and with them focus and canvas.
    const wanted = shown.map(({ title }) => boxes.get(title).element);
    const holder = section.querySelector('.charts');
    wanted.forEach((element, index) => { if (holder.children[index] !== element) holder.insertBefore(element, holder.children[index] ?? null); });
    while (holder.children.length > wanted.length) holder.lastChild.remove();
  }

  go();

  return {
    /// The place for it in the page, which is filled by `attach`.
    placeholder: () => h('section.section.figures', { id: 'section-figures', 'data-key': 'figures', 'data-own': true, 'aria-labelledby': 'h-figures', hidden: section?.hidden ?? true }),
    attach(element) {
      if (section === element) return;
      section = element;
      draw();
    },
    /// What the peer's own side counted: a series each, by our clock.
    tell(series) {
      const times = series?.times.map((iso) => Date.parse(iso)) ?? [];
      const put = (metric, values, scale = 1) => {
        const points = times.map((ms, index) => [ms, values?.[index]]).filter(([, value]) => Number.isFinite(value)).map(([ms, value]) => [ms, value * scale]);
        if (points.length > 1) theirs.set(metric, { statsId: 'peer', member: metric, points });
      };
      put('peer.bytesSent', series?.bytesSent);
      put('peer.bytesReceived', series?.bytesReceived);
      put('peer.roundTripTime', series?.currentRoundTripTimeMs, 0.001);
      draw();
    },
    /// Whether there is anything to see.
    get isShown() { return section !== null && !section.hidden; },
    close() {
      isClosed = true;
      clearTimeout(timer);
      aborter.abort();
      for (const box of boxes.values()) box.close();
    },
  };
}
