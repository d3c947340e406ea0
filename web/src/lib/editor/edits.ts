/**
 * Every operation the editor performs on a flow document. All functions are pure: they return a
 * `Change` with the new document (sharing what did not change), a label for undo and the nodes it
 * touched. Nothing here knows Svelte, the DOM or the network.
 */

import { count, t } from '$lib/shared/t';
import { normalHandle } from '../nodes/outputs';
import {
  labelOf,
  nodeLabel,
  subgraph,
  type FlowDocument,
  type FlowEdge,
  type FlowGraph,
  type FlowNode,
  type Json,
  type NodeData,
  type Point,
} from './document';
import { descendants } from './graph';
import { makeNodeId } from './node-id';
import { rewriteReferences } from './references';

export interface Connection {
  readonly source: string;
  readonly sourceHandle?: string | null | undefined;
  readonly target: string;
}

export interface Change {
  readonly document: FlowDocument;
  /** What was done, as the rest of a sentence: "add HTTP request". */
  readonly label: string;
  readonly nodeIds: readonly string[];
  /** Changes with the same key that follow each other quickly are one step of the history. */
  readonly key?: string;
}

export interface NewNode {
  readonly type: string;
  readonly label: string;
  readonly data: NodeData;
  readonly position: Point;
}

export function addNode(document: FlowDocument, added: NewNode): Change & { id: string } {
  const id = makeNodeId(added.type, takenIds(document));
  const node: FlowNode = {
    id,
    type: added.type,
    position: roundPoint(added.position),
    data: { ...added.data, label: uniqueLabel(document, added.label) },
  };
  return {
    id,
    document: { ...document, nodes: [...document.nodes, node] },
    label: t('edit.add', { what: nodeLabel(node) }),
    nodeIds: [id],
  };
}

/** Adds a node and an edge from `source` to it: one step of the history. */
export function addNodeAfter(
  document: FlowDocument,
  added: NewNode,
  from: { source: string; sourceHandle?: string | null },
): Change & { id: string } {
  const first = addNode(document, added);
  const connected = connect(first.document, { ...from, target: first.id });
  return { ...first, document: connected.document };
}

export interface InsertOptions {
  readonly edgeId: string;
  readonly handle: string | null;
  /** How far everything behind the edge moves down to make room. */
  readonly shift: number;
}

/** Puts a node into an edge; what lies behind the edge moves down by `shift`. */
export function insertOnEdge(
  document: FlowDocument,
  added: NewNode,
  options: InsertOptions,
): Change & { id: string } {
  const edge = document.edges.find((candidate) => candidate.id === options.edgeId);
  const first = addNode(document, added);
  if (!edge) return first;
  const without = {
    ...first.document,
    edges: first.document.edges.filter((candidate) => candidate !== edge),
  };
  const before = connect(without, { ...edge, target: first.id });
  const after = connect(before.document, {
    source: first.id,
    sourceHandle: options.handle,
    target: edge.target,
  });
  const moved = new Set([edge.target, ...descendants(document, edge.target)]);
  const nodes = after.document.nodes.map((node) =>
    moved.has(node.id) && options.shift > 0
      ? { ...node, position: { x: node.position.x, y: node.position.y + options.shift } }
      : node,
  );
  return {
    ...first,
    document: { ...after.document, nodes },
    label: t('edit.insert', { what: added.label }),
  };
}

export function connect(document: FlowDocument, connection: Connection): Change {
  const handle = normalHandle(connection.sourceHandle);
  const edge: FlowEdge = {
    id: makeEdgeId(document, connection),
    source: connection.source,
    ...(handle === null ? {} : { sourceHandle: handle }),
    target: connection.target,
  };
  const from = labelOf(document, connection.source);
  const to = labelOf(document, connection.target);
  return {
    document: { ...document, edges: [...document.edges, edge] },
    label: t('edit.connect', { from, to }),
    nodeIds: [connection.source, connection.target],
  };
}

export function moveNodes(
  document: FlowDocument,
  positions: ReadonlyMap<string, Point>,
  label?: string,
): Change {
  const moved: string[] = [];
  const nodes = document.nodes.map((node) => {
    const position = positions.get(node.id);
    if (!position) return node;
    const rounded = roundPoint(position);
    if (rounded.x === node.position.x && rounded.y === node.position.y) return node;
    moved.push(node.id);
    return { ...node, position: rounded };
  });
  return {
    document: moved.length === 0 ? document : { ...document, nodes },
    label: label ?? t('edit.move', { what: describe(document, moved) }),
    nodeIds: moved,
    key: `move:${moved.join(',')}`,
  };
}

export function nudgeNodes(document: FlowDocument, ids: readonly string[], delta: Point): Change {
  const positions = new Map<string, Point>();
  for (const node of document.nodes) {
    if (!ids.includes(node.id)) continue;
    positions.set(node.id, { x: node.position.x + delta.x, y: node.position.y + delta.y });
  }
  return moveNodes(document, positions);
}

export function renameFlow(document: FlowDocument, name: string): Change {
  return { document: { ...document, name }, label: t('edit.renameTo', { name }), nodeIds: [] };
}

/** Changes the name people read. The id, which placeholders use, stays. */
export function renameNode(document: FlowDocument, id: string, label: string): Change {
  const old = labelOf(document, id);
  return {
    ...configureNode(document, id, { label }),
    label: t('edit.rename', { what: old }),
    key: `rename:${id}`,
  };
}

/** Changes the id and every placeholder, edge and line of code that uses it. */
export function changeNodeId(document: FlowDocument, id: string, next: string): Change {
  const renames = new Map([[id, next]]);
  return {
    document: {
      ...document,
      nodes: document.nodes.map((node) => ({
        ...node,
        id: node.id === id ? next : node.id,
        data: rewriteReferences(node.data, renames),
      })),
      edges: document.edges.map((edge) => ({
        ...edge,
        source: edge.source === id ? next : edge.source,
        target: edge.target === id ? next : edge.target,
      })),
    },
    label: t('edit.changeId', { id, next }),
    nodeIds: [next],
  };
}

/** Sets members of a node's data; `undefined` removes a member. */
export function configureNode(
  document: FlowDocument,
  id: string,
  patch: Readonly<Record<string, Json | undefined>>,
): Change {
  const nodes = document.nodes.map((node) =>
    node.id === id ? { ...node, data: mergeData(node.data, patch) } : node,
  );
  return {
    document: { ...document, nodes },
    label: t('edit.configure', { what: labelOf(document, id) }),
    nodeIds: [id],
    key: `configure:${id}:${Object.keys(patch).sort().join(',')}`,
  };
}

/** Sets a branch's id; its edges follow. Keeps the graph whole when a router output is renamed. */
export function configureWithHandles(
  document: FlowDocument,
  id: string,
  options: {
    patch: Readonly<Record<string, Json | undefined>>;
    handles: ReadonlyMap<string, string | null>;
  },
): Change {
  const change = configureNode(document, id, options.patch);
  const edges = change.document.edges.flatMap((edge) => {
    if (edge.source !== id || edge.sourceHandle === undefined) return [edge];
    const next = options.handles.get(edge.sourceHandle);
    if (next === undefined) return [edge];
    return next === null ? [] : [{ ...edge, sourceHandle: next }];
  });
  return { ...change, document: { ...change.document, edges } };
}

export interface Elements {
  readonly nodeIds?: readonly string[];
  readonly edgeIds?: readonly string[];
}

/** "Fetch", "3 steps", "2 connections": what goes when these are deleted. */
export function describeElements(document: FlowGraph, elements: Elements): string {
  const { nodeIds = [], edgeIds = [] } = elements;
  return nodeIds.length > 0 ? describe(document, nodeIds) : count(edgeIds.length, 'connection');
}

export function deleteElements(document: FlowDocument, doomed: Elements): Change {
  const nodeIds = new Set(doomed.nodeIds ?? []);
  const edgeIds = new Set(doomed.edgeIds ?? []);
  const edges = document.edges.filter(
    (edge) => !edgeIds.has(edge.id) && !nodeIds.has(edge.source) && !nodeIds.has(edge.target),
  );
  return {
    document: {
      ...document,
      nodes:
        nodeIds.size === 0
          ? document.nodes
          : document.nodes.filter((node) => !nodeIds.has(node.id)),
      edges,
    },
    label: t('edit.delete', { what: describeElements(document, doomed) }),
    nodeIds: [...nodeIds],
  };
}

/** Adds copied nodes with fresh ids; references among them follow, others stay as they were. */
export function pasteGraph(
  document: FlowDocument,
  graph: FlowGraph,
  options: { offset: Point; verb?: 'paste' | 'duplicate' },
): Change {
  const taken = takenIds(document);
  const renames = new Map<string, string>();
  for (const node of graph.nodes) {
    const id = taken.has(node.id) ? makeNodeId(node.type, taken) : node.id;
    taken.add(id);
    renames.set(node.id, id);
  }
  const nodes = graph.nodes.map((node) => ({
    ...node,
    id: renames.get(node.id) ?? node.id,
    position: roundPoint({
      x: node.position.x + options.offset.x,
      y: node.position.y + options.offset.y,
    }),
    data: rewriteReferences(node.data, renames),
  }));
  let result: FlowDocument = { ...document, nodes: [...document.nodes, ...nodes] };
  for (const edge of graph.edges) {
    const source = renames.get(edge.source);
    const target = renames.get(edge.target);
    if (source === undefined || target === undefined) continue;
    result = connect(result, { source, sourceHandle: edge.sourceHandle, target }).document;
  }
  const ids = nodes.map((node) => node.id);
  return {
    document: result,
    label: t(`edit.${options.verb ?? 'paste'}`, { what: describe(result, ids) }),
    nodeIds: ids,
  };
}

export function duplicateNodes(document: FlowDocument, ids: readonly string[]): Change {
  return pasteGraph(document, subgraph(document, ids), {
    offset: { x: 40, y: 40 },
    verb: 'duplicate',
  });
}

export function describe(document: FlowGraph, ids: readonly string[]): string {
  if (ids.length === 1) return labelOf(document, ids[0] ?? '');
  return count(ids.length, 'step');
}

function mergeData(data: NodeData, patch: Readonly<Record<string, Json | undefined>>): NodeData {
  const merged = Object.entries({ ...data, ...patch });
  return Object.fromEntries(
    merged.filter((entry): entry is [string, Json] => entry[1] !== undefined),
  );
}

function takenIds(document: FlowGraph): Set<string> {
  return new Set(document.nodes.map((node) => node.id));
}

function uniqueLabel(document: FlowGraph, label: string): string {
  const taken = new Set(document.nodes.map(nodeLabel));
  if (!taken.has(label)) return label;
  for (let count = 2; ; count += 1) {
    const candidate = `${label} ${String(count)}`;
    if (!taken.has(candidate)) return candidate;
  }
}

function makeEdgeId(document: FlowGraph, connection: Connection): string {
  const handle = normalHandle(connection.sourceHandle);
  const parts = [connection.source, ...(handle === null ? [] : [handle]), connection.target];
  const base = `e_${parts.join('_')}`.replace(/[^A-Za-z0-9_-]/g, '-');
  const taken = new Set(document.edges.map((edge) => edge.id));
  if (!taken.has(base)) return base;
  for (let count = 2; ; count += 1) {
    const candidate = `${base}_${String(count)}`;
    if (!taken.has(candidate)) return candidate;
  }
}

function roundPoint(point: Point): Point {
  return { x: Math.round(point.x), y: Math.round(point.y) };
}
