// Data channels, and the association that carries them.
import { h } from './dom.js';
import { bytes, duration, number } from './format.js';
import { mark, severityOf } from './marks.js';

export function channels({ stats }) {
  const entries = Object.values(stats);
  const list = entries.filter(({ type }) => type === 'data-channel');
  const association = entries.find(({ type }) => type === 'sctp-transport');
  const facts = association ? [
    association.smoothedRoundTripTime !== undefined && `round trip ${duration(association.smoothedRoundTripTime * 1000)}`,
    association.congestionWindow !== undefined && `congestion window ${bytes(association.congestionWindow)}`,
    association.receiverWindow !== undefined && `receiver window ${bytes(association.receiverWindow)}`,
    association.mtu !== undefined && `MTU ${association.mtu}`,
    association.unackedData !== undefined && `${number(association.unackedData)} unacknowledged`,
  ].filter(Boolean) : [];
  return h('section.section', { id: 'section-channels', 'aria-labelledby': 'h-channels' },
    h('div.headline', {}, h('h2', { id: 'h-channels', tabindex: '-1' }, 'Data channels'), h('p.note', {}, facts.join(', '))),
    list.length ? h('div.scroll', { tabindex: '0', role: 'region', 'aria-label': 'Table of data channels' }, h('table', {},
      h('thead', {}, h('tr', {}, [['Id'], ['Label'], ['Protocol'], ['State'], ['Messages received', 1], ['sent', 1], ['Bytes received', 1], ['sent', 1]]
        .map(([name, isNumber]) => h('th', { scope: 'col', class: isNumber ? 'number' : '' }, name)))),
      h('tbody', {}, list.map((channel) => h('tr', { 'data-key': channel.id },
        h('th', { scope: 'row' }, channel.dataChannelIdentifier ?? channel.id),
        h('td.label', {}, channel.label || h('span.none', {}, 'no label')),
        h('td', {}, channel.protocol || '–'),
        h('td.state', {}, h('span', {}, mark(severityOf(channel.state)), channel.state)),
        h('td.number', {}, number(channel.messagesReceived)), h('td.number', {}, number(channel.messagesSent)),
        h('td.number', {}, bytes(channel.bytesReceived)), h('td.number', {}, bytes(channel.bytesSent))))))) : h('p.none', {}, 'No data channel was opened.'));
}
