/**
 * Copied steps as JSON text, so that they can be pasted into another workflow, a chat or a file.
 * Reading accepts our own clipboard, a whole flow document, and a bare `{ nodes, edges }`.
 */

import { t } from '$lib/shared/t';
import type { FlowEdge, FlowGraph, FlowNode, Json, NodeData } from './document';

export const clipboard_schema = 'swiftgrid.clipboard/1';
export const clipboard_nodes_max = 2000;

export function writeClipboard(graph: FlowGraph): string {
  return JSON.stringify(
    { schema: clipboard_schema, nodes: graph.nodes, edges: graph.edges },
    null,
    2,
  );
}

export type ClipboardContent =
  | { readonly ok: true; readonly graph: FlowGraph }
  | { readonly ok: false; readonly reason: string };

export function readClipboard(text: string): ClipboardContent {
  const value = parse(text);
  if (!isRecord(value)) return refuse(t('clipboard.noSteps'));
  const schema = value['schema'];
  if (typeof schema === 'string' && schema !== clipboard_schema) {
    return refuse(t('clipboard.otherSchema', { schema }));
  }
  const source = isRecord(value['graph']) ? value['graph'] : value;
  if (!Array.isArray(source['nodes'])) return refuse(t('clipboard.noSteps'));
  if (source['nodes'].length > clipboard_nodes_max) {
    return refuse(t('clipboard.tooMany', { max: clipboard_nodes_max }));
  }
  const nodes = source['nodes'].map(readNode);
  if (nodes.some((node) => node === undefined)) {
    return refuse(t('clipboard.badStep'));
  }
  const edges = Array.isArray(source['edges']) ? source['edges'].flatMap(readEdge) : [];
  if (nodes.length === 0) return refuse(t('clipboard.noSteps'));
  return { ok: true, graph: { nodes: nodes.filter((node) => node !== undefined), edges } };
}

function readNode(value: unknown): FlowNode | undefined {
  if (!isRecord(value)) return undefined;
  const { id, type, position, data } = value;
  if (typeof id !== 'string' || id === '' || typeof type !== 'string' || type === '') {
    return undefined;
  }
  const point = isRecord(position) ? position : {};
  return {
    id,
    type,
    position: { x: numberOr(point['x'], 0), y: numberOr(point['y'], 0) },
    data: isRecord(data) ? (data as Record<string, Json> as NodeData) : {},
  };
}

function readEdge(value: unknown): FlowEdge[] {
  if (!isRecord(value)) return [];
  const { id, source, sourceHandle, target } = value;
  if (typeof source !== 'string' || typeof target !== 'string') return [];
  return [
    {
      id: typeof id === 'string' ? id : '',
      source,
      target,
      ...(typeof sourceHandle === 'string' && sourceHandle !== '' ? { sourceHandle } : {}),
    },
  ];
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function numberOr(value: unknown, fallback: number): number {
  return typeof value === 'number' && Number.isFinite(value) ? value : fallback;
}

function refuse(reason: string): ClipboardContent {
  return { ok: false, reason };
}
