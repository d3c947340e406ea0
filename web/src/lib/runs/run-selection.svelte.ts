// Which runs of a list are selected: some of those that are shown, or all that match its filters.
import type { BulkFilter, BulkRequest } from '$lib/api/types';
import { toQuery, type ListFilter } from './run-filter';

/** So many the server takes one by one; src/base/limits.h. */
export const bulkIdsMax = 10_000;

export class RunSelection {
  #ids = $state.raw<ReadonlySet<string>>(new Set<string>());
  /** The filters whose runs are all selected, also those that are not shown. */
  #all = $state.raw<BulkFilter | null>(null);

  get isAll(): boolean {
    return this.#all !== null;
  }

  get size(): number {
    return this.#ids.size;
  }

  get isEmpty(): boolean {
    return !this.isAll && this.#ids.size === 0;
  }

  has(id: string): boolean {
    return this.isAll || this.#ids.has(id);
  }

  /** Taking one out of all leaves those that are shown. */
  toggle(id: string, shown: readonly { id: string }[]): void {
    const ids = new Set(this.isAll ? shown.map((run) => run.id) : this.#ids);
    if (!ids.delete(id)) ids.add(id);
    this.#all = null;
    this.#ids = ids;
  }

  selectShown(shown: readonly { id: string }[]): void {
    this.#all = null;
    this.#ids = new Set(shown.slice(0, bulkIdsMax).map((run) => run.id));
  }

  /** Runs that are not shown any more are selected no longer: nobody sees what would happen to them. */
  retain(shown: readonly { id: string }[]): void {
    if (this.#ids.size === 0) return;
    const there = new Set(shown.map((run) => run.id));
    const ids = new Set([...this.#ids].filter((id) => there.has(id)));
    if (ids.size < this.#ids.size) this.#ids = ids;
  }

  /** A search is not possible here: it finds runs one by one. */
  selectAll(filter: ListFilter, now: number): void {
    const query = toQuery({ ...filter, search: '' }, now);
    this.#all = query as BulkFilter;
    this.#ids = new Set<string>();
  }

  clear(): void {
    this.#all = null;
    this.#ids = new Set<string>();
  }

  /** What the server is asked to do it to. */
  request(): BulkRequest {
    return this.#all === null ? { ids: [...this.#ids] } : { filter: this.#all };
  }
}
