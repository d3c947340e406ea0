// One stream of everything that happens to runs, for lists and badges. Opened by the layout; pages
// listen. After a reconnect `onResync` tells them to read their lists again.
import { createContext } from 'svelte';
import { openStream, type StreamState } from '$lib/api/event-stream';
import type { RunDeleted, RunSummary } from '$lib/api/types';

export interface ChangeListener {
  onRun?: (run: RunSummary) => void;
  onRunDeleted?: (deleted: RunDeleted) => void;
  onResync?: () => void;
}

export class ChangeFeed {
  connection = $state<StreamState>('closed');
  readonly #listeners = new Set<ChangeListener>();
  #close: (() => void) | null = null;

  open(): void {
    if (this.#close) return;
    let lost = false;
    this.#close = openStream({
      path: '/api/stream',
      onEvent: ({ event, data }) => {
        for (const listener of this.#listeners) deliver(listener, event, data);
      },
      onState: (state) => {
        this.connection = state;
        if (state === 'live' && lost) for (const listener of this.#listeners) listener.onResync?.();
        lost = state === 'reconnecting';
      },
    });
  }

  close(): void {
    this.#close?.();
    this.#close = null;
    this.connection = 'closed';
  }

  /** Returns the function that stops listening. */
  listen(listener: ChangeListener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }
}

function deliver(listener: ChangeListener, event: string, data: string): void {
  if (event === 'run') listener.onRun?.(JSON.parse(data) as RunSummary);
  else if (event === 'run_deleted') listener.onRunDeleted?.(JSON.parse(data) as RunDeleted);
}

export const [getChangeFeed, setChangeFeed, hasChangeFeed] = createContext<ChangeFeed>();
