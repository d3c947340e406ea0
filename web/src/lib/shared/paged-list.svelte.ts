// A list that is read page by page. The newest question wins: what an older one answers is dropped,
// and no page comes twice.
import { asApiError, isAbort, type ApiError } from '$lib/api/client';
import type { Page } from '$lib/api/types';

export interface PageQuery {
  readonly cursor: string | null;
  readonly limit: number;
}

const pageSize = 50;

export abstract class PagedList<T> {
  items = $state.raw<readonly T[]>([]);
  error = $state.raw<ApiError | null>(null);
  /** Nothing has been read yet. */
  loading = $state(true);
  #cursor = $state<string | null>(null);
  #last: string | null = null;
  #asked: AbortController | null = null;

  protected abstract readPage(page: PageQuery, signal: AbortSignal): Promise<Page<T>>;

  get hasMore(): boolean {
    return this.#cursor !== null;
  }

  async load(): Promise<void> {
    await this.#read(null);
  }

  /** The next page, unless an answer is on its way already. */
  async more(): Promise<void> {
    if (this.#cursor !== null && this.#asked === null) await this.#read(this.#cursor);
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
      const page = await this.readPage({ cursor, limit: pageSize }, asked.signal);
      if (asked.signal.aborted) return;
      this.items = cursor === null ? page.items : [...this.items, ...page.items];
      this.#cursor = page.nextCursor;
      this.error = null;
    } catch (error) {
      if (asked.signal.aborted || isAbort(error)) return;
      this.error = asApiError(error);
    }
    this.#asked = null;
    this.loading = false;
  }
}
