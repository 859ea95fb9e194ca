// Server-sent events read with fetch, as EventSource cannot send a token. Comes back by itself, ever more slowly.
import { request } from './api.js';

const FIRST_PAUSE = 500;
const LONGEST_PAUSE = 15_000;
/// A browser gives one server six connections; a tab that nobody sees gives its own back after this time.
const HIDDEN_PATIENCE = 5_000;

/// Follows `path()` until stopped: `onEvent({ event, id, data })`, and `onState('open' | 'waiting' | 'refused' | 'ended', failure)`.
///
/// `resume` tells the server which event was the last. `isOver()` is asked when the stream closes: true ends it for good.
export function follow(path, { onEvent, onState = () => {}, resume = () => null, isOver = () => false }) {
  let controller = null;
  let pause = FIRST_PAUSE;
  let timer = null;
  let hiding = null;
  let isStopped = false;

  const run = async () => {
    timer = null;
    controller = new AbortController();
    const { signal } = controller;
    try {
      const last = resume();
      const response = await request(path(), { accept: 'text/event-stream', signal, headers: last === null ? {} : { 'Last-Event-ID': String(last) } });
      onState('open');
      pause = FIRST_PAUSE;
      for await (const event of events(response.body)) onEvent(event);
      if (!signal.aborted) again();
    } catch (failure) {
      if (signal.aborted) return;
      again(failure);
    }
  };

  const again = (failure) => {
    controller = null;
    if (isStopped) return;
    if (isOver() || [401, 403, 404].includes(failure?.status)) {
      isStopped = true;
      return onState(isOver() ? 'ended' : 'refused', failure);
    }
    onState('waiting', failure);
    timer = setTimeout(run, pause * (0.75 + Math.random() / 2));
    pause = Math.min(pause * 2, LONGEST_PAUSE);
  };

  const rest = () => {
    clearTimeout(timer);
    controller?.abort();
    controller = timer = null;
  };

  const look = () => {
    clearTimeout(hiding);
    if (isStopped) return;
    if (document.hidden) hiding = setTimeout(rest, HIDDEN_PATIENCE);
    else if (!controller && !timer) run();
  };

  const hurry = () => { if (timer) { clearTimeout(timer); run(); } };

  document.addEventListener('visibilitychange', look);
  window.addEventListener('online', hurry);
  run();
  return () => {
    isStopped = true;
    clearTimeout(hiding);
    rest();
    document.removeEventListener('visibilitychange', look);
    window.removeEventListener('online', hurry);
  };
}

async function* events(body) {
  const reader = body.pipeThrough(new TextDecoderStream()).getReader();
  let buffer = '';
  let event = { event: 'message', id: null, data: [] };
  for (;;) {
    const { value, done } = await reader.read();
    if (done) return;
    buffer += value;
    const lines = buffer.split(/\r\n|\n/);
    buffer = lines.pop();
    for (const line of lines) {
      if (line === '') {
        if (event.data.length) yield { ...event, data: event.data.join('\n') };
        event = { event: 'message', id: event.id, data: [] };
      } else if (!line.startsWith(':')) {
        const [, name, value] = /^([^:]*):? ?(.*)$/.exec(line);
        if (name === 'data') event.data.push(value);
        else if (name === 'event') event.event = value;
        else if (name === 'id') event.id = value;
      }
    }
  }
}
