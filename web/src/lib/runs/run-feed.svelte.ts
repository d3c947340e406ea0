// Follows one run: history first, then the stream, folded into a RunState at most once per frame.
// Used by the run page and by the editor's live view. Call stop() when the owner goes away.
import { openStream, type StreamState } from '$lib/api/event-stream';
import type { ServerEvent } from '$lib/api/sse-parser';
import type { ApiError } from '$lib/api/client';
import type { Chunk, LogLine, RunEvent } from '$lib/api/types';
import { emptyRun, isOver, isSettled, type RunView, type StepView } from './fold';
import { endsAnswer, keepAnswers, noLiveAnswers, type LiveAnswers } from './live-answers';
import { keepLogs, noLiveLogs, type LiveLogs } from './live-logs';
import { RunState } from './run-state.svelte';
import { foldThinned } from './thin';

const eventsPerFrame = 4_000;
/** After a frame with so many events the page rests: nobody reads numbers that change faster. */
const busyFrame = 50;
const restMs = 100;

export class RunFeed {
  readonly state: RunState;
  runId = $state<string | null>(null);
  /** The events so far that are worth listing (see thin.ts), in order; replaced whole. */
  events = $state.raw<readonly RunEvent[]>([]);
  /** The newest state, also while the canvas shows an older one. */
  latest = $state.raw<RunView>(emptyRun);
  /** Log lines of steps that are still running, by node; the end of a step brings its final ones. */
  liveLogs = $state.raw<LiveLogs>(noLiveLogs);
  /** What language models have written so far, by node. */
  liveAnswers = $state.raw<LiveAnswers>(noLiveAnswers);
  connection = $state<StreamState>('closed');
  error = $state.raw<ApiError | null>(null);
  /** False: the canvas stands at a chosen event and new ones do not move it. */
  following = $state(true);

  #close: (() => void) | null = null;
  #onfolded: (() => void) | undefined;
  #pendingEvents: RunEvent[] = [];
  #pendingChunks: Chunk[] = [];
  #frame: number | null = null;
  #resting: ReturnType<typeof setTimeout> | undefined;

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

  /**
   * Follows `runId`; `known` are events already at hand (they are not asked for again). `onfolded`
   * is called when more have arrived.
   */
  follow(runId: string, known: readonly RunEvent[] = [], onfolded?: () => void): void {
    this.stop();
    this.#onfolded = onfolded;
    this.runId = runId;
    this.error = null;
    this.following = true;
    this.#forgetLive();
    const { view, kept } = foldThinned(emptyRun, known);
    this.events = kept;
    this.latest = view;
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
    clearTimeout(this.#resting);
    this.#resting = undefined;
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
    this.#forgetLive();
    this.state.clear();
  }

  /** What is being written now belongs to the newest moment only. */
  showAnswers(): void {
    this.state.showAnswers(this.following ? this.liveAnswers : noLiveAnswers);
  }

  #forgetLive(): void {
    this.liveLogs = noLiveLogs;
    this.liveAnswers = noLiveAnswers;
    this.state.showAnswers(noLiveAnswers);
  }

  #receive(event: ServerEvent): void {
    if (event.event === 'run_event') this.#receiveEvent(JSON.parse(event.data) as RunEvent);
    else if (event.event === 'chunk') this.#pendingChunks.push(JSON.parse(event.data) as Chunk);
    else return;
    this.#askFrame();
  }

  #receiveEvent(event: RunEvent): void {
    this.#pendingEvents.push(event);
    const { nodeId } = event;
    if (nodeId === null || this.#pendingChunks.length === 0 || !endsAnswer(event)) return;
    this.#pendingChunks = this.#pendingChunks.filter((chunk) => chunk.nodeId !== nodeId);
  }

  #flush(): void {
    this.#frame = null;
    // A frame takes what it can fold without being late; the next one goes on.
    const events = this.#pendingEvents.splice(0, eventsPerFrame);
    const chunks = this.#pendingChunks;
    this.#pendingChunks = [];
    const { view, kept } = foldThinned(this.latest, events);
    const changed = view.lastEventId !== this.latest.lastEventId;
    if (changed) this.latest = view;
    this.liveLogs = keepLogs(this.liveLogs, chunks, this.latest);
    this.liveAnswers = keepAnswers(this.liveAnswers, { events, chunks }, this.latest);
    if (kept.length > 0) this.events = [...this.events, ...kept];
    if (changed && this.following) this.state.show(this.latest);
    this.showAnswers();
    if (changed) this.#onfolded?.();
    if (events.length < busyFrame) return;
    this.#resting = setTimeout(() => {
      this.#resting = undefined;
      if (this.#pendingEvents.length + this.#pendingChunks.length > 0) this.#askFrame();
    }, restMs);
  }

  #askFrame(): void {
    if (this.#resting !== undefined) return;
    this.#frame ??= requestAnimationFrame(() => this.#flush());
  }
}
