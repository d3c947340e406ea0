/** The draft as the server keeps it, and the document as the editor changes it. */

import type { Flow, FlowSave, Graph, ValidationProblem } from '$lib/api/types';
import { parseGraph, type FlowDocument } from './document';
import { notificationsOf } from './flow-notifications';
import { budgetOf, limitsOf } from './limits';
import type { Severity } from '$lib/nodes/canvas-context.svelte';

type Drawn = Pick<Flow, 'name' | 'description' | 'graph'> &
  Partial<Pick<Flow, 'timeoutMs' | 'notifications'>>;

export function documentFromFlow(flow: Drawn): FlowDocument {
  return {
    name: flow.name,
    description: flow.description,
    ...parseGraph(flow.graph),
    limits: limitsOf(flow),
    notifications: notificationsOf(flow),
  };
}

/** Unknown members of the graph (a viewport, what other tools wrote) are kept as they were. */
export function graphOf(document: FlowDocument, base: Graph): Graph {
  const budget = document.limits && budgetOf(document.limits);
  return {
    ...base,
    nodes: document.nodes as Graph['nodes'],
    edges: document.edges as Graph['edges'],
    // One that is gone has to be taken out of the old graph.
    ...(budget !== undefined && (budget !== null || 'budget' in base) && { budget }),
  };
}

export function saveBody(document: FlowDocument, base: Graph): FlowSave {
  return {
    name: document.name,
    description: document.description,
    graph: graphOf(document, base),
    ...(document.limits && { timeoutMs: document.limits.timeoutMs }),
    ...(document.notifications && {
      notifications: document.notifications as Flow['notifications'],
    }),
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
