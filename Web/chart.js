// Lines over time on a canvas. A moment is picked by pointer or keys; the same values stand in the legend, in words and in a table.
import { h, render } from './dom.js';
import { clock } from './format.js';

const HEIGHT = 136;
const GUTTER = { left: 58, right: 10, top: 8, bottom: 20 };
/// Rows of the table; where there are more points, every so manieth.
const ROWS = 120;
const STEPS_S = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14400, 21600, 43200, 86400];

/// A chart: `show(lines, range)` draws `[{ name, points: [[ms, value, least, greatest]] }]`, `pick(ms)` marks a moment, null none.
/// `write(value)` says a value with its unit; `onPick(ms | null)` tells which moment the reader wants.
export function chart({ title, write, onPick }) {
  let lines = [];
  let range = [0, 1];
  let times = [];
  let picked = null;
  let frame = 0;
  const canvas = h('canvas', { 'aria-hidden': 'true' });
  const plot = h('div.plot', { role: 'slider', tabindex: '0', 'aria-label': `${title}, moment` }, canvas);
  const legend = h('ul.legend');
  const table = h('div.scroll', { tabindex: '0', role: 'region', 'aria-label': `${title}, values` });
  const fold = h('details.values', { ontoggle: tabulate }, h('summary', {}, 'Values', h('span.hidden', {}, ` of ${title} as a table`)), table);
  const element = h('figure.chart-box', {}, h('figcaption', {}, h('h3', {}, title), legend), plot, fold);

  const later = () => { frame ||= requestAnimationFrame(() => { frame = 0; draw(); }); };
  const observer = new ResizeObserver(later);
  observer.observe(plot);
  window.addEventListener('themechange', later);

  // MARK: the moment

  /// The moment that there are values of, nearest to a place.
  function nearest(ms) {
    let low = 0;
    let high = times.length - 1;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (times[middle] < ms) low = middle + 1;
      else high = middle;
    }
    return low > 0 && ms - times[low - 1] < times[low] - ms ? low - 1 : low;
  }

  plot.onpointermove = plot.onpointerdown = (event) => {
    const { left, width } = plot.getBoundingClientRect();
    const part = (event.clientX - left - GUTTER.left) / (width - GUTTER.left - GUTTER.right);
    if (times.length) onPick(times[nearest(range[0] + part * (range[1] - range[0]))]);
  };
  plot.onpointerleave = plot.onblur = () => onPick(null);
  plot.onkeydown = (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const by = { ArrowLeft: -1, ArrowDown: -1, ArrowRight: 1, ArrowUp: 1, PageDown: -10, PageUp: 10, Home: -Infinity, End: Infinity }[event.key];
    if (event.key === 'Escape') onPick(null);
    if (!by || !times.length) return;
    event.preventDefault();
    const at = picked === null ? times.length - (by < 0 ? 0 : 1) : nearest(picked);
    onPick(times[Math.max(0, Math.min(times.length - 1, at + by))]);
  };

  /// The value of a line at a moment, absent where the line has none near it.
  function value(line, ms) {
    const { points } = line;
    let found = null;
    for (let low = 0, high = points.length - 1; low <= high;) {
      const middle = (low + high) >> 1;
      if (points[middle][0] <= ms) { found = points[middle]; low = middle + 1; } else high = middle - 1;
    }
    return found && ms - found[0] <= line.gap ? found : null;
  }

  const said = (line, ms) => {
    const point = value(line, ms);
    if (!point || point[1] === null) return '–';
    const isJoined = point.length > 2 && point[3] > point[2];
    return write(point[1]) + (isJoined ? ` (${write(point[2])} to ${write(point[3])})` : '');
  };

  // MARK: in words

  function tell() {
    const ms = picked ?? times.at(-1);
    render(legend, lines.map((line, index) => h('li', { 'data-key': line.name, class: `series-${index + 1}` },
      h('i', { 'aria-hidden': 'true' }), line.name, ' ', h('b', {}, ms === undefined ? '–' : said(line, ms)))),
      h('li.when', { 'data-key': 'when' }, picked === null ? '' : clock(picked)));
    const place = ms === undefined ? 0 : nearest(ms);
    for (const [name, text] of Object.entries({
      valuemin: 0, valuemax: Math.max(0, times.length - 1), valuenow: place,
      valuetext: ms === undefined ? 'no values' : `${clock(ms)}: ${lines.map((line) => `${line.name} ${said(line, ms)}`).join(', ')}`,
    })) plot.setAttribute(`aria-${name}`, text);
  }

  function tabulate() {
    if (!fold.open) return render(table);
    const every = Math.ceil(times.length / ROWS);
    const shown = times.filter((_, index) => (times.length - 1 - index) % every === 0).reverse();
    render(table, h('table', {},
      h('thead', {}, h('tr', {}, h('th', { scope: 'col' }, 'Time'), lines.map(({ name }) => h('th.number', { scope: 'col' }, name)))),
      h('tbody', {}, shown.map((ms) => h('tr', { 'data-key': ms }, h('th', { scope: 'row' }, clock(ms)), lines.map((line) => h('td.number', {}, said(line, ms))))))));
  }

  // MARK: on the canvas

  function draw() {
    const width = plot.clientWidth;
    if (!width || !element.isConnected) return;
    const ratio = window.devicePixelRatio || 1;
    if (canvas.width !== Math.round(width * ratio) || canvas.height !== Math.round(HEIGHT * ratio)) {
      canvas.width = Math.round(width * ratio);
      canvas.height = Math.round(HEIGHT * ratio);
    }
    const context = canvas.getContext('2d');
    context.setTransform(ratio, 0, 0, ratio, 0, 0);
    context.clearRect(0, 0, width, HEIGHT);
    const { color, fontFamily } = getComputedStyle(plot);
    context.font = `11px ${fontFamily}`;
    const [from, to] = range;
    const [right, bottom] = [width - GUTTER.right, HEIGHT - GUTTER.bottom];
    const greatest = Math.max(0, ...lines.flatMap(({ points }) => points.map((point) => point[3] ?? point[1] ?? 0)));
    const { step, top } = scale(greatest);
    const x = (ms) => GUTTER.left + (ms - from) / (to - from) * (right - GUTTER.left);
    const y = (amount) => bottom - amount / top * (bottom - GUTTER.top);

    const stroke = (path, options = {}) => {
      context.save();
      Object.assign(context, { strokeStyle: color, lineWidth: 1, ...options });
      if (options.dash) context.setLineDash(options.dash);
      context.beginPath();
      path();
      context.stroke();
      context.restore();
    };
    const line = (x1, y1, x2, y2) => () => { context.moveTo(x1, y1); context.lineTo(x2, y2); };

    context.fillStyle = color;
    context.textAlign = 'right';
    context.textBaseline = 'middle';
    for (let amount = 0; amount <= top * 1.001; amount += step) {
      const at = Math.round(y(amount)) + 0.5;
      stroke(line(GUTTER.left, at, right, at), { globalAlpha: amount ? 0.16 : 0.45 });
      context.fillText(amount ? write(amount).replace(/\.0+(?=\D)/, '').replace(/(\.\d*[1-9])0+(?=\D)/, '$1') : '0', GUTTER.left - 6, at);
    }
    context.textBaseline = 'top';
    const seconds = (to - from) / 1000;
    const wanted = Math.max(2, Math.min(6, Math.floor((right - GUTTER.left) / 84)));
    const every = (STEPS_S.find((step) => seconds / step <= wanted) ?? Math.ceil(seconds / wanted / 86400) * 86400) * 1000;
    const zone = new Date(from).getTimezoneOffset() * 60_000;
    for (let ms = Math.ceil((from - zone) / every) * every + zone; ms <= to; ms += every) {
      const text = clock(ms, every >= 60_000);
      const half = context.measureText(text).width / 2;
      context.textAlign = x(ms) + half > right ? 'right' : x(ms) - half < 0 ? 'left' : 'center';
      context.fillText(text, x(ms) + half > right ? right : x(ms), bottom + 5);
    }

    lines.forEach(({ points, gap }, index) => {
      const swatch = getComputedStyle(legend.children[index]?.querySelector('i') ?? plot);
      const paint = swatch.color;
      const runs = [];
      for (const point of points) {
        if (point[1] === null) continue;
        const last = runs.at(-1)?.at(-1);
        if (!last || point[0] - last[0] > gap) runs.push([]);
        runs.at(-1).push(point);
      }
      for (const run of runs) {
        if (run.some((point) => point.length > 2)) {
          context.save();
          Object.assign(context, { fillStyle: paint, globalAlpha: 0.18 });
          context.beginPath();
          for (const point of run) context.lineTo(x(point[0]), y(point[3] ?? point[1]));
          for (const point of run.toReversed()) context.lineTo(x(point[0]), y(point[2] ?? point[1]));
          context.fill();
          context.restore();
        }
        const options = { strokeStyle: paint, lineWidth: 1.75, lineJoin: 'round', dash: { dashed: [5, 3], dotted: [2, 2.5] }[swatch.borderTopStyle] };
        if (run.length === 1) stroke(line(x(run[0][0]) - 1, y(run[0][1]), x(run[0][0]) + 1, y(run[0][1])), { ...options, lineWidth: 3 });
        else stroke(() => { for (const point of run) context.lineTo(x(point[0]), y(point[1])); }, options);
      }
      const point = picked === null ? null : value({ points, gap }, picked);
      if (point && point[1] !== null) {
        context.fillStyle = paint;
        context.beginPath();
        context.arc(x(point[0]), y(point[1]), 3.5, 0, 7);
        context.fill();
        context.fillStyle = color;
      }
    });
    if (picked !== null && picked >= from && picked <= to) stroke(line(Math.round(x(picked)) + 0.5, GUTTER.top, Math.round(x(picked)) + 0.5, bottom), { globalAlpha: 0.7 });
  }

  return {
    element,
    show(next, between) {
      // Lines break where two points are much further apart than they usually are.
      lines = next.map((line) => ({ ...line, gap: usual(line.points) * 3.5 }));
      range = between[1] > between[0] ? between : [between[0] - 1000, between[0] + 1000];
      times = [...new Set(lines.flatMap(({ points }) => points.map(([ms]) => ms)))].sort((a, b) => a - b);
      if (picked !== null && !times.includes(picked)) picked = times.length ? times[nearest(picked)] : null;
      tell();
      if (fold.open) tabulate();
      later();
    },
    pick(ms) {
      picked = ms === null || !times.length ? null : times[nearest(ms)];
      tell();
      later();
    },
    close() {
      observer.disconnect();
      window.removeEventListener('themechange', later);
      cancelAnimationFrame(frame);
    },
  };
}

/// How far apart the points of a line usually are, ms.
function usual(points) {
  const steps = points.slice(1).map(([ms], index) => ms - points[index][0]).sort((a, b) => a - b);
  return steps.length ? Math.max(1, steps[steps.length >> 1]) : 1000;
}

/// The height of the plot in round steps, at most four of them.
function scale(greatest) {
  if (!(greatest > 0)) return { step: 1, top: 1 };
  const power = 10 ** Math.floor(Math.log10(greatest / 3));
  const step = [1, 2, 2.5, 5, 10].map((factor) => factor * power).find((step) => greatest / step <= 4) ?? 10 * power;
  return { step, top: Math.ceil(greatest / step) * step };
}
