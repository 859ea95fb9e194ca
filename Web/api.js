// The server's API, asked with the token where there is one. Paths are relative, so a path prefix of a proxy stays.
import { token } from './token.js';

/// What went wrong, in words that may be shown. `status` 0: the server was not reached.
export class Failure extends Error {
  constructor(status, title, detail) {
    super(detail);
    Object.assign(this, { status, title });
  }
}

export const url = (path) => new URL(path, document.baseURI.replace(/#.*/, '')).href;
export const sessionPath = (id, part = '') => `v1/sessions/${encodeURIComponent(id)}${part}`;

/// A request; throws a `Failure` for whatever is no success.
export async function request(path, { method = 'GET', accept = 'application/json', body, signal, headers = {} } = {}) {
  const secret = token.get();
  let response;
  try {
    response = await fetch(url(path), {
      method, body, signal, cache: 'no-cache', headers: { Accept: accept, ...(secret ? { Authorization: `Bearer ${secret}` } : {}), ...headers },
    });
  } catch (error) {
    if (error.name === 'AbortError') throw error;
    throw new Failure(0, 'The server cannot be reached', 'It may have been stopped, or the network in between is down. The page goes on trying.');
  }
  if (response.ok) return response;
  const problem = await response.json().catch(() => ({}));
  throw new Failure(response.status, problem.title ?? response.statusText, problem.detail ?? `The server answered with ${response.status}.`);
}

export const json = async (path, options) => JSON.parse(await (await request(path, options)).text(), exact);

/// Numbers beyond 2⁵³, as priorities of pairs are, stay as they were written.
const exact = (_, value, context) => typeof value === 'number' && !Number.isSafeInteger(value) && Number.isInteger(value) && context?.source ? context.source : value;

export const text = async (path, options) => (await request(path, { accept: 'application/sdp, text/plain', ...options })).text();

/// Saves what a path gives as a file; with a token, a plain link could not send it.
export async function download(path, name) {
  const blob = await (await request(path, { accept: '*/*' })).blob();
  const link = Object.assign(document.createElement('a'), { href: URL.createObjectURL(blob), download: name });
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}
