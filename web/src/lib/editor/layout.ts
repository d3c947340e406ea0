/**
 * Tidy up: positions for every node, from top to bottom. dagre is loaded on first use; above
 * `worker_threshold` nodes it runs in a worker so that the page stays responsive.
 */

import { computeLayout, type LayoutInput, type LayoutOutput } from './compute-layout';
import type { FlowGraph, Point } from './document';
import { orderedNodes } from './graph';
import { nodeOutputs, sameHandle } from '../nodes/outputs';
import { nodeSize } from '../nodes/geometry';

export const worker_threshold = 300;

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
