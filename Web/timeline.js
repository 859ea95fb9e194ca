// Everything that happened, in order.
import { h } from './dom.js';
import { duration, exact, moment, number, offset, plural } from './format.js';
import { liveTag } from './marks.js';
import { checks, groups } from './transactions.js';
import { clockWords } from './client.js';

export const PHASES = ['http', 'sdp', 'gathering', 'ice', 'dtls', 'sctp', 'channel', 'close'];
const NAMES = { http: 'HTTP', sdp: 'SDP', gathering: 'Gathering', ice: 'ICE', dtls: 'DTLS', sctp: 'SCTP', channel: 'Channel', close: 'End' };
/// A silence that is worth a line of its own.
const PAUSE_US = 1_000_000;
/// Facts that the sentence has said already.
const SAID = new Set(['from', 'to', 'label', 'reliability']);

/// What stands in the timeline, by our clock: events of both sides, and the checks of each pair as one entry.
function entries({ events, transactions, hiddenPhases, names }) {
  const shown = events.filter((event) => !hiddenPhases.has(event.phase)).map((event) => ({ at: event.offsetUs, event }));
  const folded = hiddenPhases.has('ice') ? [] : groups(transactions, names).map((group) => ({ at: group.offsetUs, group }));
  return [...shown, ...folded].map((entry, index) => ({ ...entry, index })).sort((a, b) => a.at - b.at || a.index - b.index);
}

/// Words that stand beside each other are read one by one.
const spaced = (parts) => parts.filter(Boolean).flatMap((part) => [part, ' ']);

/// Whether a sentence has a fact already, as a word of its own.
function isSaid(text, fact) {
  for (let at = text.indexOf(fact); at >= 0; at = text.indexOf(fact, at + 1)) {
    if (!/[\w]/.test(text[at - 1] ?? ' ') && !/[\w]/.test(text[at + fact.length] ?? ' ')) return true;
    if (!fact) return true;
  }
  return false;
}

/// A client's event has no number of ours; what it says and when tells it from others.
export const keyOf = (event) => event.seq ?? `client-${event.clientAt}-${event.code}-${event.text}`;

export function timeline(model, { redraw }) {
  const { summary, events, dropped, missed, hiddenPhases, client } = model;
  const counts = Object.fromEntries(PHASES.map((phase) => [phase, events.filter((event) => event.phase === phase).length]));
  const shown = events.filter((event) => !hiddenPhases.has(event.phase)).length;
  const isTold = events.some(({ side }) => side === 'client');
  const only = (phase) => {
    const isOnly = PHASES.every((other) => hiddenPhases.has(other) === (other !== phase));
    hiddenPhases.clear();
    if (!isOnly) for (const other of PHASES) if (other !== phase) hiddenPhases.add(other);
    redraw();
  };
  const rows = [];
  let last = null;
  for (const { at, event, group } of entries(model)) {
    if (last !== null && at - last >= PAUSE_US) {
      rows.push(h('li.pause', { 'data-key': `pause-${at}` }, `${duration((at - last) / 1000)} later`));
    }
    rows.push(group ? checks(group, last === at, model, redraw) : row(event, last === at, model, isTold));
    last = at;
  }
  return h('section.section.timeline', { id: 'section-timeline', 'aria-labelledby': 'h-timeline' },
    h('div.headline', {}, h('h2', { id: 'h-timeline', tabindex: '-1' }, 'Timeline'),
      h('p.note', {}, shown === events.length ? plural(events.length, 'event') : `${number(shown)} of ${plural(events.length, 'event')}`,
        dropped ? `; ${number(dropped)} more came when it was full` : '', summary.state === 'live' ? [' ', liveTag()] : null),
      h('div.phases', { role: 'group', 'aria-label': 'Show only the events of' },
        h('button', { type: 'button', 'aria-pressed': String(hiddenPhases.size === 0), onclick: () => { hiddenPhases.clear(); redraw(); } }, 'All'),
        PHASES.filter((phase) => counts[phase]).map((phase) => h('button', {
          type: 'button', 'data-key': phase, class: `phase-${phase}`, 'aria-pressed': String(hiddenPhases.size > 0 && !hiddenPhases.has(phase)), onclick: () => only(phase),
        }, NAMES[phase], ' ', h('span.count', {}, counts[phase]))))),
    missed ? h('p.note.missed', { role: 'status' }, missed) : null,
    isTold ? h('p.note.sides-key', {}, h('span.side-name.client', {}, 'peer'), ' Told by the peer’s own side; it stands where it happened by our clock, with the time of its own. ', client ? clockWords(client.clock) : '') : null,
    rows.length ? h('ol.events', { 'data-key': 'events', class: isTold ? 'told' : '' }, rows) : h('p.none', {}, 'No event.'));
}

function row(event, isSameMoment, { summary, names, target, transactions }, isTold) {
  const { side, seq } = event;
  const isTarget = target?.kind === 'event' && target.ref === String(seq);
  const isClient = side === 'client';
  const link = (kind, ref, text) => h('a.chip', { href: `#/sessions/${summary.id}/${kind}/${encodeURIComponent(ref)}` }, text);
  const facts = Object.entries(event.data ?? {}).filter(([key, value]) => !SAID.has(key) && !isSaid(event.text, String(value)));
  const transaction = event.transaction === undefined ? null : transactions.find(({ id }) => id === event.transaction);
  return h('li.event', {
    id: isClient ? null : `event-${seq}`, 'data-key': `event-${keyOf(event)}`, tabindex: isTarget ? '-1' : null,
    class: `phase-${event.phase}${isSameMoment ? ' same' : ''}${isTarget ? ' target' : ''}${isClient ? ' client' : ''}`,
  },
  h('time.offset', { datetime: event.at, title: moment(event.at) }, offset(event.offsetUs)),
  isTold ? h('span.clock', {}, isClient ? h('time', { datetime: event.clientAt, title: `${moment(event.clientAt)} by its own clock` }, exact(event.clientAt)) : h('time', { datetime: event.at }, exact(event.at))) : null,
  h('span.phase', {}, NAMES[event.phase] ?? event.phase),
  h('div.what', {}, spaced([
    isClient ? h('span.side-name', {}, 'peer') : null,
    h('span.text', { title: event.code }, event.text),
    event.cause ? h('span.cause', {}, event.cause) : null,
    event.pairId ? link('pair', event.pairId, names(event.pairId)) : null,
    event.candidateId && !event.pairId ? link('candidate', event.candidateId, names(event.candidateId)) : null,
    event.channelId !== undefined ? h('span.fact', {}, `channel ${event.channelId}`) : null,
    ...facts.map(([key, value]) => h('span.fact', {}, `${key} ${value}`)),
    transaction ? link('transaction', transaction.id, 'its check') : null,
    event.evidence?.length ? h('span.fact', { title: 'number in packets.pcapng' }, `packet ${event.evidence.join(', ')}`) : null])));
}
