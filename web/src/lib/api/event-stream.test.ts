import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { backoffMs, openStream, silenceMs, type StreamState } from './event-stream';

function streamOf(...pieces: string[]): Response {
  const encoder = new TextEncoder();
  const body = new ReadableStream<Uint8Array>({
    start(controller) {
      for (const piece of pieces) controller.enqueue(encoder.encode(piece));
      controller.close();
    },
  });
  return new Response(body, { status: 200 });
}

/** Never ends by itself; fails when the connection is given up. */
function silent(signal: AbortSignal): Response {
  const body = new ReadableStream<Uint8Array>({
    start(controller) {
      signal.addEventListener('abort', () => controller.error(new DOMException('', 'AbortError')));
    },
  });
  return new Response(body, { status: 200 });
}

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

describe('openStream', () => {
  it('resumes after the last event it saw and stops at the end', async () => {
    const fetched = vi
      .fn()
      .mockResolvedValueOnce(streamOf('event: run_event\nid: 3\ndata: {}\n\n'))
      .mockResolvedValueOnce(streamOf('event: end\ndata: {}\n\n'));
    vi.stubGlobal('fetch', fetched);
    const states: StreamState[] = [];
    openStream({
      path: '/api/runs/x/stream',
      lastEventId: '1',
      onEvent: () => undefined,
      onState: (state) => states.push(state),
    });
    await vi.advanceTimersByTimeAsync(2_000);
    const sent = fetched.mock.calls.map(
      ([, init]) => ((init as RequestInit).headers as Record<string, string>)['Last-Event-ID'],
    );
    expect(sent).toEqual(['1', '3']);
    expect(states).toEqual(['connecting', 'live', 'reconnecting', 'live', 'closed']);
  });

  it('takes silence for a dead connection and tries again', async () => {
    const fetched = vi.fn((_: string, init: RequestInit) =>
      Promise.resolve(silent(init.signal as AbortSignal)),
    );
    vi.stubGlobal('fetch', fetched);
    const close = openStream({ path: '/api/stream', onEvent: () => undefined });
    await vi.advanceTimersByTimeAsync(silenceMs - 1);
    expect(fetched).toHaveBeenCalledTimes(1);
    await vi.advanceTimersByTimeAsync(2_000);
    expect(fetched).toHaveBeenCalledTimes(2);
    close();
    await vi.advanceTimersByTimeAsync(60_000);
    expect(fetched).toHaveBeenCalledTimes(2);
  });

  it('gives up when the server refuses for good', async () => {
    const fetched = vi
      .fn()
      .mockResolvedValue(new Response('{"code":"not_found"}', { status: 404 }));
    vi.stubGlobal('fetch', fetched);
    const refused = vi.fn();
    openStream({ path: '/api/stream', onEvent: () => undefined, onError: refused });
    await vi.advanceTimersByTimeAsync(60_000);
    expect(fetched).toHaveBeenCalledTimes(1);
    expect(refused).toHaveBeenCalledWith(expect.objectContaining({ status: 404 }));
  });
});

describe('backoffMs', () => {
  it('grows to ten seconds and spreads clients', () => {
    expect(backoffMs(0, 0)).toBe(250);
    expect(backoffMs(0, 1)).toBe(500);
    expect(backoffMs(20, 1)).toBe(10_000);
    expect(backoffMs(20, 0)).toBe(5_000);
  });
});
