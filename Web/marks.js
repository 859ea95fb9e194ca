// Severity and state as a shape: told apart without colour.
import { h, s } from './dom.js';

const SHAPES = {
  ok: () => [s('circle.fill', { cx: 8, cy: 8, r: 7 }), s('path.cut', { d: 'M4.8 8.2 7 10.4l4.2-4.6' })],
  info: () => [s('circle.line', { cx: 8, cy: 8, r: 6 }), s('circle.fill', { cx: 8, cy: 8, r: 2.2 })],
  warning: () => [s('path.fill', { d: 'M8 1.2 15.4 14.4H.6Z' }), s('path.cut', { d: 'M8 6v3.6M8 11.9v.2' })],
  error: () => [s('path.fill', { d: 'M5 1h6l4 4v6l-4 4H5l-4-4V5Z' }), s('path.cut', { d: 'm5.4 5.4 5.2 5.2m0-5.2-5.2 5.2' })],
  none: () => [s('path.line', { d: 'M4 8h8' })],
};

const WORDS = { ok: 'Good', info: 'In progress', warning: 'Warning', error: 'Error', none: '' };

/// The mark of a severity. With `label` it is announced; otherwise the words beside it say the same.
export function mark(severity, { label = false } = {}) {
  const shape = SHAPES[severity] ? severity : 'none';
  return s(`svg.mark.${shape}`, {
    viewBox: '0 0 16 16', ...(label ? { role: 'img', 'aria-label': WORDS[shape] } : { 'aria-hidden': 'true' }),
  }, SHAPES[shape]());
}

/// The tag of what goes on right now.
export const liveTag = () => h('span.tag.live', {}, 'live');

const GOOD = new Set(['connected', 'completed', 'stable', 'complete', 'succeeded', 'open']);
const BUSY = new Set(['checking', 'connecting', 'gathering', 'in-progress', 'waiting', 'have-remote-offer', 'have-local-offer', 'opening']);
const POOR = new Set(['disconnected', 'closing']);

/// The severity of a state's name, as the W3C writes it.
export function severityOf(state) {
  if (GOOD.has(state)) return 'ok';
  if (BUSY.has(state)) return 'info';
  if (POOR.has(state)) return 'warning';
  return state === 'failed' ? 'error' : 'none';
}
