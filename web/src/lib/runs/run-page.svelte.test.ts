import { render, screen, within } from '@testing-library/svelte';
import userEvent from '@testing-library/user-event';
import { afterEach, describe, expect, it, vi } from 'vitest';
import * as runs from '$lib/api/runs';
import type { Run } from '$lib/api/types';
import { RunPage } from './run-page.svelte';
import RunPageHarness from './RunPageHarness.svelte';
import { failedRun, summary } from './testing';

const run: Run = {
  ...summary('run-1', { status: 'failed' }),
  forkedAt: null,
  deadline: null,
  inputData: { n: 1 },
  outputData: null,
};
const nodes = ['fetch', 'route', 'answer', 'other'].map((id) => ({
  id,
  type: 'code-execution',
  position: { x: 0, y: 0 },
  data: { label: `Step ${id}` },
}));

async function opened(place = {}): Promise<RunPage> {
  vi.spyOn(runs, 'getRun').mockResolvedValue({
    run,
    graph: { nodes, edges: [] },
    events: [...failedRun],
    nextAfter: null,
    nodeResults: {},
  });
  const page = new RunPage();
  await page.load('run-1', { event: null, offsetMs: null, node: null, ...place });
  return page;
}

afterEach(() => vi.restoreAllMocks());

describe('RunPage', () => {
  it('opens a failed run at the step that failed', async () => {
    const page = await opened();
    expect(page.events).toHaveLength(10);
    expect(page.selected).toBe('answer');
    expect(page.at).toBeNull();
  });

  it('opens at the moment and the step of the address', async () => {
    const page = await opened({ event: 4, node: 'fetch' });
    expect(page.index).toBe(3);
    expect(page.selected).toBe('fetch');
    expect(page.feed.state.cell('route').status).toBe('pending');
    expect((await opened({ offsetMs: 25 })).index).toBe(2);
  });

  it('shows the error of a run that cannot be read', async () => {
    vi.spyOn(runs, 'getRun').mockRejectedValue(new Error('gone'));
    const page = new RunPage();
    await page.load('x', { event: null, offsetMs: null, node: null });
    expect(page.error?.message).toBe('gone');
  });

  it('plays from the start to the end', async () => {
    const page = await opened();
    vi.useFakeTimers();
    page.play();
    expect(page.index).toBe(0);
    await vi.advanceTimersByTimeAsync(2_000);
    expect(page.index).toBe(9);
    expect(page.playing).toBe(false);
    vi.useRealTimers();
  });
});

describe('the run page', () => {
  it('moves through time with the keys of the slider', async () => {
    const page = await opened();
    const user = userEvent.setup();
    render(RunPageHarness, { page });
    const slider = screen.getByRole('slider', { name: 'Moment of the run' });
    slider.focus();
    await user.keyboard('{Home}');
    expect(slider).toHaveAttribute('aria-valuenow', '1');
    await user.keyboard('{ArrowRight}{ArrowRight}');
    expect(slider).toHaveAttribute('aria-valuetext', expect.stringContaining('Step fetch started'));
    await user.keyboard('{End}');
    expect(slider).toHaveAttribute('aria-valuenow', '10');
  });

  it('says why the step failed, and nothing of it before it happened', async () => {
    const page = await opened();
    render(RunPageHarness, { page });
    const inspector = within(screen.getByRole('region', { name: 'Step answer' }));
    expect(inspector.getByText('x is not defined')).toBeInTheDocument();
    page.seek(3);
    expect(await inspector.findByText('This step has not started at this moment.')).toBeVisible();
  });

  it('lists only errors when asked and goes to the one that is chosen', async () => {
    const page = await opened();
    const user = userEvent.setup();
    render(RunPageHarness, { page });
    const list = within(screen.getByRole('region', { name: 'Events' }));
    expect(list.getAllByRole('listitem')).toHaveLength(10);
    await user.click(list.getByRole('button', { name: 'Errors' }));
    expect(list.getAllByRole('listitem')).toHaveLength(2);
    await user.click(list.getByRole('button', { name: /Step answer/ }));
    expect(page.index).toBe(8);
  });
});
