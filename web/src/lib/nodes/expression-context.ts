/**
 * What expression fields ask their surroundings: which names they may use, and what a template gives
 * for the last known values. The editor page provides it; without it fields are plain inputs.
 */

import { createContext } from 'svelte';
import type { Json } from '$lib/editor/document';
import type { ScopeRoot } from '$lib/editor/scope';

export interface PreviewResult {
  readonly value?: Json;
  readonly type?: string;
  readonly error?: string;
}

export type Preview = (nodeId: string, template: Json) => Promise<PreviewResult>;

export interface ExpressionTools {
  scope(nodeId: string): readonly ScopeRoot[];
  /** Absent for somebody who only looks: the server would refuse. */
  readonly preview?: Preview | undefined;
  /** Grows when last outputs change, so that previews are asked for again. */
  readonly samplesRevision: number;
}

export const [getExpressionTools, setExpressionTools, hasExpressionTools] =
  createContext<ExpressionTools>();
