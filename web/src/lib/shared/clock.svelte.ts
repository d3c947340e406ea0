// "12 s ago" has to grow: one clock for the whole page, ticking only while something reads it.
import { createSubscriber } from 'svelte/reactivity';

const tickMs = 1_000;

const subscribe = createSubscriber((update) => {
  const timer = setInterval(update, tickMs);
  return () => clearInterval(timer);
});

export const clock = {
  /** Milliseconds since the epoch; reading it in a component keeps it fresh. */
  get now(): number {
    subscribe();
    return Date.now();
  },
};
