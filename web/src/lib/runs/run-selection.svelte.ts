// Which runs of a list are selected: some of those that are shown, or all that match its filters.
import type { BulkFilter, BulkRequest } from '$lib/api/types';
import { toQuery, type ListFilter } from './run-filter';

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
    this.#ids = new Set(shown.map((run) => run.id));
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
