// The statistics report as it is, a fold per entry.
import { h } from './dom.js';
import { plural } from './format.js';

const ORDER = ['peer-connection', 'transport', 'sctp-transport', 'data-channel', 'candidate-pair', 'local-candidate', 'remote-candidate', 'certificate', 'codec'];

export function statistics({ stats, summary, folds }) {
  const place = ({ type }) => (ORDER.indexOf(type) + ORDER.length + 1) % (ORDER.length + 1);
  const entries = Object.values(stats).sort((a, b) => place(a) - place(b));
  return h('section.section', { id: 'section-stats', 'aria-labelledby': 'h-stats' },
    h('div.headline', {}, h('h2', { id: 'h-stats', tabindex: '-1' }, 'Statistics report'),
      h('p.note', {}, `${plural(entries.length, 'entry', 'entries')} of the W3C report${summary.state === 'live' ? '' : ', the last of this session'}.`)),
    h('div.entries', {}, entries.map(({ id, type, ...members }) => {
      const key = `stats-${id}`;
      return h('details.fold', { 'data-key': key, open: folds.get(key) ?? false, ontoggle: (event) => folds.set(key, event.currentTarget.open) },
        h('summary', {}, h('span.name', {}, type), h('code.note', {}, id)),
        h('dl', {}, Object.entries(members).map(([name, value]) => h('div', { 'data-key': name }, h('dt', {}, name), h('dd', {}, typeof value === 'object' ? JSON.stringify(value) : String(value))))));
    })));
}
