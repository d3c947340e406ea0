/**
 * Undo and redo over whole documents. Documents share what did not change, so a step costs only
 * what it touched. Every change of the editor goes through `record`: there is nothing that undo
 * does not undo. Typing and repeated moves coalesce by the change's key.
 */

import type { FlowDocument } from './document';
import type { Change } from './edits';

export interface HistoryStep {
  readonly label: string;
  readonly before: FlowDocument;
  readonly after: FlowDocument;
  readonly nodeIds: readonly string[];
  readonly key: string | undefined;
  readonly at: number;
}

export interface History {
  readonly past: readonly HistoryStep[];
  readonly future: readonly HistoryStep[];
}

export interface Travel {
  readonly history: History;
  readonly document: FlowDocument;
  readonly step: HistoryStep;
}

export const empty_history: History = { past: [], future: [] };
export const history_steps_max = 200;
export const coalesce_ms = 1500;

export function record(
  history: History,
  options: { before: FlowDocument; change: Change; now: number },
): History {
  const { before, change, now } = options;
  if (change.document === before) return history;
  const last = history.past.at(-1);
  const step: HistoryStep = {
    label: change.label,
    before,
    after: change.document,
    nodeIds: change.nodeIds,
    key: change.key,
    at: now,
  };
  if (last && canCoalesce(last, step) && history.future.length === 0) {
    return { past: [...history.past.slice(0, -1), { ...step, before: last.before }], future: [] };
  }
  return { past: [...history.past, step].slice(-history_steps_max), future: [] };
}

export function undo(history: History): Travel | undefined {
  const step = history.past.at(-1);
  if (!step) return undefined;
  return {
    history: { past: history.past.slice(0, -1), future: [step, ...history.future] },
    document: step.before,
    step,
  };
}

export function redo(history: History): Travel | undefined {
  const [step, ...rest] = history.future;
  if (!step) return undefined;
  return {
    history: { past: [...history.past, step], future: rest },
    document: step.after,
    step,
  };
}

function canCoalesce(last: HistoryStep, next: HistoryStep): boolean {
  return next.key !== undefined && last.key === next.key && next.at - last.at < coalesce_ms;
}
