import { describe, expect, it } from 'vitest';
import { clipboard_schema, readClipboard, writeClipboard } from './clipboard';
import { subgraph } from './document';
import { flow, router, step } from './testing';

const document = flow([step('a'), router('r', ['yes'])], ['a>r', 'r.yes>a']);

describe('clipboard', () => {
  it('reads what it wrote', () => {
    const graph = subgraph(document, ['a', 'r']);
    const content = readClipboard(writeClipboard(graph));
    expect(content).toEqual({ ok: true, graph });
    expect(JSON.parse(writeClipboard(graph))).toMatchObject({ schema: clipboard_schema });
  });

  it('reads a whole flow document and a bare graph', () => {
    const nodes = [{ id: 'a', type: 'router', position: { x: 1, y: 2 }, data: {} }];
    for (const text of [
      JSON.stringify({ format: 'swiftgrid.flow', formatVersion: 1, graph: { nodes, edges: [] } }),
      JSON.stringify({ nodes }),
    ]) {
      const content = readClipboard(text);
      expect(content.ok && content.graph.nodes).toEqual(nodes);
    }
  });

  it.each([
    ['plain words', 'holds no steps'],
    ['[]', 'holds no steps'],
    ['{"nodes": []}', 'holds no steps'],
    ['{"nodes": [{"id": "a"}]}', 'without an id or a type'],
    ['{"schema": "other/9", "nodes": []}', '"other/9"'],
  ])('explains why it cannot paste %s', (text, reason) => {
    const content = readClipboard(text);
    expect(content.ok ? '' : content.reason).toContain(reason);
  });
});
