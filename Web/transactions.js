// The STUN transactions of a session, one line for each pair until somebody wants to see them.
import { h } from './dom.js';
import { duration, number, offset, plural, words } from './format.js';

/// The checks of each pair: `{ key, offsetUs, ids, list }`, in the order in which they began.
export function groups(transactions, names) {
  const all = new Map();
  for (const transaction of transactions) {
    const key = transaction.pairId ?? `${transaction.local} ${transaction.remote}`;
    if (!all.has(key)) {
      all.set(key, { key, pairId: transaction.pairId, title: transaction.pairId ? names(transaction.pairId) : `${transaction.local} and ${transaction.remote}`, offsetUs: transaction.offsetUs, list: [] });
    }
    const group = all.get(key);
    group.list.push(transaction);
    group.offsetUs = Math.min(group.offsetUs, transaction.offsetUs);
  }
  return [...all.values()].sort((a, b) => a.offsetUs - b.offsetUs);
}

const isAnswered = ({ outcome }) => outcome !== 'unanswered';

/// `7 checks from here, 6 answered, 1 refused`
function tally(list, name, whose) {
  if (!list.length) return null;
  const answered = list.filter(isAnswered).length;
  const refused = list.filter(({ outcome }) => outcome === 'error').length;
  const said = answered === list.length ? list.length === 1 ? 'answered' : 'all answered' : answered === 0 ? 'none answered' : `${number(answered)} answered`;
  return `${plural(list.length, name)} ${whose}, ${said}${refused ? `, ${number(refused)} refused` : ''}`;
}

/// One fold of the timeline.
export function checks({ key, pairId, title, offsetUs, list }, isSameMoment, { summary, folds, target }, redraw) {
  const name = `checks-${key}`;
  const isOpen = folds.get(name) ?? false;
  const ours = list.filter(({ by }) => by === 'us');
  const isConsent = ({ kind }) => kind === 'consent';
  const theirs = list.filter(({ by }) => by !== 'us');
  const parts = [
    tally(ours.filter((one) => !isConsent(one)), 'check', 'from here'), tally(theirs.filter((one) => !isConsent(one)), 'check', 'from the peer'),
    tally(ours.filter(isConsent), 'check', 'from here for consent'), tally(theirs.filter(isConsent), 'check', 'from the peer for consent'),
  ].filter(Boolean);
  const times = ours.map(({ durationUs }) => durationUs).filter((us) => us !== undefined);
  return h('li.checks.phase-ice', { 'data-key': name, class: isSameMoment ? 'same' : '' }, h('details', {
    'data-key': name, open: isOpen, ontoggle: (event) => { if (folds.get(name) !== event.currentTarget.open) { folds.set(name, event.currentTarget.open); redraw(); } },
  },
  h('summary', {}, h('span.offset', {}, offset(offsetUs)), h('span.phase', {}, 'STUN'), h('span.what', {}, h('span.text', {}, `${title}: ${parts.join('; ')}`), ' ',
    times.length ? h('span.fact', {}, `answers after ${duration(Math.min(...times) / 1000)}${times.length > 1 ? ` to ${duration(Math.max(...times) / 1000)}` : ''}`) : null)),
  isOpen ? h('div.scroll', { tabindex: '0', role: 'region', 'aria-label': `Checks of ${title}` }, h('table', {},
    h('thead', {}, h('tr', {}, ['At', 'From', 'Kind', 'Answer', 'After', 'Sent', 'Packets'].map((text) => h('th', { scope: 'col', class: ['At', 'After', 'Sent'].includes(text) ? 'number' : '' }, text)))),
    h('tbody', {}, list.map((transaction) => {
      const isTarget = target?.kind === 'transaction' && target.ref === String(transaction.id);
      return h('tr', { id: `transaction-${transaction.id}`, 'data-key': transaction.id, class: isTarget ? 'target' : '', tabindex: isTarget ? '-1' : null },
        h('td.number', {}, offset(transaction.offsetUs)), h('th', { scope: 'row' }, transaction.by === 'us' ? 'here' : 'the peer'), h('td', {}, words(transaction.kind ?? 'check')),
        h('td', { class: isAnswered(transaction) ? '' : 'unanswered' }, words(transaction.outcome ?? '–'), transaction.code ? ` ${transaction.code}` : ''),
        h('td.number', {}, transaction.durationUs === undefined ? '–' : duration(transaction.durationUs / 1000)),
        h('td.number', {}, transaction.attempts === undefined ? '–' : `${number(transaction.attempts)}×`),
        h('td', {}, transaction.packets?.length ? transaction.packets.join(', ') : '–'));
    })))) : null,
  pairId && isOpen ? h('p.note', {}, h('a', { href: `#/sessions/${summary.id}/pair/${encodeURIComponent(pairId)}` }, `${title} among the pairs`)) : null));
}
