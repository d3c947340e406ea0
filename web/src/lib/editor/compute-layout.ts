/**
 * Positions of boxes, by dagre. Knows nothing of steps and imports nothing else: the worker that runs
 * it for large graphs stays small.
 */

export interface LayoutInput {
  readonly nodes: readonly { id: string; width: number; height: number }[];
  readonly edges: readonly { source: string; target: string }[];
}

export type LayoutOutput = readonly { id: string; x: number; y: number }[];

const node_gap = 48;
const rank_gap = 56;

export async function computeLayout(input: LayoutInput): Promise<LayoutOutput> {
  const { Graph, layout } = await import('@dagrejs/dagre');
  const graph = new Graph();
  graph.setGraph({ rankdir: 'TB', nodesep: node_gap, ranksep: rank_gap });
  graph.setDefaultEdgeLabel(() => ({}));
  for (const { id, width, height } of input.nodes) graph.setNode(id, { width, height });
  for (const { source, target } of input.edges) graph.setEdge(source, target);
  layout(graph);
  return input.nodes.map(({ id, width, height }) => {
    const { x, y } = graph.node(id) as { x: number; y: number };
    return { id, x: x - width / 2, y: y - height / 2 };
  });
}
