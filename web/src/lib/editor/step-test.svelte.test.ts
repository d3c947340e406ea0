import { afterEach, describe, expect, it, vi } from 'vitest';
import { ApiError } from '$lib/api/client';
import * as flows from '$lib/api/flows';
import { StepTest } from './step-test.svelte';
import type { Workspace } from './workspace.svelte';

function workspace(saved = true) {
  const configure = vi.fn();
  const editor = { announce: vi.fn(), configure };
  const parts = { flowId: 'f', editor, saver: { flush: () => Promise.resolve(saved) } };
  return { configure, value: parts as unknown as Workspace };
}
const outcome = { status: 'completed', result: 0, error: null, durationMs: 3, logs: [] } as const;

afterEach(() => vi.restoreAllMocks());

describe('testing a step', () => {
  it('sends nothing but the wish when the last values are used', async () => {
    const sent = vi.spyOn(flows, 'testNode').mockResolvedValue({ ...outcome, logs: [] });
    const test = new StepTest(workspace().value, 'a');
    await test.start();
    expect(sent).toHaveBeenCalledWith('f', 'a', {});
    expect(test.result?.result).toBe(0);
  });

  it('begins typing with what is known, and refuses what is no object', async () => {
    const sent = vi.spyOn(flows, 'testNode').mockResolvedValue({ ...outcome, logs: [] });
    const test = new StepTest(workspace().value, 'b');
    test.choose('typed', [
      { name: 'a', label: 'A', sample: { x: 1 } },
      { name: 'previous', label: '', sample: { x: 1 } },
      { name: '$trigger', label: '', sample: [2] },
    ]);
    expect(JSON.parse(test.text)).toEqual({ a: { x: 1 } });
    test.text = '[]';
    expect(test.problem).toContain('object');
    await test.start();
    expect(sent).not.toHaveBeenCalled();
    test.text = '{"a": 5}';
    await test.start();
    expect(sent).toHaveBeenCalledWith('f', 'b', { inputs: { a: 5 }, trigger: [2] });
  });

  it('pins a result, also one that is 0, and only a result', async () => {
    vi.spyOn(flows, 'testNode').mockResolvedValue({ ...outcome, logs: [] });
    const { value, configure } = workspace();
    const test = new StepTest(value, 'a');
    test.pin();
    expect(configure).not.toHaveBeenCalled();
    await test.start();
    test.pin();
    expect(configure).toHaveBeenCalledWith('a', { pinned: 0 });
  });

  it('keeps a refusal to show it, and tests nothing that is not saved', async () => {
    const sent = vi.spyOn(flows, 'testNode').mockRejectedValue(new ApiError(422, { code: 'x' }));
    const test = new StepTest(workspace().value, 'a');
    await test.start();
    expect(test.error?.status).toBe(422);
    await new StepTest(workspace(false).value, 'a').start();
    expect(sent).toHaveBeenCalledTimes(1);
  });
});
