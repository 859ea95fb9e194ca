// The states of the connection, each with the way it came there.
import { h } from './dom.js';
import { duration } from './format.js';
import { mark, severityOf } from './marks.js';

const STATES = [
  ['Signaling', 'signalingState', 'signaling-state-changed'],
  ['ICE gathering', 'iceGatheringState', 'gathering-state-changed'],
  ['ICE connection', 'iceConnectionState', 'ice-state-changed'],
  ['DTLS', 'dtlsState', 'dtls-state-changed'],
  ['SCTP', 'sctpState', 'sctp-state-changed'],
  ['Connection', 'connectionState', 'connection-state-changed'],
];
const SHOWN = 3;

export function states({ summary, events }) {
  return h('section.states', { id: 'section-states', 'aria-label': 'States' },
    h('ul', {}, STATES.map(([name, member, code]) => {
      const value = summary[member] ?? 'new';
      const way = events.filter((event) => event.code === code && event.data?.to);
      const hidden = Math.max(0, way.length - SHOWN);
      return h('li', { 'data-key': member },
        h('span.name', {}, name),
        h('span.value', { class: severityOf(value) }, mark(severityOf(value)), value),
        h('ol.way', { 'aria-label': 'How it came there' },
          hidden ? h('li', {}, `… ${hidden} earlier`) : null,
          way.slice(-SHOWN).map((event) => h('li', {},
            h('a', { href: `#/sessions/${summary.id}/event/${event.seq}` }, event.data.to), ' ', h('span.at', {}, duration(event.offsetUs / 1000))))));
    })));
}
