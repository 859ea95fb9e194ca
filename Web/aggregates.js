// All sessions in numbers: how they ended, what failed and how often, and how long they took, by day.
import { json } from './api.js';
import { capital, duration, helpPath, number, plural, words } from './format.js';
import { h, render } from './dom.js';
import { print } from './filter.js';

const DAY_MS = 86_400_000;
const SPANS = [7, 30, 90];
const OUTCOMES = ['completed', 'failed', 'refused', 'expired', 'server-lost', null];
const LIVE = 'live';
/// Verdicts of which nobody needs to know more.
const WELL = new Set(['connected', 'connecting', 'closed-normally', 'server-stopped']);
/// Days side by side in the table of findings; older ones are in the total.
const COLUMNS = 14;
const PHASES = { gathering: 'Candidates gathered', ice: 'Path found (ICE)', dtls: 'Encryption (DTLS)', sctp: 'Data channels (SCTP)', firstPacket: 'First packet', firstKeyFrame: 'First key frame' };

/// Shows the numbers in `target` until `close()`.
export function aggregatesPage(target, { onFailure, onTitle }) {
  let days = 7;
  let answer = null;
  let failure = null;
  const aborter = new AbortController();

  async function load() {
    const today = Math.floor(Date.now() / DAY_MS) * DAY_MS;
    try {
      answer = await json(`v1/aggregates?since=${new Date(today - (days - 1) * DAY_MS).toISOString()}`, { signal: aborter.signal });
      failure = null;
    } catch (error) {
      if (error.name === 'AbortError') return;
      failure = error;
      onFailure(error);
    }
    draw();
  }

  function draw() {
    render(target, h('div.view', { 'data-key': 'aggregates' },
      h('header.view-head', {}, h('h1', { tabindex: '-1' }, 'Statistics'),
        h('p.note', {}, 'Days are those of UTC.'),
        h('fieldset.segments', {}, h('legend.hidden', {}, 'Time'), SPANS.map((span) => h('label', {},
          h('input', { type: 'radio', name: 'span', value: span, checked: days === span, onchange: () => { days = span; load(); } }), h('span', {}, `${span} days`))))),
      failure ? h('div.empty', { role: 'alert' }, h('h2', {}, failure.status === 404 ? 'This server keeps no such numbers' : failure.title), failure.status === 404 ? null : h('p', {}, failure.message))
        : !answer ? h('div.loading', {}, h('div.ghost'), h('div.ghost.tall'))
        : answer.days.length ? [outcomes(answer), findings(answer), setup(answer)]
        : h('div.empty', {}, h('h2', {}, 'Nothing to count'), h('p', {}, `There was no session in the last ${days} days.`))));
    for (const radio of target.querySelectorAll('input[name=span]')) radio.checked = Number(radio.value) === days;
  }

  onTitle('Statistics');
  draw();
  load();
  return { aim() {}, close() { aborter.abort(); } };
}

// MARK: parts

const dayLabel = (day) => new Date(`${day}T00:00:00Z`).toLocaleDateString('en-GB', { timeZone: 'UTC', weekday: 'short', day: 'numeric', month: 'short' });

/// The list, filtered to what a number counts.
const sessionsLink = (filter, day, text) => {
  const start = Date.parse(`${day}T00:00:00Z`);
  return h('a', { href: `#/?${print({ ...filter, since: new Date(start).toISOString(), until: new Date(start + DAY_MS - 1).toISOString() })}` }, text);
};

const bar = (part, kind = '') => h('span.meter', { 'aria-hidden': 'true', class: kind }, part > 0 ? h('i', { style: { width: `${Math.max(1.5, part * 100).toFixed(1)}%` } }) : null);

const section = (id, title, note, ...children) => h('section.section', { id: `section-${id}`, 'aria-labelledby': `h-${id}` },
  h('div.headline', {}, h('h2', { id: `h-${id}` }, title), note ? h('p.note', {}, note) : null), children);

const table = (label, head, rows, kind = '') => h('div.scroll', { tabindex: '0', role: 'region', 'aria-label': label }, h('table', { class: kind },
  h('thead', {}, h('tr', {}, head)), h('tbody', {}, rows)));

const heading = (text, isNumber = false) => h('th', { scope: 'col', class: isNumber ? 'number' : '' }, text);

function outcomes({ days }) {
  const most = Math.max(...days.map(({ sessions }) => sessions));
  const known = OUTCOMES.filter((outcome) => days.some(({ counts }) => counts.some((count) => count.outcome === outcome)));
  const count = (day, outcome) => day.counts.filter((count) => count.outcome === outcome).reduce((total, { sessions }) => total + sessions, 0);
  return section('outcomes', 'Sessions by day', plural(days.reduce((total, { sessions }) => total + sessions, 0), 'session'),
    table('Table of sessions by day', [heading('Day'), heading('Sessions', true), heading('How they ended'), known.map((outcome) => heading(capital(words(outcome ?? LIVE)), true))],
      days.map((day) => h('tr', { 'data-key': day.day }, h('th', { scope: 'row' }, dayLabel(day.day)),
        h('td.number', {}, sessionsLink({}, day.day, number(day.sessions))),
        h('td.stack', {}, h('span.meter', { 'aria-hidden': 'true' }, known.map((outcome) => {
          const part = count(day, outcome) / most;
          return part ? h('i', { class: outcome ?? LIVE, title: `${words(outcome ?? LIVE)}: ${number(count(day, outcome))}`, style: { width: `${(part * 100).toFixed(2)}%` } }) : null;
        }))),
        known.map((outcome) => h('td.number', {}, count(day, outcome) ? sessionsLink(outcome ? { outcome } : { state: LIVE }, day.day, number(count(day, outcome))) : h('span.none', {}, '0'))))), 'outcomes'),
    h('ul.legend', { 'aria-hidden': 'true' }, known.map((outcome) => h('li', {}, h('i', { class: outcome ?? LIVE }), words(outcome ?? LIVE)))));
}

function findings({ days }) {
  const totals = new Map();
  const of = (day, code) => day.counts.filter(({ finding }) => finding === code).reduce((total, { sessions }) => total + sessions, 0);
  for (const { counts } of days) for (const { finding, sessions } of counts) if (finding && !WELL.has(finding)) totals.set(finding, (totals.get(finding) ?? 0) + sessions);
  const codes = [...totals].sort(([a, first], [b, second]) => second - first || (a < b ? -1 : 1));
  const columns = days.slice(0, COLUMNS).toReversed();
  const most = Math.max(1, ...codes.flatMap(([code]) => columns.map((day) => of(day, code))));
  return section('findings', 'What failed, by day', codes.length ? 'The first finding of each session.' : null,
    codes.length ? table('Findings by day', [heading('Finding'), heading('Sessions', true), columns.map(({ day }) => heading(dayLabel(day), true))],
      codes.map(([code, total]) => h('tr', { 'data-key': code }, h('th', { scope: 'row' }, h('a', { href: helpPath(code) }, code)),
        h('td.number', {}, h('a', { href: `#/?${print({ finding: code })}` }, number(total))),
        columns.map((day) => {
          const count = of(day, code);
          return h('td.number', {}, count ? [sessionsLink({ finding: code }, day.day, number(count)), bar(count / most)] : h('span.none', {}, '0'));
        }))), 'findings-by-day') : h('p.none', {}, 'No session had a finding.'));
}

function setup({ days, setup, phases }) {
  const shown = days.filter((day) => day.setup);
  if (!shown.length) return section('times', 'Time to connect', null, h('p.none', {}, 'No session connected.'));
  const most = Math.max(...shown.map((day) => day.setup.p99Ms), setup?.p99Ms ?? 0);
  const cells = (values, most) => [h('td.number', {}, number(values.count)),
    [['p50Ms'], ['p90Ms'], ['p99Ms']].map(([name]) => h('td.number', {}, duration(values[name]), bar(values[name] / most)))];
  const head = (first) => [heading(first), heading('Connected', true), heading('Half within', true), heading('90 % within', true), heading('99 % within', true)];
  const stages = (phases ?? []).filter(({ overall }) => overall?.count);
  const longest = Math.max(...stages.map(({ overall }) => overall.p99Ms));
  return section('times', 'Time to connect', 'From the first byte of the request to a connection.',
    table('Time to connect by day', head('Day'), [
      ...shown.map((day) => h('tr', { 'data-key': day.day }, h('th', { scope: 'row' }, dayLabel(day.day)), cells(day.setup, most))),
      setup ? h('tr.total', { 'data-key': 'total' }, h('th', { scope: 'row' }, 'All days'), cells(setup, most)) : null], 'times'),
    stages.length ? [h('h3', {}, 'By stage'), table('Time by stage', head('Stage'),
      stages.map(({ phase, overall }) => h('tr', { 'data-key': phase }, h('th', { scope: 'row' }, PHASES[phase] ?? words(phase)), cells(overall, longest))), 'times')] : null);
}
