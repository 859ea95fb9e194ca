// Everything that happened, in order.
import { h } from './dom.js';
import { number, offset, duration, moment, plural } from './format.js';
import { liveTag } from './marks.js';

export const PHASES = ['http', 'sdp', 'gathering', 'ice', 'dtls', 'sctp', 'channel', 'close'];
const NAMES = { http: 'HTTP', sdp: 'SDP', gathering: 'Gathering', ice: 'ICE', dtls: 'DTLS', sctp: 'SCTP', channel: 'Channel', close: 'End' };
/// A silence that is worth a line of its own.
const PAUSE_US = 1_000_000;
/// Facts that the sentence has said already.
const SAID = new Set(['from', 'to', 'label', 'reliability']);

export function timeline(model, { redraw }) {
  const { summary, events, dropped, hiddenPhases, target } = model;
  const counts = Object.fromEntries(PHASES.map((phase) => [phase, events.filter((event) => event.phase === phase).length]));
  const shown = events.filter((event) => !hiddenPhases.has(event.phase));
  const only = (phase) => {
    const isOnly = PHASES.every((other) => hiddenPhases.has(other) === (other !== phase));
    hiddenPhases.clear();
    if (!isOnly) for (const other of PHASES) if (other !== phase) hiddenPhases.add(other);
    redraw();
  };
  const rows = [];
  let last = null;
  for (const event of shown) {
    if (last && event.offsetUs - last.offsetUs >= PAUSE_US) {
      rows.push(h('li.pause', { 'data-key': `pause-${event.seq}` }, `${duration((event.offsetUs - last.offsetUs) / 1000)} later`));
    }
    rows.push(row(event, last?.offsetUs === event.offsetUs, model));
    last = event;
  }
  return h('section.section.timeline', { id: 'section-timeline', 'aria-labelledby': 'h-timeline' },
    h('div.headline', {}, h('h2', { id: 'h-timeline', tabindex: '-1' }, 'Timeline'),
      h('p.note', {}, shown.length === events.length ? plural(events.length, 'event') : `${number(shown.length)} of ${plural(events.length, 'event')}`,
        dropped ? `; ${number(dropped)} more came when it was full` : '', summary.state === 'live' ? [' ', liveTag()] : null),
      h('div.phases', { role: 'group', 'aria-label': 'Show only the events of' },
        h('button', { type: 'button', 'aria-pressed': String(hiddenPhases.size === 0), onclick: () => { hiddenPhases.clear(); redraw(); } }, 'All'),
        PHASES.filter((phase) => counts[phase]).map((phase) => h('button', {
          type: 'button', 'data-key': phase, class: `phase-${phase}`, 'aria-pressed': String(hiddenPhases.size > 0 && !hiddenPhases.has(phase)), onclick: () => only(phase),
        }, NAMES[phase], ' ', h('span.count', {}, counts[phase]))))),
    rows.length ? h('ol.events', { 'data-key': 'events' }, rows) : h('p.none', {}, 'No event.'));
}

function row(event, isSameMoment, { summary, names, target }) {
  const isTarget = target?.kind === 'event' && target.ref === String(event.seq);
  const link = (kind, ref) => h('a.chip', { href: `#/sessions/${summary.id}/${kind}/${encodeURIComponent(ref)}` }, names(ref));
  const facts = Object.entries(event.data ?? {}).filter(([key]) => !SAID.has(key));
  return h('li.event', { id: `event-${event.seq}`, 'data-key': `event-${event.seq}`, class: `phase-${event.phase}${isSameMoment ? ' same' : ''}${isTarget ? ' target' : ''}`, tabindex: isTarget ? '-1' : null },
    h('time.offset', { datetime: event.at, title: moment(event.at) }, offset(event.offsetUs)),
    h('span.phase', {}, NAMES[event.phase] ?? event.phase),
    h('div.what', {},
      h('span.text', { title: event.code }, event.text),
      event.cause ? h('span.cause', {}, event.cause) : null,
      event.pairId ? link('pair', event.pairId) : null,
      event.candidateId && !event.pairId ? link('candidate', event.candidateId) : null,
      event.channelId !== undefined ? h('span.fact', {}, `channel ${event.channelId}`) : null,
      facts.map(([key, value]) => h('span.fact', {}, `${key} ${value}`)),
      event.evidence?.length ? h('span.fact', { title: 'number in packets.pcapng' }, `packet ${event.evidence.join(', ')}`) : null));
}
