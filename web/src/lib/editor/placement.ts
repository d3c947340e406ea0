/** Where new nodes go: under the step they follow, and never on top of another one. */

import { findNode, type FlowGraph, type FlowNode, type Point } from './document';
import { nodeOutputs, sameHandle, type OutputNode } from '../nodes/outputs';
import { nodeSize, card_width, type NodeSize } from '../nodes/geometry';

export const step_gap = 56;
const side_gap = 48;

export interface Box extends Point, NodeSize {}

export function nodeBox(node: FlowNode): Box {
  return { ...node.position, ...nodeSize(node) };
}

export function boundsOf(nodes: readonly FlowNode[]): Box | undefined {
  if (nodes.length === 0) return undefined;
  const boxes = nodes.map(nodeBox);
  const x = Math.min(...boxes.map((box) => box.x));
  const y = Math.min(...boxes.map((box) => box.y));
  return {
    x,
    y,
    width: Math.max(...boxes.map((box) => box.x + box.width)) - x,
    height: Math.max(...boxes.map((box) => box.y + box.height)) - y,
  };
}

/** Under the output it will hang on, moved to the right until it is free. */
export function placeAfter(
  graph: FlowGraph,
  from: { source: string; sourceHandle: string | null },
  added: OutputNode,
): Point {
  const source = findNode(graph, from.source);
  const size = nodeSize(added);
  if (!source) return { x: 0, y: 0 };
  const box = nodeBox(source);
  const outputs = nodeOutputs(source);
  const index = outputs.findIndex((output) => sameHandle(output.handle, from.sourceHandle));
  const centre =
    outputs.length > 1 && index >= 0
      ? box.x + spread(index, outputs.length, box.width)
      : box.x + box.width / 2;
  return freeSpot(graph, { x: centre - size.width / 2, y: box.y + box.height + step_gap, ...size });
}

/** In the middle of an edge, and how far the rest has to move down to make room for it. */
export function placeOnEdge(
  graph: FlowGraph,
  edge: { source: string; target: string },
  added: OutputNode,
): { position: Point; shift: number } {
  const source = findNode(graph, edge.source);
  const target = findNode(graph, edge.target);
  const size = nodeSize(added);
  if (!source || !target) return { position: { x: 0, y: 0 }, shift: 0 };
  const above = nodeBox(source);
  const below = nodeBox(target);
  const y = Math.max(above.y + above.height + step_gap, below.y - step_gap - size.height);
  const needed = above.y + above.height + step_gap + size.height + step_gap;
  const shift = Math.max(0, needed - below.y);
  return {
    position: {
      x: below.x + below.width / 2 - size.width / 2,
      y: shift > 0 ? above.y + above.height + step_gap : y,
    },
    shift,
  };
}

/** The wished place, or the nearest one to the right that overlaps nothing. */
export function freeSpot(graph: FlowGraph, wished: Box): Point {
  const boxes = graph.nodes.map(nodeBox);
  let x = wished.x;
  for (let tries = 0; tries <= boxes.length; tries += 1) {
    const hit = boxes.find((box) => overlaps(box, { ...wished, x }));
    if (!hit) break;
    x = hit.x + hit.width + side_gap;
  }
  return { x: Math.round(x), y: Math.round(wished.y) };
}

// Branches of a router are spread so that their steps stand side by side.
function spread(index: number, count: number, width: number): number {
  const step = Math.max(width / count, card_width + side_gap);
  return width / 2 + (index - (count - 1) / 2) * step;
}

function overlaps(a: Box, b: Box): boolean {
  const margin = 8;
  return (
    a.x < b.x + b.width + margin &&
    b.x < a.x + a.width + margin &&
    a.y < b.y + b.height + margin &&
    b.y < a.y + a.height + margin
  );
}

export interface View {
  readonly x: number;
  readonly y: number;
  readonly zoom: number;
}

export const fit_zoom_max = 1;
export const fit_zoom_min = 0.6;
const fit_margin = 32;

/**
 * The viewport that shows a graph: whole if it stays readable, else from its top. `Svelte Flow`'s own
 * fit would centre a long chain, with its beginning out of sight.
 */
export function viewOf(bounds: Box | undefined, size: NodeSize): View {
  if (!bounds) return { x: size.width / 2 - card_width / 2, y: 96, zoom: 1 };
  const room = { width: size.width - 2 * fit_margin, height: size.height - 2 * fit_margin };
  const ideal = Math.min(room.width / bounds.width, room.height / bounds.height);
  const zoom = Math.max(fit_zoom_min, Math.min(fit_zoom_max, ideal));
  const spare = size.height - bounds.height * zoom;
  return {
    x: size.width / 2 - (bounds.x + bounds.width / 2) * zoom,
    // A small graph stands in the upper third: there is room below for what comes next.
    y: Math.max(fit_margin, Math.min(spare / 3, 160)) - bounds.y * zoom,
    zoom,
  };
}
