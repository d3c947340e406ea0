// Follows one run: history first, then the stream, folded into a RunState at most once per frame.
// Used by the run page and by the editor's live view. Call stop() when the owner goes away.
import { openStream, type StreamState } from '$lib/api/event-stream';
import type { ServerEvent } from '$lib/api/sse-parser';
import type { ApiError } from '$lib/api/client';
import type { Chunk, LogLine, RunEvent } from '$lib/api/types';
import { applyEvents, emptyRun, isOver, isSettled, type RunView, type StepView } from './fold';
import { keepLogs, noLiveLogs, type LiveLogs } from './live-logs';
import { RunState } from './run-state.svelte';

export class RunFeed {
  readonly state: RunState;
  runId = $state<string | null>(null);
  /** All events so far, in order; replaced whole. */
  events = $state.raw<readonly RunEvent[]>([]);
  /** The newest state, also while the canvas shows an older one. */
  latest = $state.raw<RunView>(emptyRun);
  /** Log lines of steps that are still running, by node; the end of a step brings its final ones. */
  liveLogs = $state.raw<LiveLogs>(noLiveLogs);
  connection = $state<StreamState>('closed');
  error = $state.raw<ApiError | null>(null);
  /** False: the canvas stands at a chosen event and new ones do not move it. */
  following = $state(true);

  #close: (() => void) | null = null;
  #pendingEvents: RunEvent[] = [];
  #pendingChunks: Chunk[] = [];
  #frame: number | null = null;

  constructor(state: RunState = new RunState()) {
    this.state = state;
  }

  get isOver(): boolean {
    return isOver(this.latest.status);
  }

  /** What `nodeId` wrote to the console: the final lines, or while it runs those so far. */
  logsOf(nodeId: string, step: StepView): readonly LogLine[] {
    if (step.logs.length > 0 || isSettled(step.status)) return step.logs;
    return this.liveLogs[nodeId]?.lines ?? [];
  }

  /** Follows `runId`; `known` are events already at hand (they are not asked for again). */
  follow(runId: string, known: readonly RunEvent[] = []): void {
    this.stop();
    this.runId = runId;
    this.error = null;
    this.following = true;
    this.events = known;
    this.liveLogs = noLiveLogs;
    this.latest = applyEvents(emptyRun, known);
    this.state.show(this.latest);
    if (this.isOver) return;
    this.#close = openStream({
      path: `/api/runs/${runId}/stream`,
      lastEventId: this.latest.lastEventId > 0 ? String(this.latest.lastEventId) : null,
      onEvent: (event) => this.#receive(event),
      onState: (state) => (this.connection = state),
      onError: (error) => (this.error = error),
    });
  }

  stop(): void {
    this.#close?.();
    this.#close = null;
    if (this.#frame !== null) cancelAnimationFrame(this.#frame);
    this.#frame = null;
    this.#pendingEvents = [];
    this.#pendingChunks = [];
    this.connection = 'closed';
  }

  /** Stops and shows no run at all. */
  clear(): void {
    this.stop();
    this.runId = null;
    this.events = [];
    this.latest = emptyRun;
    this.liveLogs = noLiveLogs;
    this.state.clear();
  }

  #receive(event: ServerEvent): void {
    if (event.event === 'run_event') this.#pendingEvents.push(JSON.parse(event.data) as RunEvent);
    else if (event.event === 'chunk') this.#pendingChunks.push(JSON.parse(event.data) as Chunk);
    else return;
    this.#frame ??= requestAnimationFrame(() => this.#flush());
  }

  #flush(): void {
    this.#frame = null;
    const last = this.latest.lastEventId;
    const fresh = this.#pendingEvents.filter((event) => event.id > last);
    this.#pendingEvents = [];
    const chunks = this.#pendingChunks;
    this.#pendingChunks = [];
    if (fresh.length > 0) this.latest = applyEvents(this.latest, fresh);
    this.liveLogs = keepLogs(this.liveLogs, chunks, this.latest);
    if (fresh.length === 0) return;
    this.events = [...this.events, ...fresh];
    if (this.following) this.state.show(this.latest);
  }
}
