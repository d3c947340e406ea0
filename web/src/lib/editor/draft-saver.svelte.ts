/**
 * Keeps the server's draft up to date: saves two seconds after the last change, with the revision it
 * knows, and never says "Saved" before the server has. A stale revision is a conflict that a person
 * decides; a lost connection is retried. Only one save is under way at a time.
 */

import { asApiError, type ApiError } from '$lib/api/client';
import type { Flow, SavedFlow, ValidationProblem } from '$lib/api/types';
import type { FlowDocument } from './document';
import type { SaveState } from './save-status';
import type { UnsavedCopies } from './unsaved-copies';

export interface DraftStore {
  save(document: FlowDocument, revision: number): Promise<SavedFlow>;
  load(): Promise<Flow>;
}

export interface DraftSaverOptions {
  readonly flow: Flow;
  readonly store: DraftStore;
  readonly copies: UnsavedCopies;
  readonly current: () => FlowDocument;
  readonly now?: () => number;
}

export const autosave_ms = 2000;
export const retry_ms_max = 30_000;

export class DraftSaver {
  status = $state.raw<SaveState>({ kind: 'saved', at: undefined });
  problems = $state.raw<readonly ValidationProblem[]>([]);
  /** The flow as the server last told: revision, versions, whether the draft differs. */
  flow = $state.raw<Flow>() as Flow;
  /** The other version, while a conflict waits for a decision. */
  theirs = $state.raw<Flow>();

  readonly #options: DraftSaverOptions;
  readonly #now: () => number;
  #saved: FlowDocument;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #running: Promise<boolean> | undefined;
  #failures = 0;

  constructor(options: DraftSaverOptions) {
    this.#options = options;
    this.#now = options.now ?? Date.now;
    this.flow = options.flow;
    this.#saved = options.current();
  }

  get dirty(): boolean {
    return this.#options.current() !== this.#saved;
  }

  /** Tell that the document has changed (or was undone to what is saved). */
  changed(): void {
    if (!this.dirty) return;
    this.#options.copies.write(this.flow.id, {
      revision: this.flow.revision,
      document: this.#options.current(),
    });
    if (this.theirs) return;
    if (this.status.kind !== 'saving') this.status = { kind: 'changed' };
    this.#schedule(autosave_ms);
  }

  /** Saves now; true when the server has everything that is on the screen. */
  async flush(): Promise<boolean> {
    clearTimeout(this.#timer);
    if (this.#running) await this.#running;
    if (this.theirs) return false;
    if (!this.dirty) return true;
    this.#running = this.#save().finally(() => (this.#running = undefined));
    return this.#running;
  }

  /** Decides a conflict. `mine` is saved over the other version; `theirs` is answered for loading. */
  async resolve(choice: 'mine' | 'theirs'): Promise<Flow | undefined> {
    const theirs = this.theirs;
    if (!theirs) return undefined;
    this.theirs = undefined;
    this.flow = theirs;
    if (choice === 'theirs') return theirs;
    // Mine may be what was saved last: the server holds theirs now, so it has to be saved again.
    this.#saved = { ...this.#saved };
    await this.flush();
    return undefined;
  }

  /** Two versions exist: nothing is saved before `resolve`. */
  conflictWith(theirs: Flow): void {
    clearTimeout(this.#timer);
    this.theirs = theirs;
    this.status = { kind: 'conflict' };
  }

  /** What the server has now, without a change of ours: a draft that is not ours is a conflict. */
  seen(flow: Flow): void {
    if (flow.revision === this.flow.revision) this.flow = flow;
    else this.conflictWith(flow);
  }

  /** The document on the screen is now what the server holds (loaded or restored). */
  adopt(flow: Flow): void {
    clearTimeout(this.#timer);
    this.flow = flow;
    this.theirs = undefined;
    this.#saved = this.#options.current();
    this.#options.copies.remove(flow.id);
    this.status = { kind: 'saved', at: this.#now() };
  }

  /** The connection is back: try at once. */
  online(): void {
    if (this.status.kind === 'offline') void this.flush();
  }

  stop(): void {
    clearTimeout(this.#timer);
  }

  async #save(): Promise<boolean> {
    const document = this.#options.current();
    this.status = { kind: 'saving' };
    try {
      const answer = await this.#options.store.save(document, this.flow.revision);
      this.#accepted(document, answer);
      return !this.dirty;
    } catch (error) {
      await this.#refused(asApiError(error));
      return false;
    }
  }

  #accepted(document: FlowDocument, answer: SavedFlow): void {
    this.#failures = 0;
    this.#saved = document;
    this.flow = answer;
    this.problems = answer.problems;
    if (this.dirty) {
      this.status = { kind: 'changed' };
      this.#schedule(autosave_ms);
      return;
    }
    this.#options.copies.remove(answer.id);
    this.status = { kind: 'saved', at: this.#now() };
  }

  async #refused(error: ApiError): Promise<void> {
    if (error.status === 412 || error.status === 409) return this.#conflict(error);
    this.#failures += 1;
    const offline = error.isOffline;
    this.status = offline ? { kind: 'offline' } : { kind: 'failed', reason: error.message };
    // What the server refuses for its content is only tried again after the next change.
    const passing = offline || error.status === 429 || error.status >= 500;
    if (passing) this.#schedule(Math.min(retry_ms_max, 1000 * 2 ** this.#failures));
  }

  async #conflict(cause: ApiError): Promise<void> {
    try {
      this.conflictWith(await this.#options.store.load());
    } catch {
      this.status = { kind: 'failed', reason: cause.message };
      this.#schedule(retry_ms_max);
    }
  }

  #schedule(ms: number): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.flush(), ms);
  }
}
