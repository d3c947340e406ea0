// What the command palette offers for the page that is open. A page adds its commands while it lives.
import { onMount } from 'svelte';
import type { Component } from 'svelte';

export interface Command {
  label: string;
  icon: Component;
  keys?: readonly string[];
  run: () => void;
}

class CommandList {
  #providers = $state.raw<readonly (() => readonly Command[])[]>([]);

  /** Of the open page, in the order they were added. */
  get all(): readonly Command[] {
    return this.#providers.flatMap((provider) => provider());
  }

  /** Call while a component is being made. */
  provide(provider: () => readonly Command[]): void {
    onMount(() => {
      this.#providers = [...this.#providers, provider];
      return () => {
        this.#providers = this.#providers.filter((other) => other !== provider);
      };
    });
  }
}

export const commands = new CommandList();
