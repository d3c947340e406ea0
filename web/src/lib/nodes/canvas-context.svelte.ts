/**
 * What a canvas tells its cards besides their data: level of detail, what a search lights up, which
 * steps have findings or have changed, and what the + on an output does (only in an editor).
 */

import { createContext } from 'svelte';

export interface OutputRef {
  readonly source: string;
  readonly sourceHandle: string | null;
}

export type Severity = 'error' | 'warning';
/** What became of a step between two states of a workflow. */
export type ChangeKind = 'added' | 'removed' | 'changed' | 'moved';

/** Below this zoom a card is a coloured block: two elements instead of seventeen. */
export const detail_zoom_min = 0.4;
export const motion_zoom_min = 0.5;

export class CanvasContext {
  /** Draw blocks instead of cards. */
  simple = $state(false);
  /** Spinners stand still. */
  still = $state(false);
  /** Search results; everything else is dimmed. */
  lit = $state.raw<ReadonlySet<string> | undefined>(undefined);
  findings = $state.raw<Readonly<Partial<Record<string, Severity>>>>({});
  /** Of a comparison. */
  changes = $state.raw<Readonly<Partial<Record<string, ChangeKind>>>>({});
  /** The + of an output and of an edge. Absent on canvases that only show. */
  readonly onadd: ((output: OutputRef) => void) | undefined;
  readonly oninsert: ((edgeId: string) => void) | undefined;

  constructor(
    actions: { onadd?: (output: OutputRef) => void; oninsert?: (edgeId: string) => void } = {},
  ) {
    this.onadd = actions.onadd;
    this.oninsert = actions.oninsert;
  }

  /** Called on every move of the viewport; assigns only when a threshold is crossed. */
  zoomed(zoom: number): void {
    const simple = zoom < detail_zoom_min;
    if (simple !== this.simple) this.simple = simple;
    const still = zoom < motion_zoom_min;
    if (still !== this.still) this.still = still;
  }
}

export const [getCanvasContext, setCanvasContext, hasCanvasContext] =
  createContext<CanvasContext>();
