import { afterEach, describe, expect, it, vi } from 'vitest';
import { ApiError } from '$lib/api/client';
import * as runs from '$lib/api/runs';
import type { RunSummary } from '$lib/api/types';
import { ChangeFeed, type ChangeListener } from './change-feed.svelte';
import { noFilter } from './run-filter';
import { RunListState } from './run-list.svelte';
import { summary } from './testing';

function listening(list: RunListState): ChangeListener {
  const feed = new ChangeFeed();
  let heard: ChangeListener = {};
  vi.spyOn(feed, 'listen').mockImplementation((listener) => {
    heard = listener;
    return () => undefined;
  });
  list.follow(feed);
  return heard;
}

async function loaded(items: RunSummary[], nextCursor: string | null = null) {
  vi.spyOn(runs, 'listRuns').mockResolvedValue({ items, nextCursor });
  const list = new RunListState();
  await list.load(noFilter);
  return list;
}

afterEach(() => vi.restoreAllMocks());

describe('RunListState', () => {
  it('holds new runs back until they are asked for', async () => {
    const list = await loaded([summary('b')]);
    listening(list).onRun?.(summary('c', { status: 'running' }));
    expect(list.runs.map(({ id }) => id)).toEqual(['b']);
    expect(list.waiting.map(({ id }) => id)).toEqual(['c']);
    list.showWaiting();
    expect(list.runs.map(({ id }) => id)).toEqual(['c', 'b']);
    expect(list.waiting).toEqual([]);
  });

  it('changes known rows in place and counts a new run once', async () => {
    const list = await loaded([summary('b', { status: 'running' }), summary('a')]);
    const heard = listening(list);
    heard.onRun?.(summary('b', { status: 'failed' }));
    heard.onRun?.(summary('c', { status: 'pending' }));
    heard.onRun?.(summary('c', { status: 'running' }));
    expect(list.runs.map(({ status }) => status)).toEqual(['failed', 'completed']);
    expect(list.waiting).toHaveLength(1);
  });

  it('does not take an old run of a later page for a new one', async () => {
    const list = await loaded([summary('b')], 'more');
    listening(list).onRun?.(summary('a', { pinned: true }));
    expect(list.waiting).toEqual([]);
  });

  it('leaves a run that was deleted elsewhere where it is, marked', async () => {
    const list = await loaded([summary('b'), summary('a')]);
    listening(list).onRunDeleted?.({ id: 'b', flowId: 'flow' });
    expect(list.runs).toHaveLength(2);
    expect(list.gone.has('b')).toBe(true);
  });

  it('goes on loading when a newer question replaces the first', async () => {
    const answers: ((page: { items: RunSummary[]; nextCursor: null }) => void)[] = [];
    vi.spyOn(runs, 'listRuns').mockImplementation(
      () => new Promise((resolve) => answers.push(resolve)),
    );
    const list = new RunListState();
    const first = list.load(noFilter);
    const second = list.load({ ...noFilter, pinned: true });
    answers[0]?.({ items: [summary('old')], nextCursor: null });
    await first;
    expect(list.loading).toBe(true);
    expect(list.runs).toEqual([]);
    answers[1]?.({ items: [summary('b')], nextCursor: null });
    await second;
    expect(list.loading).toBe(false);
    expect(list.runs.map(({ id }) => id)).toEqual(['b']);
  });

  it('appends the next page', async () => {
    const list = await loaded([summary('b')], 'cursor');
    vi.mocked(runs.listRuns).mockResolvedValue({ items: [summary('a')], nextCursor: null });
    await list.more();
    expect(list.runs.map(({ id }) => id)).toEqual(['b', 'a']);
    expect(list.hasMore).toBe(false);
  });

  it('takes back its rows only for the same question', async () => {
    const list = await loaded([summary('b')]);
    const kept = list.capture();
    const other = new RunListState();
    other.filter = { ...noFilter, pinned: true };
    other.restore(kept);
    expect(other.runs).toEqual([]);
    other.filter = noFilter;
    other.restore(kept);
    expect(other.runs).toHaveLength(1);
  });

  it('learns what happened while its rows were put away', async () => {
    const list = await loaded([summary('b', { status: 'running' }), summary('a')], 'more');
    const kept = list.capture();
    const later = new RunListState();
    later.filter = noFilter;
    const items = [summary('c'), summary('b', { status: 'failed' })];
    vi.mocked(runs.listRuns).mockResolvedValue({ items, nextCursor: 'other' });
    later.restore(kept);
    expect(later.runs[0]?.status).toBe('running');
    await vi.waitFor(() => expect(later.runs[0]?.status).toBe('failed'));
    expect(later.runs.map(({ id }) => id)).toEqual(['b', 'a']);
    expect(later.waiting.map(({ id }) => id)).toEqual(['c']);
  });

  it('says why the next page is missing, and reads it when asked again', async () => {
    const list = await loaded([summary('b')], 'cursor');
    vi.mocked(runs.listRuns).mockRejectedValueOnce(new ApiError(503, { detail: 'busy' }));
    await list.more();
    expect(list.error?.message).toBe('busy');
    expect(list.runs).toHaveLength(1);
    vi.mocked(runs.listRuns).mockResolvedValue({ items: [summary('a')], nextCursor: null });
    await list.retry();
    expect(list.error).toBeNull();
    expect(list.runs.map(({ id }) => id)).toEqual(['b', 'a']);
  });

  it('goes on over pages on which nothing was found, and asks at some point', async () => {
    const empty = { items: [], nextCursor: 'more' };
    const ask = vi.spyOn(runs, 'listRuns').mockResolvedValue(empty);
    ask.mockResolvedValueOnce(empty).mockResolvedValueOnce(empty);
    ask.mockResolvedValueOnce({ items: [summary('a')], nextCursor: 'more' });
    const list = new RunListState();
    await list.load(noFilter);
    expect(list.runs).toHaveLength(1);
    expect(list.isSearchedEnough).toBe(false);
    await list.more();
    expect(list.isSearchedEnough).toBe(true);
    const asked = ask.mock.calls.length;
    await list.searchOlder();
    expect(ask.mock.calls.length).toBeGreaterThan(asked);
  });
});
