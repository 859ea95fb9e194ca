// The peer's own side, where its page or its browser's file told of it, beside ours.
import { h } from './dom.js';
import { agent, ago, bytes, duration, moment, number, plural } from './format.js';
import { mark, severityOf } from './marks.js';

const SOURCES = { report: 'its page', 'webrtc-internals': 'a webrtc-internals dump', rtcstats: 'an rtcstats file' };
const BASES = {
  assumed: 'taken to be the same', answer: 'by the moment at which it knew our answer', connected: 'by the moment at which both were connected', sending: 'by the time in its report',
};
const STATES = [['Signaling', 'signalingState'], ['ICE gathering', 'iceGatheringState'], ['ICE connection', 'iceConnectionState'], ['DTLS', 'dtlsState'], ['Connection', 'connectionState']];

/// `Its clock is 1.2 s ahead of ours, by the moment …`
export function clockWords({ offsetMs, basis }) {
  const way = Math.abs(offsetMs) < 1 ? 'shows what ours does' : `is ${duration(Math.abs(offsetMs))} ${offsetMs > 0 ? 'ahead of' : 'behind'} ours`;
  return `Its clock ${way}, ${BASES[basis] ?? basis}.`;
}

export function client({ client, summary, stats }) {
  if (!client) return null;
  const { last } = client;
  const transport = Object.values(stats).find(({ type }) => type === 'transport');
  const theirs = last?.pairs?.find(({ id }) => id === last.selectedPairId);
  const ours = Object.values(stats).find(({ id }) => id === transport?.selectedCandidatePairId);
  const rows = [
    ...STATES.map(([name, member]) => [name, state(client.states?.[member]), state(summary[member])]).filter(([, value]) => value),
    ...COUNTERS.map(([name, member, write]) => theirs?.[member] !== undefined ? [name, write(theirs[member]), write(ours?.[member])] : [name, write(last?.[member]), write(transport?.[member])]),
    ['Checks sent, answered', checks(total(last?.pairs, 'requestsSent'), total(last?.pairs, 'responsesReceived')), null],
    ['Checks received', count(total(last?.pairs, 'requestsReceived')), null],
    ['Round trip', ms(theirs?.currentRoundTripTimeMs ?? theirs?.currentRoundTripTime / 1000), ms(ours?.currentRoundTripTime * 1000)],
    ['ICE role', last?.iceRole ?? null, transport?.iceRole ?? null],
  ].filter(([, value]) => value !== null && value !== undefined);
  return h('section.section.client', { id: 'section-client', 'aria-labelledby': 'h-client' },
    h('div.headline', {}, h('h2', { id: 'h-client', tabindex: '-1' }, 'The peer’s own side'),
      h('p.note', {}, `${plural(client.reports, 'report')} from ${client.sources.map((source) => SOURCES[source] ?? source).join(' and ')}, the last `,
        h('time', { datetime: client.lastReportAt, title: moment(client.lastReportAt) }, ago(client.lastReportAt)), '. ', clockWords(client.clock))),
    client.userAgent ? h('p.agent', { title: client.userAgent }, agent(client.userAgent)) : null,
    rows.length ? h('div.scroll', { tabindex: '0', role: 'region', 'aria-label': 'Both sides' }, h('table.both', {},
      h('thead', {}, h('tr', {}, ['', 'The peer says', 'This server says'].map((name) => h('th', { scope: 'col' }, name || h('span.hidden', {}, 'What'))))),
      h('tbody', {}, rows.map(([name, theirs, ours]) => h('tr', { 'data-key': name }, h('th', { scope: 'row' }, name), h('td', {}, theirs), h('td', {}, ours ?? '–')))))) : null,
    last?.candidates?.length ? h('p.note', {}, `It knew ${plural(last.candidates.filter(({ remote }) => !remote).length, 'candidate')} of its own and ${number(last.candidates.filter(({ remote }) => remote).length)} of ours.`) : null);
}

const state = (value) => value ? h('span.state-told', { class: severityOf(value) }, mark(severityOf(value)), value) : null;
const count = (value) => value === undefined || value === null ? null : number(value);
const size = (value) => value === undefined || value === null ? null : bytes(value);
const ms = (value) => Number.isFinite(value) ? duration(value) : null;
const checks = (sent, answered) => sent === null ? null : `${number(sent)}, ${number(answered ?? 0)}`;

const COUNTERS = [
  ['Packets sent', 'packetsSent', count], ['Packets received', 'packetsReceived', count], ['Bytes sent', 'bytesSent', size], ['Bytes received', 'bytesReceived', size],
];

function total(pairs, member) {
  const values = (pairs ?? []).map((pair) => pair[member]).filter((value) => value !== undefined);
  return values.length ? values.reduce((sum, value) => sum + value, 0) : null;
}
