// A list of runs that stays still: known rows change in place, new runs wait behind a button, so
// that nothing moves under the pointer.
import { asApiError, isAbort, type ApiError } from '$lib/api/client';
import { listRuns } from '$lib/api/runs';
import type { RunDeleted, RunSummary } from '$lib/api/types';
import type { ChangeFeed } from './change-feed.svelte';
import { matches, noFilter, toQuery, type ListFilter } from './run-filter';

const pageSize = 50;
/** Where filters let almost no run pass, pages may be empty: so many are read before we ask. */
const emptyPagesMax = 100;

export interface RunListSnapshot {
  key: string;
  runs: readonly RunSummary[];
  cursor: string | null;
  isSearchedEnough: boolean;
}

export class RunListState {
  runs = $state.raw<readonly RunSummary[]>([]);
  /** New runs that match and are not shown yet, newest first. */
  waiting = $state.raw<readonly RunSummary[]>([]);
  /** Deleted elsewhere while shown. */
  gone = $state.raw<ReadonlySet<string>>(new Set<string>());
  loading = $state(true);
  loadingMore = $state(false);
  error = $state.raw<ApiError | null>(null);
  filter = $state.raw<ListFilter>(noFilter);
  /** Many runs were looked at for the page that was read last, and few were found. */
  isSearchedEnough = $state(false);
  #cursor = $state<string | null>(null);
  #last: string | null = null;
  #asked: AbortController | null = null;

  get hasMore(): boolean {
    return this.#cursor !== null;
  }

  async load(filter: ListFilter = this.filter): Promise<void> {
    this.filter = filter;
    this.waiting = [];
    await this.#read(null);
  }

  async searchOlder(): Promise<void> {
    this.isSearchedEnough = false;
    await this.more();
  }

  async more(): Promise<void> {
    if (this.#cursor === null || this.loadingMore) return;
    this.loadingMore = true;
    await this.#read(this.#cursor);
    this.loadingMore = false;
  }

  /** Asks again what was asked last. */
  async retry(): Promise<void> {
    await this.#read(this.#last);
  }

  async #read(cursor: string | null): Promise<void> {
    this.#last = cursor;
    this.#asked?.abort();
    const asked = new AbortController();
    this.#asked = asked;
    try {
      const query = { ...toQuery(this.filter, Date.now()), limit: pageSize };
      let page = await listRuns({ ...query, cursor }, asked.signal);
      let pages = 1;
      for (; page.items.length === 0 && page.nextCursor !== null && pages < emptyPagesMax; ++pages)
        page = await listRuns({ ...query, cursor: page.nextCursor }, asked.signal);
      if (asked.signal.aborted) return;
      this.isSearchedEnough = page.items.length === 0 && page.nextCursor !== null;
      this.runs = cursor === null ? page.items : [...this.runs, ...page.items];
      if (cursor === null) this.gone = new Set<string>();
      this.#cursor = page.nextCursor;
      this.error = null;
    } catch (error) {
      // A newer question was asked: its answer ends the loading.
      if (asked.signal.aborted || isAbort(error)) return;
      this.error = asApiError(error);
    }
    this.loading = false;
  }

  showWaiting(): void {
    this.runs = [...this.waiting, ...this.runs];
    this.waiting = [];
  }

  /** A row this person changed or removed. */
  replace(run: RunSummary): void {
    this.runs = this.runs.map((other) => (other.id === run.id ? run : other));
  }

  remove(id: string): void {
    this.runs = this.runs.filter((run) => run.id !== id);
  }

  follow(feed: ChangeFeed): () => void {
    return feed.listen({
      onRun: (run) => this.#changed(run),
      onRunDeleted: (deleted) => this.#deleted(deleted),
      onResync: () => void this.load(),
    });
  }

  capture(): RunListSnapshot {
    const { runs, isSearchedEnough } = this;
    return { key: JSON.stringify(this.filter), runs, cursor: this.#cursor, isSearchedEnough };
  }

  /** Takes back what was shown before, if it was the same question. */
  restore(snapshot: RunListSnapshot): void {
    if (snapshot.key !== JSON.stringify(this.filter)) return;
    this.#asked?.abort();
    this.runs = snapshot.runs;
    this.#cursor = snapshot.cursor;
    this.isSearchedEnough = snapshot.isSearchedEnough;
    this.error = null;
    this.loading = false;
    void this.#freshen();
  }

  /** What happened to the newest runs while nobody looked, as the feed would have told it. */
  async #freshen(): Promise<void> {
    const { filter } = this;
    try {
      const page = await listRuns({ ...toQuery(filter, Date.now()), limit: pageSize });
      if (filter === this.filter) for (const run of page.items.toReversed()) this.#changed(run);
    } catch {
      // The rows stay as they were; the next page says what is wrong.
    }
  }

  #changed(run: RunSummary): void {
    if (this.runs.some((known) => known.id === run.id)) {
      this.replace(run);
      return;
    }
    const others = this.waiting.filter((known) => known.id !== run.id);
    const newest = this.runs[0]?.id ?? '';
    this.waiting = matches(run, this.filter) && run.id > newest ? [run, ...others] : others;
  }

  #deleted({ id }: RunDeleted): void {
    this.waiting = this.waiting.filter((run) => run.id !== id);
    if (this.runs.some((run) => run.id === id)) this.gone = new Set([...this.gone, id]);
  }
}
