// Numbers, times and names as a reader wants them.

const NARROW = '\u202f';

/// A duration in ms with three significant digits: `0.75 ms`, `39.5 ms`, `1.24 s`, `3 min 20 s`, `2 h 5 min`.
export function duration(ms) {
  if (ms === null || ms === undefined || !Number.isFinite(ms)) return '–';
  if (ms < 0.001) return `0${NARROW}ms`;
  if (ms < 999.5) return `${digits(ms)}${NARROW}ms`;
  if (ms < 59_950) return `${digits(ms / 1000)}${NARROW}s`;
  const seconds = Math.round(ms / 1000);
  if (seconds < 3600) return `${Math.floor(seconds / 60)}${NARROW}min ${seconds % 60}${NARROW}s`;
  const minutes = Math.round(seconds / 60);
  if (minutes < 1440) return `${Math.floor(minutes / 60)}${NARROW}h ${minutes % 60}${NARROW}min`;
  const hours = Math.round(minutes / 60);
  return `${Math.floor(hours / 24)}${NARROW}d ${hours % 24}${NARROW}h`;
}

/// How long something has been going on, in whole seconds.
export const age = (ms) => ms < 59_950 ? `${Math.floor(ms / 1000)}${NARROW}s` : duration(ms);

function digits(value) {
  if (value >= 99.95) return value.toFixed(0);
  if (value >= 9.995) return value.toFixed(1);
  return value.toFixed(2);
}

/// An offset in a timeline, always with the same number of decimals for its unit, so that columns align.
export function offset(us) {
  if (us < 0) return `−${offset(-us)}`;
  if (us < 1_000_000) return `${(us / 1000).toFixed(1)}${NARROW}ms`;
  if (us < 60_000_000) return `${(us / 1e6).toFixed(2)}${NARROW}s`;
  return duration(us / 1000);
}

export function bytes(count) {
  if (count === null || count === undefined) return '–';
  if (count < 1000) return `${count}${NARROW}B`;
  if (count < 999_500) return `${digits(count / 1000)}${NARROW}kB`;
  if (count < 999_500_000) return `${digits(count / 1e6)}${NARROW}MB`;
  return `${digits(count / 1e9)}${NARROW}GB`;
}

/// `1.24 Mbit/s`, of bits in a second.
export function bitrate(bits) {
  if (bits < 999.5) return `${Math.round(bits)}${NARROW}bit/s`;
  if (bits < 999_500) return `${digits(bits / 1000)}${NARROW}kbit/s`;
  return `${digits(bits / 1e6)}${NARROW}Mbit/s`;
}

/// How many in a second.
export const perSecond = (count) => `${count < 99.95 ? Number(digits(count)) : number(Math.round(count))}/s`;

/// A count with groups of three: `12 345`.
export const number = (value) => value === null || value === undefined ? '–' : String(value).replace(/\B(?=(\d{3})+$)/g, NARROW);

export const plural = (count, one, many = `${one}s`) => `${number(count)} ${count === 1 ? one : many}`;

/// `just now`, `12 s ago`, `3 min ago`, `17:05`, `22 Nov 17:05`.
export function ago(iso, now = Date.now()) {
  const then = Date.parse(iso);
  const seconds = Math.max(0, Math.round((now - then) / 1000));
  if (seconds < 3) return 'just now';
  if (seconds < 60) return `${seconds}${NARROW}s ago`;
  if (seconds < 3600) return `${Math.floor(seconds / 60)}${NARROW}min ago`;
  const [date, today] = [new Date(then), new Date(now)];
  const clock = `${two(date.getHours())}:${two(date.getMinutes())}`;
  if (date.toDateString() === today.toDateString()) return clock;
  const day = `${date.getDate()} ${MONTHS[date.getMonth()]}`;
  return date.getFullYear() === today.getFullYear() ? `${day} ${clock}` : `${day} ${date.getFullYear()}`;
}

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];
const two = (value) => String(value).padStart(2, '0');

/// The local time of a day: `17:05:12`, without seconds where they say nothing.
export function clock(ms, isShort = false) {
  const date = new Date(ms);
  return `${two(date.getHours())}:${two(date.getMinutes())}${isShort ? '' : `:${two(date.getSeconds())}`}`;
}

/// The local time of a moment to the millisecond: `17:05:12.345`.
export const exact = (iso) => `${clock(iso)}.${String(new Date(iso).getMilliseconds()).padStart(3, '0')}`;

/// The exact moment, local time with milliseconds and the zone.
export function moment(iso) {
  const date = new Date(iso);
  const minutes = -date.getTimezoneOffset();
  const zone = minutes === 0 ? 'UTC' : `UTC${minutes < 0 ? '−' : '+'}${two(Math.floor(Math.abs(minutes) / 60))}:${two(Math.abs(minutes) % 60)}`;
  return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())} ${two(date.getHours())}:${two(date.getMinutes())}:`
    + `${two(date.getSeconds())}.${String(date.getMilliseconds()).padStart(3, '0')} ${zone}`;
}

/// The random end of an id: its beginning is the time, alike for neighbours.
export const shortId = (id) => id.length > 12 ? `…${id.slice(-8)}` : id;

/// A user agent in a few words; what is not known is given as it is.
export function agent(text) {
  if (!text) return 'no user agent';
  const system = /Android/.test(text) ? 'Android' : /iPhone|iPad/.test(text) ? 'iOS' : /Mac OS X/.test(text) ? 'macOS'
    : /Windows/.test(text) ? 'Windows' : /CrOS/.test(text) ? 'ChromeOS' : /Linux/.test(text) ? 'Linux' : '';
  const browser = [[/Edg\/(\d+)/, 'Edge'], [/HeadlessChrome\/(\d+)/, 'Chrome, headless'], [/Firefox\/(\d+)/, 'Firefox'],
    [/(?:Chrome|CriOS)\/(\d+)/, 'Chrome'], [/Version\/(\d+).*Safari/, 'Safari']].find(([pattern]) => pattern.test(text));
  if (/^Mozilla\//.test(text) && browser) {
    const [pattern, name] = browser;
    const [first, rest] = name.split(', ');
    return `${first} ${text.match(pattern)[1]}${rest ? ` ${rest}` : ''}${system ? ` · ${system}` : ''}`;
  }
  const product = /^([A-Za-z][\w.+-]*)\/(\d[\w.+-]*)/.exec(text);
  return product ? `${product[1]} ${product[2]}` : text;
}

/// `have-remote-offer` as words.
export const words = (code) => String(code).replaceAll('-', ' ');

export const capital = (text) => text.charAt(0).toUpperCase() + text.slice(1);

/// The page about a code of the diagnosis, `offer-refused:bad-line` among them.
export const helpPath = (code) => `help/${encodeURIComponent(code).replaceAll('%3A', ':')}`;
