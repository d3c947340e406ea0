// Live state of the steps of one run, one small reactive cell per node. A node on the canvas reads
// only its own cell, so that a status change touches one component and never the nodes array.
import { createContext } from 'svelte';
import type { NodeStatus } from '$lib/api/types';
import { emptyRun, stepOf, type RunView, type StepView } from './fold';
import { noLiveAnswers, type LiveAnswer, type LiveAnswers } from './live-answers';

/** Above so many steps at work their spinners stand still: they would cost more than they tell. */
export const motion_running_max = 30;

export class StepCell {
  status = $state<NodeStatus>('pending');
  durationMs = $state<number | null>(null);
  attempts = $state(0);
  wait = $state.raw<StepView['wait']>(null);
  retryAt = $state<string | null>(null);
  items = $state.raw<StepView['items']>(null);
  childRunId = $state<string | null>(null);
  /** Router: so many conditions could not be decided and counted as false. */
  conditionErrors = $state(0);
  llm = $state.raw<StepView['llm']>(null);
  /** What a language model has written so far, while it writes. */
  answer = $state.raw<LiveAnswer | null>(null);

  show(step: StepView, idle: boolean): void {
    this.status = step.status;
    this.durationMs = step.durationMs;
    this.attempts = step.attempts;
    this.wait = step.wait;
    this.retryAt = step.retryAt;
    this.items = step.items;
    this.childRunId = step.childRunId;
    this.conditionErrors = step.conditionErrors.length;
    this.llm = step.llm;
    this.idle = idle;
  }

  /** No run is shown: the node looks as designed, without a status. */
  idle = $state(true);
}

export class RunState {
  /** The run as folded; replaced whole with every change. */
  view = $state.raw<RunView>(emptyRun);
  // Plain on purpose: the cells are reactive, the set of cells is not.
  readonly #cells = new Map<string, StepCell>();
  #answers: LiveAnswers = noLiveAnswers;
  /** More steps are at work than may move. */
  crowded = $state(false);

  /** The cell of a node; made on first use, always the same object. */
  cell(nodeId: string): StepCell {
    const known = this.#cells.get(nodeId);
    if (known) return known;
    const cell = new StepCell();
    cell.show(stepOf(this.view, nodeId), this.#idle);
    cell.answer = this.#answers[nodeId] ?? null;
    this.#cells.set(nodeId, cell);
    return cell;
  }

  get #idle(): boolean {
    return this.view.lastEventId === 0;
  }

  /** Shows a run, at any event. */
  show(view: RunView): void {
    const before = this.view;
    this.view = view;
    const idle = view.lastEventId === 0;
    let running = 0;
    for (const [nodeId, cell] of this.#cells) {
      const step = stepOf(view, nodeId);
      if (step !== stepOf(before, nodeId) || cell.idle !== idle) cell.show(step, idle);
      if (step.status === 'running') running += 1;
    }
    this.crowded = running > motion_running_max;
  }

  /** Shows what is being written now; nothing at an older moment. */
  showAnswers(answers: LiveAnswers): void {
    if (answers === this.#answers) return;
    this.#answers = answers;
    for (const [nodeId, cell] of this.#cells) cell.answer = answers[nodeId] ?? null;
  }

  clear(): void {
    this.show(emptyRun);
    this.showAnswers(noLiveAnswers);
  }
}

/** Node components read the RunState of the canvas they are on. */
export const [getRunState, setRunState] = createContext<RunState>();
