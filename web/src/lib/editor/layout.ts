/**
 * Tidy up: positions for every node, from top to bottom. dagre is loaded on first use; above
 * `worker_threshold` nodes it runs in a worker so that the page stays responsive.
 */

import type { FlowGraph, Point } from './document';
import { orderedNodes } from './graph';
import { nodeOutputs, sameHandle } from '../nodes/outputs';
import { nodeSize } from '../nodes/geometry';

export interface LayoutInput {
  readonly nodes: readonly { id: string; width: number; height: number }[];
  readonly edges: readonly { source: string; target: string }[];
}

export type LayoutOutput = readonly { id: string; x: number; y: number }[];

export const worker_threshold = 300;
const node_gap = 48;
const rank_gap = 56;

/** What dagre needs to know; edges are in branch order, which is the order it prefers to keep. */
export function layoutInput(graph: FlowGraph): LayoutInput {
  const nodes = orderedNodes(graph);
  const known = new Set(nodes.map((node) => node.id));
  const rank = new Map<string, number>();
  for (const node of nodes) {
    nodeOutputs(node).forEach((output, index) => {
      for (const edge of graph.edges) {
        if (edge.source === node.id && sameHandle(edge.sourceHandle, output.handle)) {
          rank.set(edge.id, rank.size + index);
        }
      }
    });
  }
  const edges = graph.edges
    .filter((edge) => known.has(edge.source) && known.has(edge.target))
    .toSorted((a, b) => (rank.get(a.id) ?? 0) - (rank.get(b.id) ?? 0));
  return {
    nodes: nodes.map((node) => ({ id: node.id, ...nodeSize(node) })),
    edges: edges.map(({ source, target }) => ({ source, target })),
  };
}

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

/** New positions by id, with the top left corner where the graph was before. */
export async function tidyPositions(
  graph: FlowGraph,
  run: (input: LayoutInput) => Promise<LayoutOutput> = runLayout,
): Promise<Map<string, Point>> {
  if (graph.nodes.length === 0) return new Map();
  const output = await run(layoutInput(graph));
  const wanted = corner(graph.nodes.map((node) => node.position));
  const got = corner(output);
  return new Map(
    output.map(({ id, x, y }) => [id, { x: x - got.x + wanted.x, y: y - got.y + wanted.y }]),
  );
}

function runLayout(input: LayoutInput): Promise<LayoutOutput> {
  if (input.nodes.length <= worker_threshold || typeof Worker === 'undefined') {
    return computeLayout(input);
  }
  return new Promise((resolve, reject) => {
    const worker = new Worker(new URL('./layout.worker.ts', import.meta.url), { type: 'module' });
    worker.onmessage = (event: MessageEvent<LayoutOutput>) => {
      worker.terminate();
      resolve(event.data);
    };
    worker.onerror = (event) => {
      worker.terminate();
      reject(new Error(event.message));
    };
    worker.postMessage(input);
  });
}

function corner(points: readonly Point[]): Point {
  return {
    x: Math.min(...points.map((point) => point.x)),
    y: Math.min(...points.map((point) => point.y)),
  };
}
