import { describe, expect, it } from 'vitest';
import type { FlowSummary } from '$lib/api/types';
import { summary } from '$lib/runs/testing';
import { medianMs, withRun } from './flow-rows';
import { samples } from './samples';

const flow: FlowSummary = {
  id: 'flow',
  name: 'Ticket triage',
  description: '',
  createdAt: '',
  updatedAt: '',
  activeVersion: null,
  draftDirty: true,
  webhookEnabled: false,
  scheduleEnabled: false,
  scheduleNextRun: null,
  runCount: 0,
  lastRun: null,
  recentRuns: [],
};

describe('withRun', () => {
  it('adds a new run once and follows its status', () => {
    let flows = withRun([flow], summary('b', { status: 'running', durationMs: null }));
    flows = withRun(flows, summary('b', { status: 'completed' }));
    expect(flows[0]).toMatchObject({ runCount: 1, lastRun: { id: 'b', status: 'completed' } });
    expect(flows[0]?.recentRuns).toHaveLength(1);
  });

  it('keeps the last 28, newest first', () => {
    let flows: readonly FlowSummary[] = [flow];
    for (let n = 0; n < 40; n += 1) flows = withRun(flows, summary(`run-${100 + n}`));
    expect(flows[0]?.recentRuns).toHaveLength(28);
    expect(flows[0]?.recentRuns[0]?.id).toBe('run-139');
  });

  it('leaves other workflows and older runs alone', () => {
    const [row] = withRun([flow], summary('b'));
    if (!row) throw new Error('no row');
    expect(withRun([row], summary('a', { status: 'failed' }))[0]).toBe(row);
    expect(withRun([row], summary('c', { flowId: 'another' }))[0]).toBe(row);
  });
});

describe('medianMs', () => {
  it('counts completed runs only', () => {
    let flows = withRun([flow], summary('a', { durationMs: 10 }));
    flows = withRun(flows, summary('b', { status: 'failed', durationMs: 9_000 }));
    flows = withRun(flows, summary('c', { durationMs: 30 }));
    expect(flows[0] && medianMs(flows[0])).toBe(20);
  });
});

describe('samples', () => {
  it.each(samples)('$name connects only steps and branches it has', (sample) => {
    const { nodes, edges } = sample.make('http://127.0.0.1:1/api/echo').graph ?? {
      nodes: [],
      edges: [],
    };
    const ids = nodes.map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
    for (const edge of edges) {
      expect(ids).toContain(edge.source);
      expect(ids).toContain(edge.target);
      const source = nodes.find(({ id }) => id === edge.source);
      if (source?.type !== 'router') continue;
      const conditions = source.data['conditions'] as { id: string }[];
      expect([...conditions.map(({ id }) => id), 'default']).toContain(edge.sourceHandle);
    }
  });
});
