// The phases of the set-up as bars over time.
import { h } from './dom.js';
import { duration } from './format.js';

const percent = (part) => `${(Math.max(0, Math.min(1, part)) * 100).toFixed(3)}%`;

/// What follows on what: a stage that began and did not finish is what the connection waited for.
function stages(phases) {
  return [
    { name: 'Offer read', phase: 'sdp', from: 0, to: phases.offerParsedMs },
    { name: 'Candidates gathered', phase: 'gathering', from: phases.offerParsedMs, to: phases.candidatesGatheredMs },
    { name: 'Answer sent', phase: 'http', from: phases.candidatesGatheredMs ?? phases.offerParsedMs, to: phases.answerSentMs },
    {
      name: 'Connectivity checks', phase: 'ice', from: phases.answerSentMs, to: phases.pairSucceededMs,
      moments: [['first check sent', phases.firstCheckSentMs], ['first check received', phases.firstCheckReceivedMs]],
    },
    { name: 'Nomination', phase: 'ice', from: phases.pairSucceededMs, to: phases.nominatedMs },
    { name: 'DTLS handshake', phase: 'dtls', from: phases.dtlsStartedMs, to: phases.dtlsFinishedMs },
    { name: 'SCTP association', phase: 'sctp', from: phases.sctpStartedMs, to: phases.sctpEstablishedMs },
    { name: 'First data channel', phase: 'channel', from: phases.sctpEstablishedMs, to: phases.channelOpenMs },
  ];
}

/// Round steps of time: 1, 2 or 5 of some power of ten, at most six of them.
function ticks(range) {
  const rough = range / 5;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].map((factor) => factor * power).find((step) => step >= rough);
  return Array.from({ length: Math.floor(range / step) + 1 }, (_, index) => index * step);
}

const DURATIONS = [
  ['gatheringMs', 'Gathering', 'gathering'], ['iceMs', 'ICE', 'ice'], ['dtlsMs', 'DTLS', 'dtls'], ['sctpMs', 'SCTP', 'sctp'],
  ['firstPacketMs', 'First packet', 'channel'], ['firstKeyFrameMs', 'First key frame', 'channel'],
];

/// How long each stage took; what did not happen is not there.
function lengths({ durations }) {
  const known = DURATIONS.filter(([member]) => Number.isFinite(durations?.[member]));
  return known.length ? h('dl.lengths', { 'aria-label': 'How long each stage took' }, known.map(([member, name, phase]) =>
    h('div', { 'data-key': member, class: `phase-${phase}` }, h('dt', {}, name), h('dd', {}, duration(durations[member]))))) : null;
}

export function waterfall({ summary, liveMs }) {
  const { phases } = summary;
  const isLive = summary.state === 'live';
  const all = stages(phases);
  const reached = Math.max(0, ...Object.values(phases));
  // A session that got everything it wanted shows its set-up; one that waits shows how long.
  const isWaiting = !('connectedMs' in phases) && reached > 0;
  const range = Math.max(isWaiting ? (isLive ? liveMs : summary.durationMs) : reached * 1.02, 0.01);
  const at = (ms) => percent(ms / range);
  const heading = h('h2', { id: 'h-setup', tabindex: '-1' }, 'Set-up');
  if (!reached) {
    return h('section.section', { id: 'section-setup', 'aria-labelledby': 'h-setup' }, heading,
      h('p.none', {}, summary.outcome === 'refused' ? 'The offer was refused before anything was set up.' : 'Nothing was set up yet.'), lengths(summary));
  }
  const connected = phases.connectedMs;
  return h('section.section.setup', { id: 'section-setup', 'aria-labelledby': 'h-setup' },
    h('div.headline', {}, heading, h('p.note', {}, connected === undefined ? isLive ? 'Not connected yet.' : 'It was never connected.' : ['Connected after ', h('strong', {}, duration(connected)), '.'])),
    h('div.chart', {},
      h('div.axis', { 'aria-hidden': 'true' }, ticks(range).map((tick) => h('span', { style: { left: at(tick) } }, tick === 0 ? '0' : duration(tick).replace(/\.0+(?=\D)/, '')))),
      h('div.grid', { 'aria-hidden': 'true' }, ticks(range).map((tick) => h('i', { style: { left: at(tick) } })),
        connected === undefined ? null : h('b', { style: { left: at(connected) } })),
      h('ol', {}, all.map(({ name, phase, from, to, moments = [] }) => {
        const hasBegun = from !== undefined;
        const isOpen = hasBegun && to === undefined && isWaiting;
        const end = to ?? (isOpen ? range : undefined);
        const value = to !== undefined ? duration(to - from) : isOpen ? (isLive ? 'waiting' : 'not finished') : 'not reached';
        return h('li', { 'data-key': name },
          h('span.name', {}, name),
          h('span.track', { 'aria-hidden': 'true' },
            end === undefined ? null : h('span.span', {
              class: `phase-${phase}${isOpen ? ' open' : ''}`, style: { left: at(from), width: percent((end - from) / range) },
              title: `${duration(from)} to ${to === undefined ? '…' : duration(to)}`,
            }),
            moments.filter(([, ms]) => ms !== undefined).map(([what, ms]) => h('span.moment', { style: { left: at(ms) }, title: `${what} at ${duration(ms)}` }))),
          h('span.value', { class: to === undefined ? 'open' : '' }, value, to === undefined ? null : h('span.hidden', {}, `, from ${duration(from)} to ${duration(to)}`)));
      }))),
    lengths(summary));
}
