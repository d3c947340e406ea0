import { cleanup, render, screen, within } from '@testing-library/svelte';
import userEvent from '@testing-library/user-event';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import * as navigation from '$app/navigation';
import { ApiError } from '$lib/api/client';
import * as runs from '$lib/api/runs';
import * as stream from '$lib/api/event-stream';
import type { MapItem, Run, RunEvent } from '$lib/api/types';
import ForkHarness from './ForkHarness.svelte';
import MapItemsPanel from './MapItemsPanel.svelte';
import { RunPage } from './run-page.svelte';
import RunPageHarness from './RunPageHarness.svelte';
import { event, failedRun, summary } from './testing';

const step = (id: string, type = 'code-execution') => ({
  id,
  type,
  position: { x: 0, y: 0 },
  data: { label: `Step ${id}` },
});
const soon = () => new Date(Date.now() + 3_600_000).toISOString();

async function opened(
  events: readonly RunEvent[],
  ...[changes = {}, place = {}]: [Partial<Run>?, { event?: number }?]
): Promise<RunPage> {
  const run = { ...summary('run-1', { status: 'suspended' }), forkedAt: null, deadline: null };
  vi.spyOn(runs, 'getRun').mockResolvedValue({
    run: { ...run, inputData: { n: 1 }, outputData: null, ...changes },
    graph: { nodes: [step('ask', 'webhook-wait'), step('fetch'), step('route')], edges: [] },
    events: [...events],
    nextAfter: null,
    nodeResults: {},
  });
  const page = new RunPage();
  await page.load('run-1', { event: null, offsetMs: null, node: 'ask', ...place });
  return page;
}

beforeEach(() => {
  vi.spyOn(navigation, 'goto').mockResolvedValue();
  vi.spyOn(stream, 'openStream').mockReturnValue(() => undefined);
  HTMLDialogElement.prototype.showModal ??= () => undefined;
  HTMLDialogElement.prototype.close ??= () => undefined;
});
afterEach(() => {
  cleanup();
  vi.restoreAllMocks();
});

describe('a step that waits for a call', () => {
  const waiting = () => [
    event(1, 'RUN_STARTED'),
    event(2, 'NODE_STARTED', 'ask', { input: { description: 'Approve order 7' } }),
    event(3, 'NODE_SUSPENDED', 'ask', { waitsFor: 'webhook', until: soon() }),
  ];

  async function openDialog() {
    const user = userEvent.setup();
    render(RunPageHarness, { page: await opened(waiting()) });
    await user.click(screen.getByRole('button', { name: 'Resume…' }));
    const send = await screen.findByRole('button', { name: 'Resume', hidden: true });
    return { user, send };
  }

  it('says for what and how long, and is resumed by hand', async () => {
    const resumed = vi.spyOn(runs, 'resumeNode').mockResolvedValue(undefined);
    const { user, send } = await openDialog();
    expect(screen.getAllByText('Approve order 7')).not.toHaveLength(0);
    expect(screen.getByText(/waits, (1 h 00|60:00|59:)/)).toBeInTheDocument();
    await user.click(send);
    expect(resumed).toHaveBeenCalledWith('run-1', 'ask', {});
    expect(screen.queryByText('Payload (JSON)')).toBeNull();
  });

  it.each([
    [409, 'Too late: it was resumed already, or the run is over.'],
    [410, 'Too late: the wait has expired.'],
  ])('says in words what %s means', async (status, words) => {
    vi.spyOn(runs, 'resumeNode').mockRejectedValue(new ApiError(status, { code: 'x' }));
    const { user, send } = await openDialog();
    await user.click(send);
    expect(await screen.findByText(words)).toBeInTheDocument();
    expect(send).toBeDisabled();
  });

  it('cannot be resumed while an older moment is shown', async () => {
    const page = await opened([...waiting(), event(4, 'NODE_STARTED', 'fetch')]);
    render(RunPageHarness, { page });
    page.seek(2);
    expect(await screen.findByText(/^Waiting since/)).toBeInTheDocument();
    expect(screen.queryByRole('button', { name: 'Resume…' })).toBeNull();
  });
});

describe('the items of a map', () => {
  const item = (index: number, changes: Partial<MapItem> = {}): MapItem => ({
    index,
    status: 'fulfilled',
    childRunId: 'child',
    attempts: 1,
    value: { sent: true },
    startedAt: null,
    durationMs: 5,
    ...changes,
  });
  const counts = { total: 3, concurrency: 1, succeeded: 0, failed: 0, retrying: 0 };

  it('are asked for by status, also over pages that hold none', async () => {
    const page = { total: 3, succeeded: 2, failed: 1, running: 0, notStarted: 0 };
    const asked = vi
      .spyOn(runs, 'listMapItems')
      .mockResolvedValueOnce({ ...page, items: [item(0), item(1)], nextCursor: null })
      .mockResolvedValueOnce({ ...page, items: [], nextCursor: 'next' })
      .mockResolvedValueOnce({
        ...page,
        items: [item(2, { status: 'rejected', reason: 'mailbox not found', attempts: 2 })],
        nextCursor: null,
      });
    const user = userEvent.setup();
    render(MapItemsPanel, { runId: 'r', nodeId: 'm', counts });
    expect(await screen.findAllByRole('listitem')).toHaveLength(2);
    await user.click(screen.getByRole('button', { name: 'Failed' }));
    const list = within(screen.getByRole('list', { name: 'Items' }));
    expect(await list.findByText('mailbox not found')).toBeInTheDocument();
    expect(list.getByText(/Attempt 2/)).toBeInTheDocument();
    expect(asked.mock.calls.map(([, options]) => [options.status, options.cursor])).toEqual([
      [[], null],
      [['rejected'], null],
      [['rejected'], 'next'],
    ]);
  });
});

describe('a fork', () => {
  it('starts from the shown moment with an edited result', async () => {
    const page = await opened(failedRun, { status: 'failed' });
    page.seek(3);
    const fork = vi.spyOn(runs, 'forkRun').mockResolvedValue({ runId: 'new', status: 'running' });
    const user = userEvent.setup();
    render(ForkHarness, { page });
    await user.click(
      screen.getByRole('button', { name: 'Edit the result of Step fetch', hidden: true }),
    );
    const field = screen.getByLabelText('Result of Step fetch');
    const start = screen.getByRole('button', { name: 'Start fork', hidden: true });
    await user.clear(field);
    await user.type(field, '{{');
    expect(start).toBeDisabled();
    await user.clear(field);
    await user.type(field, '500');
    await user.click(start);
    expect(fork).toHaveBeenCalledWith('run-1', {
      at: 4,
      version: 'same',
      edits: { fetch: 500 },
    });
    expect(navigation.goto).toHaveBeenCalledWith(expect.stringContaining('new'));
  });
});

it('a long run is shown before its last events have come with the stream', async () => {
  const open = vi.spyOn(stream, 'openStream').mockReturnValue(() => undefined);
  const page = await opened(failedRun.slice(0, 4), { status: 'failed' }, { event: 6 });
  expect(page.catchingUp).toBe(true);
  expect(page.status).toBe('failed');
  expect(page.at).toBeNull();

  const frames: FrameRequestCallback[] = [];
  vi.stubGlobal('requestAnimationFrame', (callback: FrameRequestCallback) => frames.push(callback));
  for (const each of failedRun.slice(4)) {
    const data = JSON.stringify(each);
    open.mock.calls[0]?.[0].onEvent({ event: 'run_event', id: String(each.id), data });
  }
  frames.forEach((draw) => draw(0));
  vi.unstubAllGlobals();
  expect(page.catchingUp).toBe(false);
  // The moment of the address, as soon as it is known.
  expect(page.at).toBe(6);
});
