/** What tests have reached, for the canvas. Pure. */

import type { FlowCoverage } from '$lib/api/types';
import type { FlowGraph } from '$lib/editor/document';
import { nodeLabel } from '$lib/editor/document';
import {
  toCanvasEdges,
  toCanvasNodes,
  type CanvasEdge,
  type CanvasNode,
} from '$lib/editor/flow-adapter';
import { sameHandle } from '$lib/nodes/outputs';
import { t } from '$lib/shared/t';

export function coverageNodes(
  graph: FlowGraph,
  coverage: FlowCoverage,
  selected: string | null,
): CanvasNode[] {
  const missed = new Set(coverage.nodes.missed);
  return toCanvasNodes(graph, [], selected === null ? [] : [selected]).map((node) =>
    missed.has(node.id)
      ? { ...node, ariaLabel: t('tests.isMissed', { label: node.ariaLabel ?? node.id }) }
      : node,
  );
}

/** Connections that no test has taken look so. */
export function coverageEdges(graph: FlowGraph, coverage: FlowCoverage): CanvasEdge[] {
  const reached = new Set(coverage.nodes.reached);
  return toCanvasEdges(graph).map((edge) => {
    const isMissed =
      !reached.has(edge.source) ||
      !reached.has(edge.target) ||
      coverage.branches.missed.some(
        ({ nodeId, branch }) => nodeId === edge.source && sameHandle(branch, edge.sourceHandle),
      );
    if (!isMissed) return edge;
    const label = edge.ariaLabel ?? edge.id;
    return { ...edge, class: 'missed', ariaLabel: t('tests.isMissed', { label }) };
  });
}

/** "Check, Price / large": what is left to test, in words. */
export function missedNames(graph: FlowGraph, coverage: FlowCoverage): string[] {
  const labels = new Map(graph.nodes.map((node) => [node.id, nodeLabel(node)]));
  const label = (id: string) => labels.get(id) ?? id;
  return [
    ...coverage.nodes.missed.map(label),
    ...coverage.branches.missed.map(({ nodeId, branch }) => `${label(nodeId)} / ${branch}`),
  ];
}
