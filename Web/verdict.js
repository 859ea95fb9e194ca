// What happened, in words: the verdict on top, then each finding with what helps and what proves it.
import { h } from './dom.js';
import { age, agent, ago, duration, helpPath, moment, words } from './format.js';
import { mark } from './marks.js';

export function verdict(model, actions) {
  const { summary, diagnosis } = model;
  const { severity, title, explanation, code } = diagnosis.verdict;
  return h('header.verdict-head', { class: severity },
    h('div.verdict-words', {},
      mark(severity, { label: true }),
      h('h1', { id: 'verdict', tabindex: '-1' }, title),
      explanation ? h('p.explanation', {}, explanation) : null),
    h('div.findings', {}, diagnosis.findings.map((finding) => findingView(finding, model, finding.code === code && finding.title === title))),
    facts(model),
    actions);
}

/// `isVerdict`: its title and explanation stand above already.
function findingView(finding, model, isVerdict) {
  const severity = finding.severity;
  return h('section.finding', { class: severity, 'data-key': finding.code, 'aria-label': isVerdict ? 'What to do' : finding.title },
    isVerdict ? null : [h('h2', {}, mark(severity, { label: true }), finding.title), h('p', {}, finding.explanation)],
    finding.fix ? h('p.fix', {}, h('span.lead', {}, 'What helps'), finding.fix) : null,
    more(finding),
    finding.evidence?.length ? h('div.evidence', {}, h('span.lead', {}, 'Evidence'), h('ul', {}, finding.evidence.map((piece) => h('li', {}, evidence(piece, model))))) : null);
}

/// Where the cause is explained at length: beside this page, behind whatever proxy it came through.
function more({ help, code, title }) {
  return help ? h('p', {}, h('a.help', { href: helpPath(code) }, 'More about this: ', h('span', {}, title), h('span.hidden', {}, ` (${code})`))) : null;
}

const LINKS = { event: 'event', pair: 'pair', line: 'line', candidate: 'candidate', transaction: 'transaction' };
const NAMES = { event: 'Event', pair: 'Pair', line: 'Line', candidate: 'Candidate', transaction: 'Check' };

function evidence({ kind, ref, text }, { summary, names }) {
  if (!LINKS[kind]) return h('span.proof', {}, text);
  const name = kind === 'candidate' || kind === 'pair' ? names(ref) : ref;
  return h('a.proof', { href: `#/sessions/${summary.id}/${LINKS[kind]}/${encodeURIComponent(ref)}` },
    h('span.ref', {}, `${NAMES[kind]} ${name}`), ' ', kind === 'line' ? h('code', {}, text) : text);
}

/// The explanation often ends with the reason; once is enough.
const isSaid = (text, { verdict, findings }) => [verdict, ...findings].some(({ explanation }) => explanation?.includes(text));

function facts({ summary, diagnosis, liveMs }) {
  const { selectedPair: pair, labels } = summary;
  const isLive = summary.state === 'live';
  const entries = [
    ['Session', h('code', {}, summary.id)],
    ['Created', h('time', { datetime: summary.createdAt, title: ago(summary.createdAt) }, moment(summary.createdAt))],
    summary.outcome === 'refused' ? null : [isLive ? 'Lives for' : 'Lasted', isLive ? age(liveMs) : duration(summary.durationMs)],
    summary.connectedAt ? ['Connected after', duration(summary.phases.connectedMs)] : null,
    summary.outcome ? ['Outcome', words(summary.outcome)] : null,
    summary.refusal ? ['Answered with', `${summary.refusal.status} ${summary.refusal.code}`] : null,
    ['Peer', h('code', {}, summary.remoteAddress ?? 'unknown')],
    ['User agent', h('span', { title: summary.userAgent ?? '' }, agent(summary.userAgent))],
    pair ? ['Selected pair', h('a', { href: `#/sessions/${summary.id}/pair/${encodeURIComponent(pair.id)}` },
      h('code', {}, `${pair.local} → ${pair.remote}`)), ` ${pair.localType} to ${pair.remoteType}`,
      pair.currentRoundTripTimeMs === undefined ? '' : `, ${duration(pair.currentRoundTripTimeMs)} round trip`] : null,
    summary.reason && !isSaid(summary.reason.text, diagnosis) ? ['How it ended', h('span.ending', {}, summary.reason.text)] : null,
    ...Object.entries(labels ?? {}).map(([key, value]) => [key, h('span.label', {}, value)]),
  ];
  return h('dl.facts', {}, entries.filter(Boolean).map(([name, ...value]) => h('div', { 'data-key': `fact-${name}` }, h('dt', {}, name), h('dd', {}, value))));
}
