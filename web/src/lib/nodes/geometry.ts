/**
 * Size and handle positions of a node's card, as a pure function of its data. Svelte Flow can then
 * draw only what is visible without measuring every node first, and a running node never grows.
 * NodeCard.svelte draws exactly these sizes.
 */

import type { NodeData } from '$lib/editor/document';
import { nodeOutputs, type NodeOutput, type OutputNode } from './outputs';
import { viewOf } from './registry';

export const card_width = 232;
export const head_height = 56;
export const branch_row_height = 28;
export const branch_column_width = 72;
export const line_height = 18;
/** Space above the first line and below the last. */
export const lines_padding = 8;
/** The visible dot. Its hit area of 24 px is a pseudo element and does not move edge ends. */
export const handle_size = 10;

export interface NodeSize {
  readonly width: number;
  readonly height: number;
}

export interface HandleSpot {
  readonly id: string | null;
  readonly type: 'source' | 'target';
  readonly position: 'top' | 'bottom';
  /** Top left corner of the dot, relative to the card. */
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** A row of branch labels is drawn when a node has more than its one unnamed output. */
export function hasBranchRow(outputs: readonly NodeOutput[]): boolean {
  return outputs.length > 1 || outputs.some((output) => output.handle !== null);
}

/** Rows below the head: the facts of the type, and the row in which a run shows itself. */
export function bodyHeight(node: OutputNode): number {
  const { lines, foot } = viewOf(node.type);
  const rows = (lines?.(node.data as NodeData).length ?? 0) + (foot ? 1 : 0);
  return rows === 0 ? 0 : rows * line_height + lines_padding;
}

export function nodeSize(node: OutputNode): NodeSize {
  const outputs = nodeOutputs(node);
  const branches = hasBranchRow(outputs);
  return {
    width: Math.max(card_width, branches ? outputs.length * branch_column_width : 0),
    height: head_height + bodyHeight(node) + (branches ? branch_row_height : 0),
  };
}

/** Centre of an output's column, from the left border of the card. */
export function outputCentre(index: number, count: number, width: number): number {
  return (width * (index + 0.5)) / count;
}

export function nodeHandles(node: OutputNode): HandleSpot[] {
  const outputs = nodeOutputs(node);
  const { width, height } = nodeSize(node);
  const half = handle_size / 2;
  const dot = { width: handle_size, height: handle_size };
  const target: HandleSpot = {
    ...dot,
    id: null,
    type: 'target',
    position: 'top',
    x: width / 2 - half,
    y: -half,
  };
  const sources = outputs.map((output, index): HandleSpot => ({
    ...dot,
    id: output.handle,
    type: 'source',
    position: 'bottom',
    x: outputCentre(index, outputs.length, width) - half,
    y: height - half,
  }));
  return [target, ...sources];
}
