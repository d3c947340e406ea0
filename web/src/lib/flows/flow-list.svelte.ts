// The workflow list: search, pages, live rows.
import { asApiError, isAbort, type ApiError } from '$lib/api/client';
import { listFlows } from '$lib/api/flows';
import type { FlowSummary } from '$lib/api/types';
import type { ChangeFeed } from '$lib/runs/change-feed.svelte';
import { removeFlow } from './actions';
import { withRun } from './flow-rows';

const pageSize = 50;

export class FlowList {
  flows = $state.raw<readonly FlowSummary[]>([]);
  error = $state.raw<ApiError | null>(null);
  /** Nothing has been read yet. */
  loading = $state(true);
  search = $state('');
  #cursor = $state<string | null>(null);
  #asked: AbortController | null = null;

  get hasMore(): boolean {
    return this.#cursor !== null;
  }

  async load(search = this.search): Promise<void> {
    this.search = search;
    await this.#read(null);
  }

  async more(): Promise<void> {
    if (this.#cursor !== null) await this.#read(this.#cursor);
  }

  async #read(cursor: string | null): Promise<void> {
    this.#asked?.abort();
    const asked = new AbortController();
    this.#asked = asked;
    try {
      const page = await listFlows({ search: this.search, cursor, limit: pageSize }, asked.signal);
      this.flows = cursor === null ? page.items : [...this.flows, ...page.items];
      this.#cursor = page.nextCursor;
      this.error = null;
    } catch (error) {
      if (isAbort(error)) return;
      this.error = asApiError(error);
    }
    this.loading = false;
  }

  async remove(flow: FlowSummary): Promise<void> {
    await removeFlow(flow);
    this.flows = this.flows.filter((other) => other.id !== flow.id);
  }

  /** Keeps rows fresh; returns the function that stops it. */
  follow(feed: ChangeFeed): () => void {
    return feed.listen({
      onRun: (run) => (this.flows = withRun(this.flows, run)),
      onResync: () => void this.load(),
    });
  }
}
