// The state of a run is the fold of its events, here as in the server's engine. Pure: live view,
// time travel and lists all read this one function, so that they cannot contradict each other.
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

/** Events that were already folded in (a resumed stream repeats itself) change nothing. */
export function applyEvents(view: RunView, events: readonly RunEvent[]): RunView {
  const steps = new Map(view.steps);
  let run: RunView = { ...view, steps };
  for (const event of events) {
    if (event.id <= run.lastEventId) continue;
    run = { ...run, ...runChange(event), lastEventId: event.id, steps };
    if (event.nodeId !== null) {
      const step = steps.get(event.nodeId) ?? pendingStep;
      steps.set(event.nodeId, { ...step, ...stepChange(step, event) });
    }
  }
  return run;
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
    case 'NODE_STARTED':
      return {
        status: 'running',
        attempts: event.attempt ?? step.attempts + 1,
        input: payload['input'] ?? null,
        startedAt: step.startedAt ?? createdAt,
      };
    case 'NODE_COMPLETED':
      return {
        ...ending(step, event),
        status: 'completed',
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
        result: absorbed ? { error } : null,
        outputs: absorbed ? ['error'] : [],
      };
    }
    case 'NODE_RETRY_SCHEDULED':
      return { status: 'retrying', error: errorOf(event) };
    case 'NODE_SUSPENDED':
      return { status: 'suspended' };
    case 'NODE_RESUMED':
      return { status: 'running' };
    case 'NODE_SKIPPED':
      return { status: 'skipped', completedAt: createdAt, outputs: [] };
    case 'NODE_CANCELLED':
      return { status: 'cancelled', ...endedAt(step, createdAt), outputs: [] };
    default:
      return {};
  }
}

function ending(step: StepView, event: RunEvent): Partial<StepView> {
  const { payload } = event;
  return {
    attempts: event.attempt ?? step.attempts,
    ...endedAt(step, event.createdAt),
    workMs: typeof payload['durationMs'] === 'number' ? payload['durationMs'] : null,
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
