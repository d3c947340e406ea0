/** The draft as the server keeps it, and the document as the editor changes it. */

import type { Flow, FlowSave, Graph, ValidationProblem } from '$lib/api/types';
import { parseGraph, type FlowDocument } from './document';
import type { Severity } from '$lib/nodes/canvas-context.svelte';

export function documentFromFlow(flow: Pick<Flow, 'name' | 'description' | 'graph'>): FlowDocument {
  return {
    name: flow.name,
    description: flow.description,
    ...parseGraph(flow.graph),
  };
}

/** Unknown members of the graph (a viewport, what other tools wrote) are kept as they were. */
export function graphOf(document: FlowDocument, base: Graph): Graph {
  return {
    ...base,
    nodes: document.nodes as Graph['nodes'],
    edges: document.edges as Graph['edges'],
  };
}

export function saveBody(document: FlowDocument, base: Graph): FlowSave {
  return {
    name: document.name,
    description: document.description,
    graph: graphOf(document, base),
  };
}

/** The worst finding of every step. */
export function findingsByNode(
  problems: readonly ValidationProblem[],
): Partial<Record<string, Severity>> {
  const findings: Partial<Record<string, Severity>> = {};
  for (const { nodeId, severity } of problems) {
    if (nodeId && findings[nodeId] !== 'error') findings[nodeId] = severity;
  }
  return findings;
}
