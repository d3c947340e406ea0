import { describe, expect, it } from 'vitest';
import { compareGraphs, describeChanges } from './changes';
import { documentFromFlow, graphOf, saveBody } from './draft';
import { limitFlow } from './limits';

const flow = { name: 'A', description: '', timeoutMs: 5_000 };
const bare = { nodes: [], edges: [] };
const limited = {
  ...bare,
  viewport: { x: 1, y: 0, zoom: 1 },
  budget: { tokens: 10_000, usd: null },
};

describe('the limits of a workflow', () => {
  it('go there and back, with what else the graph holds', () => {
    const document = documentFromFlow({ ...flow, graph: limited });
    expect(document.limits).toEqual({ timeoutMs: 5_000, tokens: 10_000, usd: null });
    expect(saveBody(document, limited)).toMatchObject({ timeoutMs: 5_000, graph: limited });
  });

  it('can be taken away again', () => {
    const document = documentFromFlow({ ...flow, graph: limited });
    const free = limitFlow(document, { tokens: null }).document;
    expect(graphOf(free, limited)).toMatchObject({ budget: null });
    expect(graphOf(documentFromFlow({ ...flow, graph: bare }), bare)).toEqual(bare);
  });

  it('are a change that a run notices', () => {
    const before = documentFromFlow({ ...flow, graph: bare });
    const changes = compareGraphs(before, limitFlow(before, { usd: 0.5 }).document);
    expect(changes.total).toBe(1);
    expect(describeChanges(changes)).toBe('Change the limits');
    expect(compareGraphs(before, before).total).toBe(0);
  });
});
