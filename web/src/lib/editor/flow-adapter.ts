/**
 * The flow document as Svelte Flow's nodes and edges. Sizes and handles come from the data, so
 * nothing has to be measured; objects of unchanged nodes are kept, so Svelte Flow redraws only what
 * changed. Selection lives in Svelte Flow's objects and is carried over.
 */

import { t } from '$lib/shared/t';
import { Position, type Edge, type Node } from '@xyflow/svelte';
import type { FlowDocument, FlowEdge, FlowGraph, FlowNode, Point } from './document';
import { nodeLabel } from './document';
import { orderedNodes } from './graph';
import { findOutput, sameHandle, type Tone } from '../nodes/outputs';
import { nodeHandles, nodeSize } from '../nodes/geometry';

export type StepData = { node: FlowNode };
export type CanvasNode = Node<StepData, 'step'>;
export type CanvasEdge = Edge<{ tone: Tone; label: string }, 'step'>;

/** In topological order: the order of the array is the order of Tab. */
export function toCanvasNodes(
  graph: FlowGraph,
  previous: readonly CanvasNode[] = [],
  selection?: readonly string[],
): CanvasNode[] {
  const old = new Map(previous.map((node) => [node.id, node]));
  const selected = selection && new Set(selection);
  return orderedNodes(graph).map((node) => {
    const before = old.get(node.id);
    const isSelected = selected ? selected.has(node.id) : (before?.selected ?? false);
    if (before && before.data.node === node && before.selected === isSelected) {
      return samePoint(before.position, node.position)
        ? before
        : { ...before, position: node.position };
    }
    return canvasNode(node, isSelected);
  });
}

export function canvasNode(node: FlowNode, selected = false): CanvasNode {
  const size = nodeSize(node);
  return {
    id: node.id,
    type: 'step',
    position: node.position,
    ...size,
    measured: size,
    selected,
    ariaLabel: nodeLabel(node),
    handles: nodeHandles(node).map((spot) => ({
      ...spot,
      position: spot.position === 'top' ? Position.Top : Position.Bottom,
    })),
    data: { node },
  };
}

export function toCanvasEdges(
  graph: FlowGraph,
  previous: readonly CanvasEdge[] = [],
): CanvasEdge[] {
  const old = new Map(previous.map((edge) => [edge.id, edge]));
  const nodes = new Map(graph.nodes.map((node) => [node.id, node]));
  return graph.edges.map((edge) => {
    const source = nodes.get(edge.source);
    const target = nodes.get(edge.target);
    const output = source && findOutput(source, edge.sourceHandle);
    const tone = output?.tone ?? 'gray';
    const label = output?.label ?? '';
    const from = source ? nodeLabel(source) : edge.source;
    const to = target ? nodeLabel(target) : edge.target;
    const ariaLabel = output?.handle
      ? t('editor.edgeBranch', { from, branch: label, to })
      : t('editor.edge', { from, to });
    const before = old.get(edge.id);
    if (before && sameEdge(before, edge, ariaLabel) && before.data?.tone === tone) return before;
    return {
      id: edge.id,
      type: 'step',
      source: edge.source,
      target: edge.target,
      sourceHandle: output ? output.handle : (edge.sourceHandle ?? null),
      targetHandle: null,
      selected: before?.selected ?? false,
      ariaLabel,
      data: { tone, label },
    };
  });
}

/** Positions that Svelte Flow has changed (a drag), by node id. */
export function movedPositions(
  document: FlowDocument,
  nodes: readonly CanvasNode[],
): Map<string, Point> {
  const before = new Map(document.nodes.map((node) => [node.id, node.position]));
  const moved = new Map<string, Point>();
  for (const node of nodes) {
    const position = before.get(node.id);
    if (position && !samePoint(position, node.position)) {
      moved.set(node.id, { x: node.position.x, y: node.position.y });
    }
  }
  return moved;
}

function sameEdge(canvas: CanvasEdge, edge: FlowEdge, ariaLabel: string): boolean {
  return (
    canvas.source === edge.source &&
    canvas.target === edge.target &&
    canvas.ariaLabel === ariaLabel &&
    sameHandle(canvas.sourceHandle, edge.sourceHandle)
  );
}

function samePoint(a: Point, b: Point): boolean {
  return a.x === b.x && a.y === b.y;
}
