// The items of a map, page by page. While the map runs the first page follows it, a second apart.
import { asApiError, isAbort, type ApiError } from '$lib/api/client';
import { listMapItems } from '$lib/api/runs';
import type { MapItem, MapItemStatus } from '$lib/api/types';

const pageSize = 50;
const pauseMs = 1_000;
/** A page may be empty although another follows: so many are read for one. */
const emptyPagesMax = 20;

export class MapItems {
  items = $state.raw<readonly MapItem[]>([]);
  status = $state<MapItemStatus | 'any'>('any');
  loading = $state(true);
  error = $state.raw<ApiError | null>(null);
  #cursor = $state<string | null>(null);
  readonly #map: readonly [string, string];
  #asked: AbortController | null = null;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(runId: string, nodeId: string) {
    this.#map = [runId, nodeId];
  }

  get hasMore(): boolean {
    return this.#cursor !== null;
  }

  async show(status: MapItemStatus | 'any'): Promise<void> {
    this.status = status;
    this.loading = true;
    await this.#read(null);
  }

  async more(): Promise<void> {
    if (this.#cursor !== null && !this.loading) await this.#read(this.#cursor);
  }

  /** The map went on. Rows someone has paged to stay where they are. */
  changed(): void {
    if (this.items.length > pageSize) return;
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      void this.#read(null);
    }, pauseMs);
  }

  stop(): void {
    clearTimeout(this.#timer);
    this.#asked?.abort();
  }

  async #read(cursor: string | null): Promise<void> {
    this.#asked?.abort();
    const asked = new AbortController();
    this.#asked = asked;
    const status = this.status === 'any' ? [] : [this.status];
    const found: MapItem[] = [];
    try {
      let next = cursor;
      for (let pages = 0; pages < emptyPagesMax; pages += 1) {
        const options = { status, cursor: next, limit: pageSize };
        const page = await listMapItems(this.#map, options, asked.signal);
        if (asked.signal.aborted) return;
        found.push(...page.items);
        next = page.nextCursor;
        if (found.length > 0 || next === null) break;
      }
      this.items = cursor === null ? found : [...this.items, ...found];
      this.#cursor = next;
      this.error = null;
    } catch (error) {
      if (asked.signal.aborted || isAbort(error)) return;
      this.error = asApiError(error);
    }
    this.loading = false;
  }
}
