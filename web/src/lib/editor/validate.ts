/**
 * Rules that can be decided while someone draws: which connection is allowed, and why not. The
 * server has the last word on the whole document; these rules only explain themselves at once.
 */

import { t } from '$lib/shared/t';
import { findNode, nodeLabel, type FlowGraph } from './document';
import type { Connection } from './edits';
import { descendants } from './graph';
import { findOutput, nodeOutputs, sameHandle } from '../nodes/outputs';

export type ConnectionVerdict =
  { readonly allowed: true } | { readonly allowed: false; readonly reason: string };

const allowed: ConnectionVerdict = { allowed: true };

export function checkConnection(graph: FlowGraph, connection: Connection): ConnectionVerdict {
  const source = findNode(graph, connection.source);
  const target = findNode(graph, connection.target);
  if (!source || !target) return refuse(t('connect.gone'));
  if (source === target) return refuse(t('connect.itself'));
  const output = findOutput(source, connection.sourceHandle);
  if (!output) return refuse(missingOutput(nodeLabel(source), connection.sourceHandle));
  const twin = graph.edges.some(
    (edge) =>
      edge.source === source.id &&
      edge.target === target.id &&
      sameHandle(edge.sourceHandle, connection.sourceHandle),
  );
  if (twin) return refuse(t('connect.twice', { from: nodeLabel(source), to: nodeLabel(target) }));
  if (descendants(graph, target.id).has(source.id)) {
    return refuse(t('connect.loop'));
  }
  return allowed;
}

/** Steps that `source` may be connected to, with the reason for those that it may not. */
export function connectionTargets(
  graph: FlowGraph,
  from: { source: string; sourceHandle: string | null },
): { id: string; label: string; verdict: ConnectionVerdict }[] {
  return graph.nodes
    .filter((node) => node.id !== from.source)
    .map((node) => ({
      id: node.id,
      label: nodeLabel(node),
      verdict: checkConnection(graph, { ...from, target: node.id }),
    }));
}

/** The output a new step should hang on: the first without an edge, else the first. */
export function preferredOutput(graph: FlowGraph, id: string): string | null | undefined {
  const node = findNode(graph, id);
  if (!node) return undefined;
  const outputs = nodeOutputs(node);
  const free = outputs.find(
    (output) =>
      !graph.edges.some(
        (edge) => edge.source === id && sameHandle(edge.sourceHandle, output.handle),
      ),
  );
  return (free ?? outputs[0])?.handle;
}

/** Edges of a step that a change of its data has left without an output. */
export function danglingEdges(graph: FlowGraph, id: string): string[] {
  const source = findNode(graph, id);
  return graph.edges
    .filter((edge) => edge.source === id && !(source && findOutput(source, edge.sourceHandle)))
    .map((edge) => edge.id);
}

function missingOutput(label: string, handle: string | null | undefined): string {
  return handle === null || handle === undefined || handle === ''
    ? t('connect.chooseBranch', { name: label })
    : t('connect.noOutput', { name: label, output: handle });
}

function refuse(reason: string): ConnectionVerdict {
  return { allowed: false, reason };
}
