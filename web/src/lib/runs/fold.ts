// The state of a run is the fold of its events, here as in the server's engine. Pure: live view,
// time travel and lists all read this one function, so that they cannot contradict each other.
import { nextLlm, type LlmFacts } from './llm';
import { closedPhases, nextPhase, type Phase } from './phases';
import { requestFacts, type RequestFacts } from './request-timing';
import {
  itemsAtBegin,
  retriedItem,
  settledItem,
  textOf,
  waitOf,
  type ItemCounts,
  type Wait,
} from './waits';
import type {
  ConditionError,
  LogLine,
  NodeStatus,
  RunError,
  RunEvent,
  RunStatus,
  Trigger,
} from '$lib/api/types';

export interface StepView {
  readonly status: NodeStatus;
  readonly attempts: number;
  readonly input: unknown;
  readonly result: unknown;
  readonly error: RunError | null;
  readonly startedAt: string | null;
  readonly completedAt: string | null;
  /** From the first start to the end, as the events say: what a person sees as the step's time. */
  readonly durationMs: number | null;
  /** The part of it that the step itself worked: without waiting for its turn, its commit, retries. */
  readonly workMs: number | null;
  /** Handles that became live; null before the end. The normal output is "". */
  readonly outputs: readonly string[] | null;
  /** Failed, but a branch took the failure over. */
  readonly absorbed: boolean;
  readonly logs: readonly LogLine[];
  /** Router: conditions that could not be decided and counted as false. */
  readonly conditionErrors: readonly ConditionError[];
  /** HTTP: where the time of the latest request went. */
  readonly request: RequestFacts | null;
  /** What it waits for, while it is suspended. */
  readonly wait: Wait | null;
  /** When the next attempt begins, while it is retrying. */
  readonly retryAt: string | null;
  /** The run that this step called, the latest one. */
  readonly childRunId: string | null;
  /** Map: how far it is, also after its end. */
  readonly items: ItemCounts | null;
  /** Its time in pieces: attempts, waits, pauses before a retry. */
  readonly phases: readonly Phase[];
  /** The result was taken over from another run; the step did not run here. */
  readonly kept: boolean;
  /** What a language model said of itself; null when none was asked. */
  readonly llm: LlmFacts | null;
}

export interface RunView {
  readonly status: RunStatus;
  /** Sequence number of the last event folded in; 0 before the first. */
  readonly lastEventId: number;
  readonly trigger: Trigger | null;
  readonly input: unknown;
  readonly output: unknown;
  readonly error: RunError | null;
  readonly cancelReason: string | null;
  readonly createdAt: string | null;
  readonly startedAt: string | null;
  readonly completedAt: string | null;
  /** Only steps that something happened to; see stepOf(). */
  readonly steps: ReadonlyMap<string, StepView>;
  /** Steps that have begun and not ended, and how many of them only wait. */
  readonly open: number;
  readonly waiting: number;
}

export const pendingStep: StepView = {
  status: 'pending',
  attempts: 0,
  input: null,
  result: null,
  error: null,
  startedAt: null,
  completedAt: null,
  durationMs: null,
  workMs: null,
  outputs: null,
  absorbed: false,
  logs: [],
  conditionErrors: [],
  request: null,
  wait: null,
  retryAt: null,
  childRunId: null,
  items: null,
  phases: [],
  kept: false,
  llm: null,
};

export const emptyRun: RunView = {
  status: 'pending',
  lastEventId: 0,
  trigger: null,
  input: null,
  output: null,
  error: null,
  cancelReason: null,
  createdAt: null,
  startedAt: null,
  completedAt: null,
  steps: new Map(),
  open: 0,
  waiting: 0,
};

export function isOver(status: RunStatus): boolean {
  return status === 'completed' || status === 'failed' || status === 'cancelled';
}

export function isSettled(status: NodeStatus): boolean {
  return (
    status === 'completed' || status === 'failed' || status === 'skipped' || status === 'cancelled'
  );
}

/** The step as it stands; a step nothing has happened to is pending. */
export function stepOf(view: RunView, nodeId: string): StepView {
  return view.steps.get(nodeId) ?? pendingStep;
}

/** The whole state after the events up to and including sequence number `until`. */
export function fold(events: readonly RunEvent[], until = Number.POSITIVE_INFINITY): RunView {
  return applyEvents(
    emptyRun,
    events.filter((event) => event.id <= until),
  );
}

/** Called for every event that was folded in, with the step as it is after it. */
export type OnFolded = (event: RunEvent, step: StepView | null) => void;

/** Events that were already folded in (a resumed stream repeats itself) change nothing. */
export function applyEvents(
  view: RunView,
  events: readonly RunEvent[],
  onfolded?: OnFolded,
): RunView {
  const steps = new Map(view.steps);
  const run: Writable<RunView> = { ...view, steps };
  for (const event of events) {
    if (event.id <= run.lastEventId) continue;
    run.lastEventId = event.id;
    if (event.nodeId === null) {
      Object.assign(run, runChange(event));
      onfolded?.(event, null);
      continue;
    }
    const before = steps.get(event.nodeId) ?? pendingStep;
    const step = { ...before, ...stepChange(before, event) };
    steps.set(event.nodeId, step);
    if (step.status !== before.status) countOpen(run, before.status, step.status);
    onfolded?.(event, step);
  }
  return run;
}

type Writable<T> = { -readonly [Key in keyof T]: T[Key] };

/** A run waits while every step that has begun waits; any other change of a step means it runs. */
function countOpen(run: Writable<RunView>, before: NodeStatus, after: NodeStatus): void {
  run.open += Number(isOpen(after)) - Number(isOpen(before));
  run.waiting += Number(isWaiting(after)) - Number(isWaiting(before));
  run.status = run.open > 0 && run.open === run.waiting ? 'suspended' : 'running';
}

function isOpen(status: NodeStatus): boolean {
  return status !== 'pending' && !isSettled(status);
}

export function isWaiting(status: NodeStatus): boolean {
  return status === 'suspended' || status === 'retrying';
}

function runChange(event: RunEvent): Partial<RunView> {
  const { payload, createdAt } = event;
  switch (event.eventType) {
    case 'RUN_CREATED':
      return {
        status: 'pending',
        createdAt,
        trigger: (payload['trigger'] ?? null) as Trigger | null,
        input: payload['input'] ?? null,
      };
    case 'RUN_STARTED':
      return { status: 'running', startedAt: createdAt };
    case 'RUN_COMPLETED':
      return { status: 'completed', completedAt: createdAt, output: payload['output'] ?? null };
    case 'RUN_FAILED':
      return { status: 'failed', completedAt: createdAt, error: errorOf(event) };
    case 'RUN_CANCELLED':
      return {
        status: 'cancelled',
        completedAt: createdAt,
        cancelReason: typeof payload['reason'] === 'string' ? payload['reason'] : null,
      };
    default:
      return {};
  }
}

function stepChange(step: StepView, event: RunEvent): Partial<StepView> {
  const { payload, createdAt } = event;
  switch (event.eventType) {
    case 'NODE_SCHEDULED':
      return { status: 'scheduled' };
    case 'NODE_STARTED': {
      const attempts = event.attempt ?? step.attempts + 1;
      return {
        ...awake,
        status: 'running',
        attempts,
        input: payload['input'] ?? null,
        error: null,
        startedAt: step.startedAt ?? createdAt,
        phases: nextPhase(step, event, 'attempt', attempts),
      };
    }
    case 'NODE_COMPLETED':
      return {
        ...ending(step, event),
        status: 'completed',
        kept: payload['kept'] === true,
        result: payload['result'] ?? null,
        error: payload['error'] === undefined ? null : errorOf(event),
        outputs: Array.isArray(payload['outputs']) ? (payload['outputs'] as string[]) : [''],
        conditionErrors: Array.isArray(payload['conditionErrors'])
          ? (payload['conditionErrors'] as ConditionError[])
          : [],
      };
    case 'NODE_FAILED': {
      const absorbed = payload['absorbed'] === true;
      const error = errorOf(event);
      return {
        ...ending(step, event),
        status: 'failed',
        error,
        absorbed,
        kept: payload['kept'] === true,
        result: absorbed ? { error } : null,
        outputs: absorbed ? ['error'] : [],
      };
    }
    case 'NODE_RETRY_SCHEDULED':
      if (typeof payload['item'] === 'number') return { items: retriedItem(step, 1) };
      return {
        ...awake,
        status: 'retrying',
        attempts: event.attempt ?? step.attempts,
        error: errorOf(event),
        llm: nextLlm(step.llm, payload),
        request: requestFacts(payload) ?? step.request,
        retryAt: textOf(payload['retryAt']),
        phases: nextPhase(step, event, 'retry'),
      };
    case 'NODE_SUSPENDED':
      return suspended(step, event);
    case 'NODE_RESUMED':
      if (typeof payload['item'] === 'number') return { items: retriedItem(step, -1) };
      // A call that comes before the wait is kept for it and changes nothing yet.
      if (step.status !== 'suspended') return {};
      return { ...awake, status: 'running', phases: nextPhase(step, event, 'attempt') };
    case 'MAP_ITEM_SETTLED':
      return { items: settledItem(step, payload) };
    case 'NODE_SKIPPED':
      return {
        ...awake,
        status: 'skipped',
        kept: payload['kept'] === true,
        completedAt: createdAt,
        outputs: [],
      };
    case 'NODE_CANCELLED':
      return {
        ...awake,
        status: 'cancelled',
        ...endedAt(step, createdAt),
        phases: closedPhases(step, createdAt),
        outputs: [],
      };
    default:
      return {};
  }
}

/** What is over when a step does not wait any more. */
const awake = { wait: null, retryAt: null } as const;

function suspended(step: StepView, event: RunEvent): Partial<StepView> {
  const wait = waitOf(event);
  return {
    status: 'suspended',
    retryAt: null,
    wait,
    childRunId: textOf(event.payload['childRunId']) ?? step.childRunId,
    items: wait.kind === 'map' ? itemsAtBegin(event.payload) : step.items,
    phases: nextPhase(step, event, 'wait'),
  };
}

function ending(step: StepView, event: RunEvent): Partial<StepView> {
  const { payload } = event;
  return {
    ...awake,
    attempts: event.attempt ?? step.attempts,
    ...endedAt(step, event.createdAt),
    phases: closedPhases(step, event.createdAt),
    llm: nextLlm(step.llm, payload),
    workMs: typeof payload['durationMs'] === 'number' ? payload['durationMs'] : null,
    request: requestFacts(payload) ?? step.request,
    logs: Array.isArray(payload['logs']) ? (payload['logs'] as LogLine[]) : step.logs,
  };
}

function endedAt(step: StepView, completedAt: string): Partial<StepView> {
  const started = step.startedAt;
  return {
    completedAt,
    durationMs: started === null ? null : Date.parse(completedAt) - Date.parse(started),
  };
}

function errorOf(event: RunEvent): RunError | null {
  const error = event.payload['error'];
  return typeof error === 'object' && error !== null ? (error as RunError) : null;
}
