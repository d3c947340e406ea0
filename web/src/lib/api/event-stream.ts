// A stream of server-sent events that survives: resumes with Last-Event-ID, backs off between
// attempts, and takes 40 s without a byte (heartbeats included) for a dead connection. Built on
// fetch, because EventSource hides heartbeats and status codes.
import { ApiError, isAbort, send } from './client';
import { SseParser, type ServerEvent } from './sse-parser';

export type StreamState = 'connecting' | 'live' | 'reconnecting' | 'closed';

export interface StreamOptions {
  path: `/${string}`;
  query?: object;
  /** Resume after this event. */
  lastEventId?: string | null;
  onEvent: (event: ServerEvent) => void;
  onState?: (state: StreamState) => void;
  /** The server refused for good (404, 401 …); the stream is closed. */
  onError?: (error: ApiError) => void;
}

export const silenceMs = 40_000;
const backoffFirstMs = 500;
const backoffMaxMs = 10_000;

/** How long to wait before attempt `n` (0 = first retry); `random` in [0, 1) spreads clients. */
export function backoffMs(attempt: number, random: number): number {
  const full = Math.min(backoffMaxMs, backoffFirstMs * 2 ** attempt);
  return Math.round(full / 2 + (full / 2) * random);
}

/** Opens the stream; the returned function closes it. It ends by itself after `event: end`. */
export function openStream(options: StreamOptions): () => void {
  const closing = new AbortController();
  void run(options, closing);
  return () => closing.abort();
}

async function run(options: StreamOptions, closing: AbortController): Promise<void> {
  let lastEventId = options.lastEventId ?? null;
  let attempt = 0;
  const setState = (state: StreamState) => {
    if (!closing.signal.aborted) options.onState?.(state);
  };
  setState('connecting');

  while (!closing.signal.aborted) {
    const ended = await readOnce(options, lastEventId, closing.signal, {
      onOpen: () => setState('live'),
      onEvent: (event) => {
        attempt = 0;
        if (event.id !== null) lastEventId = event.id;
        options.onEvent(event);
      },
    });
    if (ended || closing.signal.aborted) break;
    setState('reconnecting');
    await pause(backoffMs(attempt, Math.random()), closing.signal);
    attempt += 1;
  }
  setState('closed');
}

interface ReadHandlers {
  onOpen: () => void;
  onEvent: (event: ServerEvent) => void;
}

/** One connection from open to close. True: do not come back. */
async function readOnce(
  options: StreamOptions,
  lastEventId: string | null,
  ...[closing, handlers]: [AbortSignal, ReadHandlers]
): Promise<boolean> {
  const connection = new AbortController();
  const close = () => connection.abort();
  closing.addEventListener('abort', close);
  let watchdog = setTimeout(close, silenceMs);
  try {
    const headers: Record<string, string> = { Accept: 'text/event-stream' };
    if (lastEventId !== null) headers['Last-Event-ID'] = lastEventId;
    const query = options.query ?? {};
    const response = await send('GET', options.path, { headers, query, signal: connection.signal });
    if (response.status === 204 || response.body === null) return true;
    handlers.onOpen();

    const parser = new SseParser();
    const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return false;
      clearTimeout(watchdog);
      watchdog = setTimeout(close, silenceMs);
      for (const event of parser.push(value)) {
        if (closing.aborted) return true;
        handlers.onEvent(event);
        if (event.event === 'end') return true;
      }
    }
  } catch (error) {
    if (isAbort(error) || !(error instanceof ApiError)) return false;
    const final = error.status >= 400 && error.status < 500 && error.status !== 429;
    if (final) options.onError?.(error);
    return final;
  } finally {
    clearTimeout(watchdog);
    closing.removeEventListener('abort', close);
    connection.abort();
  }
}

function pause(milliseconds: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      clearTimeout(timer);
      signal.removeEventListener('abort', done);
      resolve();
    };
    const timer = setTimeout(done, milliseconds);
    signal.addEventListener('abort', done);
  });
}
