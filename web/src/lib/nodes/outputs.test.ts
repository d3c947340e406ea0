import { describe, expect, it } from 'vitest';
import { nodeHandles, nodeSize } from './geometry';
import { findOutput, nodeOutputs } from './outputs';

const router = {
  type: 'router',
  data: {
    conditions: [
      { id: 'refund', label: 'Refund', expression: 'true', color: 'orange' },
      { id: 'bug', label: '', expression: 'true' },
      { nonsense: true },
    ],
  },
};

describe('nodeOutputs', () => {
  it('is one unnamed output for most types', () => {
    expect(nodeOutputs({ type: 'http-request', data: {} }).map((o) => o.handle)).toEqual([null]);
  });
  it('is one per condition and the default for a router', () => {
    expect(nodeOutputs(router).map((o) => [o.handle, o.label, o.tone])).toEqual([
      ['refund', 'Refund', 'orange'],
      ['bug', 'bug', 'orange'],
      ['default', 'default', 'gray'],
    ]);
  });
  it('leaves the default out when it is switched off, and adds the error branch', () => {
    const data = { ...router.data, defaultOutput: '', onError: 'branch' };
    expect(nodeOutputs({ type: 'router', data }).map((o) => o.handle)).toEqual([
      'refund',
      'bug',
      'error',
    ]);
  });
  it('treats "success" as the unnamed output', () => {
    expect(findOutput({ type: 'map', data: {} }, 'success')?.handle).toBeNull();
    expect(findOutput({ type: 'map', data: {} }, 'error')).toBeUndefined();
  });
});

describe('geometry', () => {
  it('depends on the data alone', () => {
    expect(nodeSize({ type: 'code-execution', data: {} })).toEqual({ width: 232, height: 56 });
    expect(nodeSize(router)).toEqual({ width: 232, height: 84 });
  });
  it('puts each handle on the border, under its label', () => {
    const [target, first, , last] = nodeHandles(router);
    expect(target).toMatchObject({ type: 'target', y: -5, x: 111 });
    expect(first).toMatchObject({ id: 'refund', y: 79 });
    expect((first?.x ?? 0) + 5).toBeCloseTo(232 / 6);
    expect((last?.x ?? 0) + 5).toBeCloseTo((232 * 5) / 6);
  });
});
