/** How a node type looks and is configured. Every folder beside this file exports one. */

import type { Component } from 'svelte';
import type { components } from '$lib/api/types.gen';
import type { Json, NodeData } from '$lib/editor/document';

export type NodeTypeDescriptor = components['schemas']['NodeType'];

export type DataPatch = Readonly<Record<string, Json | undefined>>;

export interface NodeFormProps {
  readonly nodeId: string;
  readonly data: NodeData;
  readonly descriptor: NodeTypeDescriptor | undefined;
  readonly onchange: (patch: DataPatch) => void;
  /** Router: new ids of outputs by their old ones, `null` for those that are gone. */
  readonly onhandles?: (patch: DataPatch, handles: ReadonlyMap<string, string | null>) => void;
}

export interface CardLine {
  readonly name: string;
  readonly value: string;
}

export interface NodeView {
  readonly type: string;
  /** Selects the hue in app.css. */
  readonly kind: string;
  readonly icon: string;
  /** The one fact that tells this step from its siblings: "GET api.example.com/users". */
  readonly summary: (data: NodeData) => string;
  /** Further facts below the head, a row each; how many follows from the data alone. */
  readonly lines?: (data: NodeData) => readonly CardLine[];
  /** What a run shows in the last row: the called run, how far the list is, or the answer. */
  readonly foot?: 'child' | 'items' | 'answer';
  /** The id of another workflow whose name is the summary. */
  readonly calls?: (data: NodeData) => string;
  readonly loadForm?: () => Promise<{ default: Component<NodeFormProps> }>;
}

export function text(data: NodeData, key: string, fallback = ''): string {
  const value = data[key];
  return typeof value === 'string' ? value : fallback;
}

/** The number, when there is one. */
export function number(data: NodeData, key: string): number | undefined {
  const value = data[key];
  return typeof value === 'number' ? value : undefined;
}

/** A value in one line, as a field or a card shows it. */
export function valueText(value: Json | undefined): string {
  if (value === undefined) return '';
  return typeof value === 'string' ? value : JSON.stringify(value);
}

export function record(data: NodeData, key: string): Record<string, Json> {
  return asRecord(data[key]);
}

export function asRecord(value: Json | undefined): Record<string, Json> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? { ...(value as Record<string, Json>) }
    : {};
}
