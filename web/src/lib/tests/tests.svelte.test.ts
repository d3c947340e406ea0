import { cleanup, render, screen, within } from '@testing-library/svelte';
import userEvent from '@testing-library/user-event';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { ApiError } from '$lib/api/client';
import * as api from '$lib/api/flow-tests';
import type { BacktestReport, FlowTest, FlowTestReport, FlowTests } from '$lib/api/types';
import BacktestPanel from './BacktestPanel.svelte';
import CaseList from './CaseList.svelte';
import CaseResult from './CaseResult.svelte';
import { TestBook } from './test-book.svelte';

afterEach(() => {
  cleanup();
  vi.restoreAllMocks();
});

const stored = (tests: FlowTest[], revision = 3): FlowTests => ({
  tests,
  revision,
  updatedBy: null,
  updatedAt: null,
});
const coverage = {
  nodes: { percent: 100, reached: [], missed: [] },
  branches: { percent: 100, taken: [], missed: [] },
};
const result = (name: string, passed: boolean) => ({
  name,
  passed,
  status: 'completed',
  output: 1,
  error: null,
  problem: null,
  differences: passed ? [] : [{ pointer: '/output', expected: 2, found: 1 }],
  nodes: {},
  durationMs: 1,
  simulatedMs: 0,
});
const reportOf = (...results: ReturnType<typeof result>[]): FlowTestReport => ({
  passed: results.every(({ passed }) => passed),
  counts: { passed: 0, failed: 0 },
  results,
  coverage,
  stopped: null,
});

async function open(...names: string[]): Promise<TestBook> {
  vi.spyOn(api, 'getFlowTests').mockResolvedValue(stored(names.map((name) => ({ name }))));
  const book = new TestBook('f');
  await book.load();
  return book;
}
const keyOf = (book: TestBook, index: number) => book.cases[index]?.key ?? -1;

describe('the tests of a workflow', () => {
  it('are saved on the revision that was read', async () => {
    const book = await open('a');
    expect(book.dirty).toBe(false);
    book.edit(keyOf(book, 0), '{"name":"b"}');
    expect(book.dirty).toBe(true);
    const save = vi.spyOn(api, 'saveFlowTests').mockResolvedValue(stored([{ name: 'b' }], 4));
    expect(await book.save()).toBe(true);
    expect(save).toHaveBeenCalledWith('f', 3, [{ name: 'b' }]);
    expect(book.dirty).toBe(false);
  });

  it('stay as they are when saving is refused', async () => {
    const book = await open('a');
    book.edit(keyOf(book, 0), '{"name":"b"}');
    vi.spyOn(api, 'saveFlowTests').mockRejectedValue(new ApiError(412, { detail: 'stale' }));
    expect(await book.save()).toBe(false);
    expect(book.error?.message).toBe('stale');
    expect(book.dirty).toBe(true);
  });

  it('know which result is whose, and when a test has changed since', async () => {
    const book = await open('a', 'b');
    vi.spyOn(api, 'runFlowTests').mockResolvedValue(
      reportOf(result('a', true), result('b', false)),
    );
    await book.run();
    expect(book.outcomeOf(keyOf(book, 1))?.result.passed).toBe(false);
    const kept = keyOf(book, 1);
    book.remove(keyOf(book, 0));
    expect(book.outcomeOf(kept)?.result.name).toBe('b');
    book.edit(kept, '{"name":"c"}');
    expect(book.outcomeOf(kept)?.stale).toBe(true);
    book.add();
    expect(book.outcomeOf(book.selectedKey ?? -1)).toBeUndefined();
  });

  it('cannot be run while one of them is no JSON', async () => {
    const book = await open('a');
    book.edit(keyOf(book, 0), '{');
    expect(book.valid).toBe(false);
  });

  it('are made of a run, under a name that is free', async () => {
    const book = await open('a');
    vi.spyOn(api, 'makeFlowTest').mockResolvedValue({ name: 'a', input: 5 });
    await book.addFromRun('r');
    expect(book.tests.map(({ name }) => name)).toEqual(['a', 'a 2']);
    expect(book.selected?.key).toBe(keyOf(book, 1));
  });

  it('are listed with how they ended', async () => {
    const book = await open('one', 'two');
    vi.spyOn(api, 'runFlowTests').mockResolvedValue(
      reportOf(result('one', true), result('two', false)),
    );
    render(CaseList, { book });
    await book.run();
    expect(await screen.findByRole('button', { name: /one\s*Passed/ })).toBeTruthy();
    expect(screen.getByRole('button', { name: /two\s*Failed/ })).toBeTruthy();
  });
});

it('shows what is not as expected with both values', () => {
  render(CaseResult, { outcome: { result: result('a', false), stale: false } });
  const list = screen.getByRole('list', { name: 'What is not as expected' });
  expect(within(list).getByText('/output')).toBeTruthy();
  expect(list.textContent).toMatch(/expected\s+2/);
  expect(list.textContent).toMatch(/found\s+1/);
});

describe('a backtest', () => {
  const report: BacktestReport = {
    counts: { same: 1, different: 1, unanswered: 0, stopped: 0 },
    runs: [
      {
        runId: '01931e3c-7a5f-7000-8000-000000000001',
        version: 1,
        createdAt: '2030-01-01T00:00:00Z',
        status: 'completed',
        outcome: 'different',
        differences: [{ pointer: '/output', recorded: 400, now: 600 }],
        asked: [],
        problem: null,
      },
    ],
    coverage,
    stopped: null,
  };

  it('runs on the draft that was saved, and lists what differs', async () => {
    const run = vi.spyOn(api, 'backtestFlow').mockResolvedValue(report);
    render(BacktestPanel, { flowId: 'f', save: () => Promise.resolve(true) });
    await userEvent.click(screen.getByRole('button', { name: 'Run backtest' }));
    expect(run).toHaveBeenCalledWith('f', { runs: 20 }, expect.anything());
    const list = await screen.findByRole('list', { name: 'Runs that come out differently' });
    expect(list.textContent).toMatch(/was\s+400/);
    expect(screen.getByRole('status').textContent).toContain('1 the same, 1 different');
  });

  it('does not run on a draft that could not be saved', async () => {
    const run = vi.spyOn(api, 'backtestFlow');
    render(BacktestPanel, { flowId: 'f', save: () => Promise.resolve(false) });
    await userEvent.click(screen.getByRole('button', { name: 'Run backtest' }));
    expect(run).not.toHaveBeenCalled();
  });
});
