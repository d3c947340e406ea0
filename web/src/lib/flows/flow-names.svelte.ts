// Names of workflows by id, for cards and links that know only the id. Asked for once each; an id
// that no workflow has stays an id.
import { SvelteMap } from 'svelte/reactivity';
import { getFlow } from '$lib/api/flows';

class FlowNames {
  readonly #names = new SvelteMap<string, string>();
  // Plain on purpose: that a name was asked for changes nothing on the screen.
  readonly #asked = new Set<string>();

  /** Undefined until it is known, and for a workflow that does not exist. */
  of(id: string): string | undefined {
    const known = this.#names.get(id);
    if (known === undefined && id !== '' && !this.#asked.has(id)) {
      this.#asked.add(id);
      // Not while something is being drawn.
      queueMicrotask(() => void this.#ask(id));
    }
    return known;
  }

  /** Someone read or renamed the workflow. */
  learn(id: string, name: string): void {
    this.#asked.add(id);
    this.#names.set(id, name);
  }

  async #ask(id: string): Promise<void> {
    try {
      this.learn(id, (await getFlow(id)).name);
    } catch {
      // The id is shown instead; whoever opens the step learns why.
    }
  }
}

export const flowNames = new FlowNames();
