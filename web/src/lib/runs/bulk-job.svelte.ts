// One thing done to many runs: counted first, then started, then followed until it is over.
import { asApiError, isAbort, type ApiError } from '$lib/api/client';
import { countBulk, getBulkJob, startBulk, stopBulkJob, type BulkAction } from '$lib/api/history';
import type { BulkJob, BulkRequest } from '$lib/api/types';

const lookMs = 500;

export class BulkJobState {
  readonly action: BulkAction;
  readonly #selection: BulkRequest;
  /** Pressed again after an answer that got lost, it is still the same job. */
  readonly #key = crypto.randomUUID();
  /** How many runs it would be done to; null until they are counted. */
  matched = $state<number | null>(null);
  job = $state.raw<BulkJob | null>(null);
  busy = $state(false);
  error = $state.raw<ApiError | null>(null);
  readonly #closed = new AbortController();
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(action: BulkAction, selection: BulkRequest) {
    this.action = action;
    this.#selection = selection;
  }

  get isOver(): boolean {
    return this.job !== null && this.job.status !== 'running';
  }

  /** On its way: nobody knows yet whether it runs. */
  get isStarting(): boolean {
    return this.busy && this.job === null;
  }

  async count(): Promise<void> {
    await this.#try(async () => {
      this.matched = await countBulk(this.action, this.#selection, this.#closed.signal);
    });
  }

  async start(): Promise<void> {
    this.busy = true;
    await this.#try(async () => {
      this.#take(await startBulk(this.action, this.#selection, this.#key));
    });
    this.busy = false;
  }

  async stop(): Promise<void> {
    const job = this.job;
    if (job === null) return;
    this.busy = true;
    await this.#try(async () => {
      this.#take(await stopBulkJob(job.id));
    });
    this.busy = false;
  }

  /** Nobody looks any more; what was started goes on. */
  close(): void {
    this.#closed.abort();
    clearTimeout(this.#timer);
  }

  #take(job: BulkJob): void {
    this.job = job;
    clearTimeout(this.#timer);
    if (this.isOver || this.#closed.signal.aborted) return;
    this.#timer = setTimeout(() => void this.#look(job.id), lookMs);
  }

  async #look(id: string): Promise<void> {
    await this.#try(async () => {
      this.#take(await getBulkJob(id, this.#closed.signal));
    });
    // A server that does not answer for a moment ends nothing; one that tells nothing any more does.
    const refused = this.error?.status === 403 || this.error?.status === 404;
    if (this.error !== null && !refused && !this.#closed.signal.aborted)
      this.#timer = setTimeout(() => void this.#look(id), 4 * lookMs);
  }

  async #try(work: () => Promise<void>): Promise<void> {
    try {
      await work();
      this.error = null;
    } catch (error) {
      if (!isAbort(error)) this.error = asApiError(error);
    }
  }
}
