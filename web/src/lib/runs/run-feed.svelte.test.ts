import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import * as stream from '$lib/api/event-stream';
import { stepOf } from './fold';
import { RunFeed } from './run-feed.svelte';
import type { RunEvent } from '$lib/api/types';
import { event, failedRun } from './testing';

let opened: stream.StreamOptions | null = null;
const close = vi.fn();
let frame: FrameRequestCallback | null = null;

beforeEach(() => {
  opened = null;
  frame = null;
  vi.spyOn(stream, 'openStream').mockImplementation((options) => {
    opened = options;
    return close;
  });
  vi.stubGlobal('requestAnimationFrame', (callback: FrameRequestCallback) => {
    frame = callback;
    return 1;
  });
  vi.stubGlobal('cancelAnimationFrame', () => (frame = null));
});
afterEach(() => {
  vi.restoreAllMocks();
  vi.unstubAllGlobals();
});

function send(from: number, to: number): void {
  for (const event of failedRun.slice(from, to)) {
    opened?.onEvent({ event: 'run_event', id: String(event.id), data: JSON.stringify(event) });
  }
}

describe('RunFeed', () => {
  it('resumes after the events it already has', () => {
    new RunFeed().follow('r1', failedRun.slice(0, 4));
    expect(opened).toMatchObject({ path: '/api/runs/r1/stream', lastEventId: '4' });
  });

  it('opens no stream for a run that is over', () => {
    const feed = new RunFeed();
    feed.follow('r1', failedRun);
    expect(opened).toBeNull();
    expect(feed.isOver).toBe(true);
  });

  it('folds everything of a frame at once and ignores repeats', () => {
    const feed = new RunFeed();
    feed.follow('r1', failedRun.slice(0, 2));
    send(0, 6);
    expect(feed.events).toHaveLength(2);
    frame?.(0);
    expect(feed.events).toHaveLength(6);
    expect(feed.state.cell('route').status).toBe('completed');
  });

  it('does not move a canvas that stands at an older moment', () => {
    const feed = new RunFeed();
    feed.follow('r1', failedRun.slice(0, 3));
    feed.following = false;
    send(3, 6);
    frame?.(0);
    expect(feed.state.cell('fetch').status).toBe('running');
    expect(feed.latest.lastEventId).toBe(6);
  });

  const log = (index: number, text: string) => {
    const content = { level: 'log', text };
    const chunk = { runId: 'r1', nodeId: 'answer', index, type: 'log', content, at: '' };
    opened?.onEvent({ event: 'chunk', id: null, data: JSON.stringify(chunk) });
  };
  const texts = (feed: RunFeed) =>
    feed.logsOf('answer', stepOf(feed.latest, 'answer')).map(({ text }) => text);

  it('shows the log lines of a running step once, also those sent again after a reconnect', () => {
    const feed = new RunFeed();
    feed.follow('r1', failedRun.slice(0, 7));
    log(0, 'a');
    send(7, 8);
    frame?.(0);
    expect(texts(feed)).toEqual(['a']);
    log(1, 'b');
    frame?.(0);
    for (const [index, text] of ['a', 'b', 'c'].entries()) log(index, text);
    log(1, 'b');
    frame?.(0);
    expect(texts(feed)).toEqual(['a', 'b', 'c']);
  });

  it('replaces the live lines by the final ones when the step ends', () => {
    const feed = new RunFeed();
    feed.follow('r1', failedRun.slice(0, 8));
    log(0, 'live');
    frame?.(0);
    const ending = failedRun[8];
    if (!ending) throw new Error('no ending');
    const logs = [{ level: 'log', text: 'final' }];
    const data = JSON.stringify({ ...ending, payload: { ...ending.payload, logs } });
    opened?.onEvent({ event: 'run_event', id: '9', data });
    log(1, 'late');
    frame?.(0);
    expect(texts(feed)).toEqual(['final']);
    expect(feed.liveLogs).toEqual({});
  });

  it('closes its stream when it is stopped or follows another run', () => {
    const feed = new RunFeed();
    feed.follow('r1');
    feed.follow('r2');
    expect(close).toHaveBeenCalledTimes(1);
    feed.clear();
    expect(close).toHaveBeenCalledTimes(2);
    expect(feed.runId).toBeNull();
  });

  it('rests after a frame with many events, and then takes what came meanwhile', () => {
    vi.useFakeTimers();
    const feed = new RunFeed();
    feed.follow('r1');
    const many = Array.from({ length: 60 }, (_, at) => event(at + 1, 'NODE_SCHEDULED', `n${at}`));
    const receive = (each: RunEvent) =>
      opened?.onEvent({ event: 'run_event', id: String(each.id), data: JSON.stringify(each) });
    many.forEach(receive);
    frame?.(0);
    frame = null;
    receive(event(61, 'NODE_SCHEDULED', 'late'));
    expect(frame).toBeNull();
    vi.runAllTimers();
    (frame as FrameRequestCallback | null)?.(0);
    expect(feed.events).toHaveLength(61);
    vi.useRealTimers();
  });
});
