// Candidates of both sides, what became of each, and all pairs.
import { h } from './dom.js';
import { ago, bytes, duration, number, plural, words } from './format.js';
import { mark, severityOf } from './marks.js';

const REJECTIONS = {
  wrongPassword: 'signed with another password', unknownUsername: 'for an unknown username', noIntegrity: 'not signed', malformed: 'malformed',
};

export function candidates(model) {
  const { ice } = model;
  const rejected = Object.entries(ice.rejectedRequests ?? {}).filter(([, count]) => count > 0);
  return h('section.section', { id: 'section-candidates', 'aria-labelledby': 'h-candidates' },
    h('div.headline', {}, h('h2', { id: 'h-candidates', tabindex: '-1' }, 'Candidates'),
      h('p.note', {}, ice.localCandidates.length ? `This server is the ${ice.role} side.` : '',
        ice.remote?.trickle ? ' The peer trickles.' : '', ice.remote?.lite ? ' The peer is ICE-lite.' : '',
        ice.restarts ? ` ${plural(ice.restarts, 'restart')}.` : '', ice.roleConflicts ? ` ${plural(ice.roleConflicts, 'role conflict')}.` : '',
        rejected.length ? ` Checks that were rejected: ${rejected.map(([kind, count]) => `${number(count)} ${REJECTIONS[kind] ?? kind}`).join(', ')}.` : '')),
    h('div.sides', {}, side('Local', ice.localCandidates, model), side('Remote', ice.remoteCandidates, model)));
}

function side(title, list, { names, target }) {
  const isRemote = title === 'Remote';
  return h('div.side', {}, h('h3', {}, title, ' ', h('span.count', {}, list.length)),
    list.length ? h('div.scroll', { tabindex: '0', role: 'region', 'aria-label': `${title} candidates` }, h('table', {},
      h('thead', {}, h('tr', {}, ['Name', 'Type', 'Address', 'Transport', isRemote ? 'What became of it' : 'Priority'].map((name) => h('th', { scope: 'col', class: name === 'Priority' ? 'number' : '' }, name)))),
      h('tbody', {}, list.map((candidate) => {
        const isTarget = target?.kind === 'candidate' && target.ref === candidate.id;
        return h('tr', { id: `candidate-${candidate.id}`, 'data-key': candidate.id, class: isTarget ? 'target' : '', tabindex: isTarget ? '-1' : null, title: `priority ${candidate.priority}, foundation ${candidate.foundation}` },
          h('th', { scope: 'row' }, names(candidate.id)),
          h('td', {}, candidate.type),
          h('td.mono', {}, endpoint(candidate), candidate.relatedAddress ? h('span.related', {}, ` from ${candidate.relatedAddress}:${candidate.relatedPort}`) : null),
          h('td', {}, candidate.protocol, candidate.tcpType ? ` ${candidate.tcpType}` : ''),
          isRemote ? h('td', { class: `disposition ${candidate.disposition}` }, words(candidate.disposition ?? '–'), candidate.dispositionReason ? h('span.reason', {}, `: ${candidate.dispositionReason}`) : null)
            : h('td.number', {}, number(candidate.priority)));
      })))) : h('p.none', {}, isRemote ? 'The peer announced none.' : 'None.'));
}

const endpoint = ({ address, port }) => address.includes(':') ? `[${address}]:${port}` : `${address}:${port}`;

export function pairs(model) {
  const { ice, names, target } = model;
  const order = [...ice.pairs].sort((a, b) => (b.selected - a.selected) || (b.nominated - a.nominated) || (BigInt(b.priority) > BigInt(a.priority) ? 1 : -1));
  const end = (id, address, type) => h('td.mono', { title: names(id) }, address, ' ', h('span.type', {}, type));
  const columns = ['Pair', 'Local', 'Remote', 'State', 'Round trip', 'Checks sent, answered', 'Checks received, answered', 'Sent', 'Received', 'Last received', 'Last error'];
  return h('section.section.pairs', { id: 'section-pairs', 'aria-labelledby': 'h-pairs' },
    h('div.headline', {}, h('h2', { id: 'h-pairs', tabindex: '-1' }, 'Pairs'),
      h('p.note', {}, ice.pairs.length ? `${plural(ice.pairs.length, 'pair')}, ${ice.selectedPairId ? `${ice.selectedPairId} is selected` : 'none is selected'}${ice.selectedPairChanges > 1 ? ` after ${ice.selectedPairChanges} changes` : ''}.` : '')),
    order.length ? h('div.scroll', { tabindex: '0', role: 'region', 'aria-label': 'Candidate pairs' }, h('table.wide', {},
      h('thead', {}, h('tr', {}, columns.map((name, index) => h('th', { scope: 'col', class: index >= 4 && index <= 8 ? 'number' : '' }, name)))),
      h('tbody', {}, order.map((pair) => {
        const isTarget = target?.kind === 'pair' && target.ref === pair.id;
        const cells = [
          h('th', { scope: 'row' }, pair.id, pair.selected ? h('span.tag', {}, 'selected') : null),
          end(pair.localCandidateId, pair.local, pair.localType),
          end(pair.remoteCandidateId, pair.remote, pair.remoteType),
          h('td.state', {}, h('span', {}, mark(severityOf(pair.state)), words(pair.state), pair.nominated ? ', nominated' : '')),
          h('td.number', {}, pair.currentRoundTripTimeMs === undefined ? '–' : duration(pair.currentRoundTripTimeMs)),
          h('td.number', { title: `${number(pair.consentRequestsSent)} of them to keep consent` }, `${number(pair.requestsSent + pair.consentRequestsSent)}, ${number(pair.responsesReceived)}`),
          h('td.number', {}, `${number(pair.requestsReceived)}, ${number(pair.responsesSent)}`),
          h('td.number', { title: plural(pair.packetsSent, 'packet') }, bytes(pair.bytesSent)),
          h('td.number', { title: plural(pair.packetsReceived, 'packet') }, bytes(pair.bytesReceived)),
          h('td', {}, pair.lastPacketReceivedAt ? ago(pair.lastPacketReceivedAt) : '–'),
          h('td', {}, pair.lastError ? `${pair.lastError.code} ${pair.lastError.text}` : '–'),
        ];
        // Where a row becomes a card, each cell says what it is.
        cells.forEach((cell, index) => { cell.dataset.name = columns[index]; });
        return h('tr', { id: `pair-${pair.id}`, 'data-key': pair.id, class: `${pair.selected ? 'selected' : ''}${isTarget ? ' target' : ''}`, tabindex: isTarget ? '-1' : null }, cells);
      })))) : h('p.none', {}, 'No pair was formed: a pair needs a candidate of each side that can reach the other.'));
}
