// The time of a step in pieces, for the timeline: attempts, waits, pauses before a retry. Pure.
import type { RunEvent } from '$lib/api/types';

export type PhaseKind = 'attempt' | 'wait' | 'retry';

export interface Phase {
  readonly kind: PhaseKind;
  readonly attempt: number;
  readonly startedAt: string;
  /** Null while it goes on. */
  readonly endedAt: string | null;
  /** An attempt that was followed by a retry. */
  readonly failed: boolean;
}

/** Steps that are tried for days: what is shown of them is bounded, the first attempts stay. */
const phasesMax = 200;

interface Phased {
  readonly phases: readonly Phase[];
  readonly attempts: number;
}

/** The running phase ends and the next begins. */
export function nextPhase(
  step: Phased,
  event: RunEvent,
  ...[kind, attempt = event.attempt ?? step.attempts]: [PhaseKind, number?]
): readonly Phase[] {
  const before = closedPhases(step, event.createdAt, kind === 'retry');
  if (before.length >= phasesMax) return before;
  return [...before, { kind, attempt, startedAt: event.createdAt, endedAt: null, failed: false }];
}

export function closedPhases(step: Phased, endedAt: string, failed = false): readonly Phase[] {
  const last = step.phases.at(-1);
  if (!last || last.endedAt !== null) return step.phases;
  return [...step.phases.slice(0, -1), { ...last, endedAt, failed }];
}
