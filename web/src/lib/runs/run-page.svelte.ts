// The run page: one run, the moment that is shown, the step that is selected. Lives in context.
import { createContext } from 'svelte';
import { asApiError, type ApiError } from '$lib/api/client';
import { getRun } from '$lib/api/runs';
import type { FlowNode, Graph, Run, RunSummary } from '$lib/api/types';
import { clock } from '$lib/shared/clock.svelte';
import { fold, isOver, type RunView } from './fold';
import { RunFeed } from './run-feed.svelte';
import { eventAtOffset, makeScale, playDelayMs, timelineRows } from './timeline';

export interface Place {
  event: number | null;
  offsetMs: number | null;
  node: string | null;
}

export class RunPage {
  readonly feed = new RunFeed();
  run = $state.raw<Run | null>(null);
  graph = $state.raw<Graph>({ nodes: [], edges: [] });
  error = $state.raw<ApiError | null>(null);
  selected = $state<string | null>(null);
  /** Sequence number of the event that is shown; null: the newest, following. */
  at = $state<number | null>(null);
  playing = $state(false);
  #wanted: Place | null = null;
  speed = $state(1);
  #timer: ReturnType<typeof setTimeout> | undefined;

  readonly events = $derived(this.feed.events);
  readonly nodes: readonly FlowNode[] = $derived(this.graph.nodes);
  readonly shown: RunView = $derived(
    this.at === null ? this.feed.latest : fold(this.events, this.at),
  );
  /** Position of the shown event in `events`; -1 before the first. */
  readonly index = $derived(
    this.at === null
      ? this.events.length - 1
      : this.events.findLastIndex((event) => event.id <= (this.at ?? 0)),
  );
  /** The run is over, and the last of its events are still on their way. */
  readonly catchingUp = $derived(
    this.run !== null && isOver(this.run.status) && !this.feed.isOver && this.feed.error === null,
  );
  readonly status = $derived(
    this.catchingUp && this.run ? this.run.status : this.feed.latest.status,
  );
  readonly startMs = $derived(Date.parse(this.events[0]?.createdAt ?? ''));
  /** While the run goes on, the scale and the open bars reach to now. */
  readonly #liveMs = $derived(this.feed.isOver || this.at !== null ? 0 : clock.now);
  readonly scale = $derived(
    makeScale(
      this.startMs,
      Math.max(Date.parse(this.events.at(-1)?.createdAt ?? ''), this.#liveMs),
    ),
  );
  readonly momentMs = $derived(Date.parse(this.events[this.index]?.createdAt ?? ''));
  readonly rows = $derived(
    timelineRows({
      nodes: this.nodes,
      shown: this.shown,
      latest: this.feed.latest,
      scale: this.scale,
      momentMs: Math.max(this.momentMs, this.#liveMs),
    }),
  );

  async load(id: string, place: Place): Promise<void> {
    this.close();
    this.run = null;
    this.error = null;
    this.at = null;
    this.#wanted = null;
    this.selected = null;
    try {
      const detail = await getRun(id);
      this.run = detail.run;
      this.graph = detail.graph;
      // Of a long run these are the first events; the others come with the stream.
      this.feed.follow(id, detail.events, () => this.#arrived());
      this.#wanted = place;
      // Without a wish, a failed run opens at the step that says why.
      const failed = (this.feed.latest.error ?? detail.run.error)?.nodeId ?? null;
      this.selected = this.node(place.node)?.id ?? this.node(failed)?.id ?? null;
      this.#arrived();
    } catch (error) {
      this.error = asApiError(error);
    }
  }

  close(): void {
    this.pause();
    this.feed.stop();
  }

  /** Someone changed the run (pinned it, it ended): the header shows it. */
  changed(summary: RunSummary): void {
    if (this.run?.id === summary.id) this.run = { ...this.run, ...summary };
  }

  node(id: string | null): FlowNode | null {
    return this.nodes.find((node) => node.id === id) ?? null;
  }

  select(nodeId: string | null): void {
    this.selected = nodeId;
  }

  /** Shows the state after the event at `index`; the last one of a live run follows on. */
  seek(index: number): void {
    const last = this.events.length - 1;
    const target = this.events[Math.max(0, Math.min(last, index))];
    if (!target) return;
    const newest = target.id === this.events[last]?.id;
    this.at = newest ? null : target.id;
    this.feed.following = newest;
    this.feed.state.show(this.shown);
    this.feed.showAnswers();
  }

  step(by: number): void {
    this.pause();
    this.seek(this.index + by);
  }

  play(): void {
    if (this.index >= this.events.length - 1) this.seek(0);
    this.playing = true;
    this.#next();
  }

  pause(): void {
    this.playing = false;
    clearTimeout(this.#timer);
  }

  #next(): void {
    const from = this.events[this.index];
    const to = this.events[this.index + 1];
    if (!from || !to) {
      this.pause();
      return;
    }
    this.#timer = setTimeout(
      () => {
        this.seek(this.index + 1);
        this.#next();
      },
      playDelayMs(from, to, this.speed),
    );
  }

  /** Goes to the moment of the address as soon as its events are here. */
  #arrived(): void {
    const wanted = this.#wanted;
    if (wanted === null) return;
    const { event, offsetMs } = wanted;
    if (event !== null && event > this.feed.latest.lastEventId && !this.feed.isOver) return;
    this.#wanted = null;
    if (event !== null) this.seek(this.events.findLastIndex(({ id }) => id <= event));
    else if (offsetMs !== null) this.seek(eventAtOffset(this.events, offsetMs));
  }
}

export const [getRunPage, setRunPage] = createContext<RunPage>();
