// An SDP, read aloud: what is wrong where, what each section says, and the answer it would get. Nothing is allocated for it.
import { Failure, json, sessionPath, text } from './api.js';
import { h, render } from './dom.js';
import { plural } from './format.js';
import { mark } from './marks.js';
import { content, marked, rule, sections } from './sdp.js';

const KINDS = { offer: 'An offer', answer: 'An answer', fragment: 'A trickle fragment', candidate: 'A candidate' };
const ORDER = ['error', 'warning', 'info'];
const LARGEST = 256 * 1024;

/// The page at `#/analyze`, with the offer of session `id` in it where one is named.
export function analyzePage(target, id, { onFailure, onTitle }) {
  const aborter = new AbortController();
  const { signal } = aborter;
  let source = '';
  let report = null;
  let failure = null;
  let isBusy = false;
  let isOver = false;
  let origin = null;
  let asked = 0;
  /// What the text is, where it came with that word.
  let told = null;

  async function analyze(from = field().value) {
    const bare = unwrapped(from);
    if (bare) {
      field().value = from = bare.text;
      told = bare.type;
    }
    if (!from.trim()) {
      report = null;
      failure = null;
      return draw();
    }
    const turn = ++asked;
    isBusy = true;
    draw();
    try {
      if (new Blob([from]).size > LARGEST) throw new Failure(413, 'That is too much', 'The server reads at most 256 KiB.');
      const answer = await json(`v1/analyze${told ? `?type=${told}` : ''}`, { method: 'POST', body: unmasked(from), headers: { 'Content-Type': 'application/sdp' }, signal });
      if (turn !== asked) return;
      report = answer;
      source = from;
      failure = null;
    } catch (error) {
      if (error.name === 'AbortError' || turn !== asked) return;
      failure = error;
      report = null;
      onFailure(error);
    }
    isBusy = false;
    draw();
  }

  async function take(session) {
    try {
      const offer = await text(sessionPath(session, '/offer'), { signal });
      origin = session;
      field().value = offer;
      await analyze(offer);
    } catch (error) {
      if (error.name === 'AbortError') return;
      failure = error;
      onFailure(error);
      draw();
    }
  }

  async function drop(event) {
    event.preventDefault();
    isOver = false;
    const { files } = event.dataTransfer;
    const dropped = files.length ? files[0].size <= LARGEST * 2 ? await files[0].text() : null : event.dataTransfer.getData('text');
    if (dropped === null) {
      failure = new Failure(413, 'That is too much', 'The server reads at most 256 KiB.');
      return draw();
    }
    origin = told = null;
    field().value = dropped;
    analyze(dropped);
  }

  const field = () => target.querySelector('#sdp');

  function draw() {
    onTitle(report ? `${KINDS[report.kind] ?? report.kind} · Analyze` : 'Analyze');
    render(target, h('div.view', { 'data-key': 'analyze' },
      h('header.view-head', {}, h('h1', { tabindex: '-1' }, 'Analyze an SDP'),
        h('p.note', {}, 'An offer, an answer, a fragment or a single candidate line. It is read and forgotten: no session is made.')),
      h('form.analyze', {
        onsubmit: (event) => { event.preventDefault(); analyze(); },
        ondragover: (event) => { event.preventDefault(); if (!isOver) { isOver = true; draw(); } },
        ondragleave: (event) => { if (!event.currentTarget.contains(event.relatedTarget)) { isOver = false; draw(); } },
        ondrop: drop,
        class: isOver ? 'over' : '',
      },
      h('label', { for: 'sdp' }, origin ? ['The offer of session ', h('a', { href: `#/sessions/${origin}` }, origin.slice(-8)), ', secrets masked'] : 'Paste it, or drop a file here'),
      h('textarea', {
        id: 'sdp', rows: report ? 5 : 12, spellcheck: 'false', autocomplete: 'off', autocapitalize: 'off', placeholder: 'v=0\no=- …\ns=-\nt=0 0\nm=…', 'data-own': true,
        onpaste: () => { origin = told = null; setTimeout(() => analyze()); },
        onkeydown: (event) => { if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) { event.preventDefault(); analyze(); } },
      }),
      h('p', {}, h('button.primary', { type: 'submit', 'aria-disabled': isBusy ? 'true' : null }, isBusy ? 'Reading…' : 'Analyze'))),
      failure ? h('div.empty', { role: 'alert', 'data-key': 'failure' }, h('h2', {}, failure.status === 404 ? 'This server cannot analyze yet' : failure.title), failure.status === 404 ? null : h('p', {}, failure.message)) : null,
      h('p.hidden', { role: 'status', 'data-key': 'status' }, isBusy ? 'Reading' : report ? headline(report) : ''),
      report ? reading(report, source) : null));
  }

  draw();
  if (id) take(id);
  return {
    aim(part) {
      const line = part?.kind === 'line' ? document.getElementById(`line-${part.ref}`) : null;
      line?.scrollIntoView({ block: 'center' });
      line?.focus({ preventScroll: true });
    },
    close() { aborter.abort(); },
  };
}

const TOLD = { offer: 'offer', answer: 'answer', pranswer: 'answer' };

/// A description or candidate as a page logs it, in JSON: its text alone, so that lines are counted as they are shown.
function unwrapped(text) {
  if (!/^\s*\{/.test(text)) return null;
  try {
    const { sdp, candidate, type } = JSON.parse(text);
    if (typeof sdp === 'string') return { text: sdp, type: TOLD[type] ?? null };
    return typeof candidate === 'string' ? { text: candidate, type: 'candidate' } : null;
  } catch {
    return null;
  }
}

/// A password that the server has masked is as long as it was, but made of what cannot stand in one.
const unmasked = (sdp) => sdp.replace(/^(a=ice-pwd:)(\*+)\r?$/gmi, (line, name, stars) => line.replace(stars, 'x'.repeat(stars.length)));

// MARK: what was read

/// `An offer: 1 error, 2 notes`
function headline({ kind, findings }) {
  const counts = ORDER.map((severity) => [severity, findings.filter((finding) => finding.severity === severity).length]).filter(([, count]) => count);
  const said = counts.map(([severity, count]) => plural(count, severity === 'info' ? 'note' : severity)).join(', ');
  return `${KINDS[kind] ?? kind}${said ? `: ${said}` : ', with nothing to say against it'}`;
}

function reading(report, source) {
  const { ok, summary, findings, session, media = [], candidates = [], answer, refusal } = report;
  const worst = ORDER.find((severity) => findings.some((finding) => finding.severity === severity)) ?? 'ok';
  const placed = findings.filter(({ line }) => line);
  const unplaced = findings.filter(({ line }) => !line);
  return h('div.reading', { 'data-key': 'reading' },
    h('header.verdict-words', {}, mark(ok === false ? 'error' : worst, { label: true }),
      h('h2', { id: 'reading', tabindex: '-1' }, headline(report)),
      summary ? h('p.explanation', {}, summary) : null),
    findings.length ? h('nav.index', { 'aria-label': 'Findings' }, h('ol', {}, [...placed].sort((a, b) => ORDER.indexOf(a.severity) - ORDER.indexOf(b.severity) || a.line - b.line).map((finding) =>
      h('li', {}, mark(finding.severity, { label: true }), h('a', { href: '#line', onclick: jump(finding.line) }, `Line ${finding.line}`), ' ', finding.title)))) : null,
    unplaced.length ? h('div.unplaced', {}, unplaced.map(note)) : null,
    h('section.source', { 'aria-label': 'The text, line by line' }, sections(source).map((part) => h('div.part', {},
      part.lines.map((line) => sourceLine(line, {
        findings: placed.filter((finding) => finding.line === line.number),
        readings: [
          line.number === 1 ? session?.reading : null,
          ...media.filter((section) => section.line === line.number).map(mediaReading),
          ...candidates.filter((candidate) => candidate.line === line.number).map(({ reading }) => reading),
        ].flat().filter(Boolean),
      }))))),
    answer ? h('section.answer', { 'aria-labelledby': 'h-answer' }, h('h2', { id: 'h-answer' }, 'The answer it would get'),
      h('p.note', {}, 'With names and passwords that are examples.'),
      h('div.sdp', { tabindex: '0', role: 'region', 'aria-label': 'Answer' }, sections(answer).flatMap(({ lines }) => lines).map(({ number, text }) => h('div.line', { 'data-line': number }, content(text))))) : null,
    !answer && refusal ? h('section.answer', { 'aria-labelledby': 'h-answer' }, h('h2', { id: 'h-answer' }, 'It would be refused'),
      h('p', {}, h('code', {}, `${refusal.status} ${refusal.code}`), ' ', refusal.detail, ' ', refusal.section ? rule(refusal.section) : null)) : null);
}

const jump = (line) => (event) => {
  event.preventDefault();
  const element = document.getElementById(`line-${line}`);
  element?.scrollIntoView({ block: 'center' });
  element?.focus({ preventScroll: true });
};

function mediaReading({ reading, accepted, rejection }) {
  return [reading, accepted === false && rejection && !reading.includes(rejection.detail) ? rejection.detail : null];
}

/// A line of the text, and beside it what is said of it.
function sourceLine({ number, text }, { findings, readings }) {
  const worst = ORDER.find((severity) => findings.some((finding) => finding.severity === severity));
  const first = findings.find(({ severity }) => severity === worst);
  return h('div.pairing', { 'data-key': number, class: worst ?? '' },
    h('div.line', { id: `line-${number}`, 'data-line': number, class: worst ? 'fault' : '', tabindex: findings.length ? '-1' : null }, worst && first.column ? marked(text, first.column) : content(text)),
    findings.length || readings.length ? h('div.beside', {}, findings.map(note), readings.map((text) => h('p.aloud', {}, text))) : null);
}

function note({ code, severity, line, section, title, explanation, fix }) {
  return h('section.said', { class: severity, 'aria-label': line ? `Line ${line}: ${title}` : title },
    h('h3', {}, mark(severity, { label: true }), title),
    h('p', {}, explanation, section ? [' ', rule(section)] : null),
    fix ? h('p.fix', {}, h('span.lead', {}, 'What helps'), fix) : null,
    h('code.note', {}, code));
}
