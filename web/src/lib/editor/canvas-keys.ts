/**
 * The keyboard of the canvas: which key does what, decided without the DOM. Letters work only while
 * the canvas has the focus, so that they never get in the way of typing.
 */

import type { Point } from './document';

export type CanvasCommand =
  | { readonly do: 'add' | 'delete' | 'connect' | 'duplicate' | 'open' | 'selectAll' | 'tidy' }
  | { readonly do: 'copy' | 'cut' | 'undo' | 'redo' | 'find' | 'outline' | 'results' | 'escape' }
  | { readonly do: 'zoomIn' | 'zoomOut' | 'fit' | 'nextProblem' | 'previousProblem' | 'run' }
  | { readonly do: 'nudge'; readonly delta: Point }
  | { readonly do: 'walk'; readonly to: 'next' | 'previous' | 'left' | 'right' };

export interface KeyPress {
  readonly key: string;
  readonly ctrlKey: boolean;
  readonly metaKey: boolean;
  readonly altKey: boolean;
  readonly shiftKey: boolean;
}

export const nudge_px = 10;

const arrows: Readonly<Record<string, Point>> = {
  ArrowUp: { x: 0, y: -1 },
  ArrowDown: { x: 0, y: 1 },
  ArrowLeft: { x: -1, y: 0 },
  ArrowRight: { x: 1, y: 0 },
};

const walks: Readonly<Record<string, 'next' | 'previous' | 'left' | 'right'>> = {
  ArrowUp: 'previous',
  ArrowDown: 'next',
  ArrowLeft: 'left',
  ArrowRight: 'right',
};

const plain: Readonly<Record<string, CanvasCommand>> = {
  '+': { do: 'add' },
  c: { do: 'connect' },
  d: { do: 'duplicate' },
  j: { do: 'results' },
  o: { do: 'outline' },
  Enter: { do: 'open' },
  Delete: { do: 'delete' },
  Backspace: { do: 'delete' },
  Escape: { do: 'escape' },
  '1': { do: 'fit' },
  '=': { do: 'zoomIn' },
  '-': { do: 'zoomOut' },
};

const with_control: Readonly<Record<string, CanvasCommand>> = {
  c: { do: 'copy' },
  x: { do: 'cut' },
  d: { do: 'duplicate' },
  a: { do: 'selectAll' },
};

/** Keys that work anywhere in the editor, also while typing. */
export function editorCommand(press: KeyPress): CanvasCommand | undefined {
  if (press.key === 'F8') return { do: press.shiftKey ? 'previousProblem' : 'nextProblem' };
  if (!(press.ctrlKey || press.metaKey) || press.altKey) return undefined;
  switch (press.key.toLowerCase()) {
    case 'enter':
      return { do: 'run' };
    case 'f':
      return { do: 'find' };
    default:
      return undefined;
  }
}

/** Undo and redo of the workflow: not in a text field, which has its own. */
export function historyCommand(press: KeyPress): CanvasCommand | undefined {
  if (!(press.ctrlKey || press.metaKey) || press.altKey) return undefined;
  const key = press.key.toLowerCase();
  if (key === 'z') return { do: press.shiftKey ? 'redo' : 'undo' };
  return key === 'y' ? { do: 'redo' } : undefined;
}

/** Keys of the canvas itself; `onStep` when a step has the focus or is selected. */
export function canvasCommand(press: KeyPress, onStep: boolean): CanvasCommand | undefined {
  const arrow = arrows[press.key];
  if (arrow && onStep) {
    const to = walks[press.key];
    if (press.altKey) return to && { do: 'walk', to };
    const step = press.shiftKey ? 1 : nudge_px;
    return { do: 'nudge', delta: { x: arrow.x * step, y: arrow.y * step } };
  }
  if (press.altKey) return undefined;
  const key = press.key.length === 1 ? press.key.toLowerCase() : press.key;
  return press.ctrlKey || press.metaKey ? with_control[key] : plain[key];
}
