/** Walking a flow with Alt and the arrow keys: along its connections, and between siblings. */

import { findNode, type FlowGraph } from './document';

export function neighbourOf(
  graph: FlowGraph,
  id: string,
  to: 'next' | 'previous' | 'left' | 'right',
): string | undefined {
  if (to === 'next') return leftmost(graph, targetsOf(graph, id))[0];
  if (to === 'previous') return leftmost(graph, sourcesOf(graph, id))[0];
  const sources = sourcesOf(graph, id);
  const siblings =
    sources.length > 0
      ? sources.flatMap((source) => targetsOf(graph, source))
      : graph.nodes.map((node) => node.id).filter((node) => sourcesOf(graph, node).length === 0);
  const row = leftmost(graph, [...new Set(siblings)]);
  const index = row.indexOf(id);
  return row[to === 'right' ? index + 1 : index - 1];
}

function targetsOf(graph: FlowGraph, id: string): string[] {
  return graph.edges.filter((edge) => edge.source === id).map((edge) => edge.target);
}

function sourcesOf(graph: FlowGraph, id: string): string[] {
  return graph.edges.filter((edge) => edge.target === id).map((edge) => edge.source);
}

function leftmost(graph: FlowGraph, ids: readonly string[]): string[] {
  const x = (id: string) => findNode(graph, id)?.position.x ?? 0;
  return ids.toSorted((a, b) => x(a) - x(b));
}
