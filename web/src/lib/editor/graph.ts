/** Order and structure of a flow's graph. Tolerates cycles and dangling edges: drafts have both. */

import type { FlowEdge, FlowGraph, FlowNode } from './document';

/** Node ids so that every edge points forward; nodes on a cycle follow in document order. */
export function topologicalOrder(graph: FlowGraph): string[] {
  const waiting = new Map(graph.nodes.map((node) => [node.id, 0]));
  const outgoing = outgoingEdges(graph);
  for (const edge of graph.edges) {
    const count = waiting.get(edge.target);
    if (count !== undefined && waiting.has(edge.source)) waiting.set(edge.target, count + 1);
  }
  const order: string[] = [];
  const placed = new Set<string>();
  const ready = graph.nodes.filter((node) => waiting.get(node.id) === 0).map((node) => node.id);
  for (let index = 0; index < ready.length; index += 1) {
    const id = ready[index] ?? '';
    order.push(id);
    placed.add(id);
    for (const edge of outgoing.get(id) ?? []) {
      const left = (waiting.get(edge.target) ?? 0) - 1;
      waiting.set(edge.target, left);
      if (left === 0) ready.push(edge.target);
    }
  }
  for (const node of graph.nodes) if (!placed.has(node.id)) order.push(node.id);
  return order;
}

export function outgoingEdges(graph: FlowGraph): Map<string, FlowEdge[]> {
  return groupEdges(graph, (edge) => edge.source);
}

export function incomingEdges(graph: FlowGraph): Map<string, FlowEdge[]> {
  return groupEdges(graph, (edge) => edge.target);
}

/** Nodes in topological order: what screen readers and Tab walk through. */
export function orderedNodes(graph: FlowGraph): FlowNode[] {
  const byId = new Map(graph.nodes.map((node) => [node.id, node]));
  return topologicalOrder(graph).flatMap((id) => byId.get(id) ?? []);
}

/**
 * For each node the nearest node through which every way to it leads, or `null` for none. `order`
 * must be topological. (Cooper, Harvey and Kennedy's intersection, one pass on an acyclic graph.)
 */
export function immediateDominators(
  graph: FlowGraph,
  order: readonly string[],
): Map<string, string | null> {
  const rank = new Map(order.map((id, index) => [id, index]));
  const incoming = incomingEdges(graph);
  const dominator = new Map<string, string | null>();
  for (const id of order) {
    const sources = (incoming.get(id) ?? [])
      .map((edge) => edge.source)
      .filter((source) => dominator.has(source));
    let common: string | null | undefined;
    for (const source of sources) {
      common = common === undefined ? source : meet(common, source, { dominator, rank });
    }
    dominator.set(id, common ?? null);
  }
  return dominator;
}

export function descendants(document: FlowGraph, id: string): Set<string> {
  return walk(document, id, (edge) => [edge.source, edge.target]);
}

export function ancestors(document: FlowGraph, id: string): Set<string> {
  return walk(document, id, (edge) => [edge.target, edge.source]);
}

function walk(
  document: FlowGraph,
  start: string,
  ends: (edge: FlowEdge) => [string, string],
): Set<string> {
  const next = new Map<string, string[]>();
  for (const edge of document.edges) {
    const [from, to] = ends(edge);
    next.set(from, [...(next.get(from) ?? []), to]);
  }
  const found = new Set<string>();
  const open = [start];
  for (let id = open.pop(); id !== undefined; id = open.pop()) {
    for (const neighbour of next.get(id) ?? []) {
      if (found.has(neighbour)) continue;
      found.add(neighbour);
      open.push(neighbour);
    }
  }
  return found;
}

function meet(
  a: string | null,
  b: string | null,
  known: { dominator: Map<string, string | null>; rank: Map<string, number> },
): string | null {
  let left = a;
  let right = b;
  while (left !== right) {
    if (left === null || right === null) return null;
    if ((known.rank.get(left) ?? 0) > (known.rank.get(right) ?? 0)) {
      left = known.dominator.get(left) ?? null;
    } else {
      right = known.dominator.get(right) ?? null;
    }
  }
  return left;
}

function groupEdges(graph: FlowGraph, key: (edge: FlowEdge) => string): Map<string, FlowEdge[]> {
  const groups = new Map<string, FlowEdge[]>();
  for (const edge of graph.edges) {
    const group = groups.get(key(edge));
    if (group) group.push(edge);
    else groups.set(key(edge), [edge]);
  }
  return groups;
}
