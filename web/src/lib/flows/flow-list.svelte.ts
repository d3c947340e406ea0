// The workflow list: search, pages, live rows.
import { listFlows } from '$lib/api/flows';
import type { FlowSummary, Page } from '$lib/api/types';
import type { ChangeFeed } from '$lib/runs/change-feed.svelte';
import { PagedList, type PageQuery } from '$lib/shared/paged-list.svelte';
import { removeFlow } from './actions';
import { withRun } from './flow-rows';

export class FlowList extends PagedList<FlowSummary> {
  search = $state('');

  protected readPage(page: PageQuery, signal: AbortSignal): Promise<Page<FlowSummary>> {
    return listFlows({ search: this.search, ...page }, signal);
  }

  async find(search: string): Promise<void> {
    this.search = search;
    await this.load();
  }

  async remove(flow: FlowSummary): Promise<void> {
    await removeFlow(flow);
    this.items = this.items.filter((other) => other.id !== flow.id);
  }

  /** Keeps rows fresh; returns the function that stops it. */
  follow(feed: ChangeFeed): () => void {
    return feed.listen({
      onRun: (run) => (this.items = withRun(this.items, run)),
      onResync: () => void this.load(),
    });
  }
}
