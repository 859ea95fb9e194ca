// Which sessions the list shows: the form, the words of the address and of the query, and what of it can be told of a single session.
import { h } from './dom.js';
import { moment, words } from './format.js';

const OUTCOMES = { completed: 'Completed', failed: 'Failed', refused: 'Refused', expired: 'Expired', 'server-lost': 'Server lost' };
const KINDS = { session: 'Answered here', offerer: 'Offered here', whip: 'WHIP', whep: 'WHEP' };
const SEVERITIES = { ok: 'Good', info: 'In progress', warning: 'Warning', error: 'Error' };
const NAMES = ['state', 'outcome', 'kind', 'severity', 'finding', 'q', 'since', 'until'];
const CODE = /^[a-z0-9:-]{1,64}$/;

export const none = () => Object.fromEntries(NAMES.map((name) => [name, '']));

/// The filter that an address names; what it does not know stays out.
export function parse(text) {
  const asked = new URLSearchParams(text);
  const filter = none();
  for (const name of NAMES) filter[name] = (asked.get(name) ?? '').slice(0, 200);
  for (const name of ['since', 'until']) if (Number.isNaN(Date.parse(filter[name]))) filter[name] = '';
  if (!CODE.test(filter.finding)) filter.finding = '';
  return filter;
}

/// As the query of an address or a request; names without a value are left out.
export function print(filter, more = {}) {
  const parameters = new URLSearchParams();
  for (const [name, value] of Object.entries({ ...filter, ...more })) if (value) parameters.set(name, value);
  // A colon needs no escape, and a time is easier to read with it.
  return parameters.toString().replaceAll('%3A', ':');
}

export const isEmpty = (filter) => NAMES.every((name) => !filter[name]);

/// How many there are beyond state and search, which are always in sight.
const folded = (filter) => NAMES.filter((name) => filter[name] && name !== 'state' && name !== 'q').length;

/// Whether a session may belong to the list, as far as its item tells; a search and a finding only the server can judge.
export function admits(filter, item) {
  return (!filter.state || item.state === filter.state) && (!filter.outcome || item.outcome === filter.outcome)
    && (!filter.kind || item.kind === filter.kind) && (!filter.severity || item.verdict.severity === filter.severity)
    && (!filter.since || Date.parse(item.createdAt) >= Date.parse(filter.since)) && (!filter.until || Date.parse(item.createdAt) <= Date.parse(filter.until));
}

export const needsServer = (filter) => Boolean(filter.q || filter.finding);

/// `outcome “failed”, “Firefox”`
export function describe(filter) {
  return NAMES.filter((name) => filter[name]).map((name) => name === 'q' ? `“${filter.q}”`
    : name === 'since' || name === 'until' ? `${name} ${moment(filter[name])}` : `${name} “${name === 'finding' ? filter[name] : words(filter[name])}”`).join(', ');
}

// MARK: the form

/// `choose(changes)` takes what the reader wants.
export function filterForm(filter, { isWide, choose, clear, folds, redraw }) {
  const isOpen = folds.get('filter') ?? (isWide && folded(filter) > 0);
  const option = (name, label, any, values) => h('label', {}, h('span.name', {}, label),
    h('select', { id: `filter-${name}`, onchange: ({ target }) => choose({ [name]: target.value }) },
      h('option', { value: '' }, any), Object.entries(values).map(([value, text]) => h('option', { value }, text))));
  const time = (name, label) => h('label', {}, h('span.name', {}, label),
    h('input', { id: `filter-${name}`, type: 'datetime-local', onchange: ({ target }) => choose({ [name]: target.value ? new Date(target.value).toISOString() : '' }) }));
  return h('form.filter', { role: 'search', 'aria-label': 'Filter sessions', onsubmit: (event) => event.preventDefault() },
    h('div.filter-first', {},
      h('fieldset.segments', {}, h('legend.hidden', {}, 'State'),
        [['', 'All'], ['live', 'Live'], ['ended', 'Ended']].map(([value, label]) => h('label', {},
          h('input', { type: 'radio', name: 'state', value, checked: filter.state === value, onchange: () => choose({ state: value }) }), h('span', {}, label)))),
      h('label.search', {}, h('span.hidden', {}, 'Search by address, user agent, stream, label, id or finding'),
        h('input', {
          id: 'filter-q', type: 'search', placeholder: 'Address, user agent, label, id, finding', autocomplete: 'off', spellcheck: 'false', maxlength: 200,
          oninput: ({ target }) => choose({ q: target.value.trim() }, { isTyping: true }),
        })),
      h('button', { type: 'button', id: 'more-filters', 'aria-expanded': String(isOpen), 'aria-controls': 'filters', onclick: () => { folds.set('filter', !isOpen); redraw(); } },
        'Filters', folded(filter) ? h('span.count', {}, ` ${folded(filter)}`) : null)),
    h('div.filters', { id: 'filters', hidden: !isOpen },
      option('outcome', 'Outcome', 'Any outcome', OUTCOMES),
      option('severity', 'Severity', 'Any severity', SEVERITIES),
      option('kind', 'Kind', 'Any kind', KINDS),
      h('label', {}, h('span.name', {}, 'Finding'),
        h('input', {
          id: 'filter-finding', type: 'text', placeholder: 'consent-lost', autocomplete: 'off', autocapitalize: 'off', spellcheck: 'false', maxlength: 64, pattern: '[a-z0-9:\\-]*',
          oninput: ({ target }) => { const code = target.value.trim(); if (!code || CODE.test(code)) choose({ finding: code }, { isTyping: true }); },
        })),
      time('since', 'Created since'), time('until', 'Created until'),
      isEmpty(filter) ? null : h('button.quiet', { type: 'button', onclick: clear }, 'Show all sessions')));
}

/// What was typed belongs to the reader: only where the filter was set otherwise, the fields follow it.
export function syncForm(target, filter) {
  for (const radio of target.querySelectorAll('input[name=state]')) radio.checked = radio.value === filter.state;
  for (const name of NAMES) {
    const field = target.querySelector(`#filter-${name}`);
    if (!field || field === document.activeElement) continue;
    const value = name === 'since' || name === 'until' ? local(filter[name]) : filter[name];
    if (field.value !== value && !(field.value.trim() === value)) field.value = value;
  }
}

/// A time as the field of the browser wants it, in local time.
function local(iso) {
  if (!iso) return '';
  const date = new Date(iso);
  return new Date(date - date.getTimezoneOffset() * 60_000).toISOString().slice(0, 16);
}
