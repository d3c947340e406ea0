import { cleanup, render, screen } from '@testing-library/svelte';
import userEvent from '@testing-library/user-event';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { ApiError } from '$lib/api/client';
import * as history from '$lib/api/history';
import type { BulkJob } from '$lib/api/types';
import BulkDialog from './BulkDialog.svelte';
import { BulkJobState } from './bulk-job.svelte';
import { bulkResult } from './bulk-text';

function job(changes: Partial<BulkJob> = {}): BulkJob {
  return {
    id: 'job',
    action: 'delete',
    status: 'running',
    matched: 1_284,
    done: 0,
    kept: 0,
    failed: 0,
    error: null,
    selection: { filter: {} },
    actor: 'owner',
    createdAt: '2026-11-24T10:00:00.000Z',
    endedAt: null,
    ...changes,
  };
}

beforeEach(() => void vi.useFakeTimers());
afterEach(() => {
  cleanup();
  vi.useRealTimers();
  vi.restoreAllMocks();
});

describe('BulkJobState', () => {
  it('counts, starts and follows the job until it is over', async () => {
    vi.spyOn(history, 'countBulk').mockResolvedValue(1_284);
    vi.spyOn(history, 'startBulk').mockResolvedValue(job());
    const look = vi
      .spyOn(history, 'getBulkJob')
      .mockResolvedValueOnce(job({ done: 600 }))
      .mockRejectedValueOnce(new ApiError(0, { detail: 'gone for a moment' }))
      .mockResolvedValueOnce(job({ done: 1_284, status: 'completed' }));
    const state = new BulkJobState('delete', { filter: {} });
    await state.count();
    expect(state.matched).toBe(1_284);
    await state.start();
    await vi.advanceTimersByTimeAsync(500);
    expect(state.job?.done).toBe(600);
    await vi.advanceTimersByTimeAsync(500);
    expect(state.error?.message).toBe('gone for a moment');
    await vi.advanceTimersByTimeAsync(5_000);
    expect(state.isOver).toBe(true);
    expect(state.error).toBeNull();
    expect(look).toHaveBeenCalledTimes(3);
  });

  it('asks nobody any more once it is closed', async () => {
    vi.spyOn(history, 'startBulk').mockResolvedValue(job());
    const look = vi.spyOn(history, 'getBulkJob').mockResolvedValue(job());
    const state = new BulkJobState('delete', { filter: {} });
    await state.start();
    state.close();
    await vi.advanceTimersByTimeAsync(5_000);
    expect(look).not.toHaveBeenCalled();
  });

  it('is one job, however often it is pressed', async () => {
    const start = vi.spyOn(history, 'startBulk').mockRejectedValueOnce(new ApiError(0, {}));
    start.mockResolvedValue(job({ status: 'completed' }));
    const state = new BulkJobState('delete', { filter: {} });
    await state.start();
    await state.start();
    const [first, second] = start.mock.calls.map(([, , key]) => key);
    expect(first).toBe(second);
    await new BulkJobState('delete', { filter: {} }).start();
    expect(start.mock.lastCall?.[2]).not.toBe(first);
  });

  it.each([403, 404])('looks no further after an answer %i', async (status) => {
    vi.spyOn(history, 'startBulk').mockResolvedValue(job());
    const look = vi.spyOn(history, 'getBulkJob').mockRejectedValue(new ApiError(status, {}));
    const state = new BulkJobState('delete', { filter: {} });
    await state.start();
    await vi.advanceTimersByTimeAsync(60_000);
    expect(look).toHaveBeenCalledOnce();
    expect(state.error?.status).toBe(status);
  });
});

describe('BulkDialog', () => {
  beforeEach(() => {
    HTMLDialogElement.prototype.showModal = function () {
      this.open = true;
    };
    HTMLDialogElement.prototype.close = function () {
      this.open = false;
    };
  });

  it('cannot be closed while nobody knows whether the job runs', async () => {
    vi.useRealTimers();
    vi.spyOn(history, 'countBulk').mockResolvedValue(2);
    let answer: (job: BulkJob) => void = () => undefined;
    vi.spyOn(history, 'startBulk').mockReturnValue(new Promise((resolve) => (answer = resolve)));
    const onclose = vi.fn();
    render(BulkDialog, { action: 'delete', selection: { filter: {} }, onclose });
    await userEvent.click(await screen.findByRole('button', { name: 'Delete 2 runs' }));
    await userEvent.click(screen.getByRole('button', { name: 'Close' }));
    expect(screen.getByRole('button', { name: 'Cancel' })).toBeDisabled();
    expect(onclose).not.toHaveBeenCalled();
    answer(job({ status: 'completed', done: 2 }));
    await userEvent.click(await screen.findByRole('button', { name: 'Done' }));
    expect(onclose).toHaveBeenCalledWith(true);
  });
});

describe('bulkResult', () => {
  it('says what was done, what was left and what went wrong', () => {
    expect(
      bulkResult(job({ status: 'completed', done: 1, kept: 2, failed: 3, error: 'no' })),
    ).toEqual([
      '1 run deleted',
      '2 runs left as they were: pinned runs are kept until you unpin them, open ones until they end.',
      '3 runs failed: no',
    ]);
    expect(bulkResult(job({ action: 'cancel', status: 'stopped', done: 5 }))).toEqual([
      'Stopped: 5 runs cancelled',
    ]);
    expect(bulkResult(job({ status: 'failed', done: 2, error: 'damaged' }))).toEqual([
      '2 runs deleted',
      'This could not go on: damaged',
    ]);
  });
});
