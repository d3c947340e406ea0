import { describe, expect, it } from 'vitest';
import type { FlowCoverage } from '$lib/api/types';
import { flow, router, step } from '$lib/editor/testing';
import { coverageEdges, coverageNodes, missedNames } from './coverage';

const graph = flow(
  [router('size', ['large']), step('big'), step('little')],
  ['size.large>big', 'size.default>little'],
);
const coverage: FlowCoverage = {
  nodes: { percent: 66, reached: ['size', 'big'], missed: ['little'] },
  branches: {
    percent: 50,
    taken: [{ nodeId: 'size', branch: 'large' }],
    missed: [{ nodeId: 'size', branch: 'default' }],
  },
};

describe('coverage on the canvas', () => {
  it('names the steps that no test has reached', () => {
    const labels = coverageNodes(graph, coverage, null).map(({ ariaLabel }) => ariaLabel);
    expect(labels).toEqual(['SIZE', 'BIG', 'LITTLE, reached by no test']);
  });

  it('marks the connections that no test has taken', () => {
    expect(coverageEdges(graph, coverage).map((edge) => edge.class)).toEqual([undefined, 'missed']);
  });

  it('marks a connection whose branch was missed though its target was reached', () => {
    const other = {
      ...coverage,
      nodes: { percent: 100, reached: ['size', 'big', 'little'], missed: [] },
    };
    expect(coverageEdges(graph, other).map((edge) => edge.class)).toEqual([undefined, 'missed']);
  });

  it('says in words what is left', () => {
    expect(missedNames(graph, coverage)).toEqual(['LITTLE', 'SIZE / default']);
  });
});
