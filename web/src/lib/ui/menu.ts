// What a menu offers; shared by the button menu and the context menu.
import type { Component } from 'svelte';

export interface MenuAction {
  label: string;
  icon?: Component;
  keys?: readonly string[];
  danger?: boolean;
  disabled?: boolean;
  /** Draws a line above. */
  separated?: boolean;
  onselect: () => void;
}

/** Index of the next enabled action from `from` in steps of `step`, round the ends. */
export function nextEnabled(actions: readonly MenuAction[], from: number, step: 1 | -1): number {
  const count = actions.length;
  for (let moved = 1; moved <= count; moved += 1) {
    const index = (((from + step * moved) % count) + count) % count;
    if (actions[index]?.disabled !== true) return index;
  }
  return from;
}

/** Index of the first enabled action after `from` whose label starts with `letter`. */
export function byLetter(actions: readonly MenuAction[], from: number, letter: string): number {
  const count = actions.length;
  for (let moved = 1; moved <= count; moved += 1) {
    const index = (from + moved) % count;
    const action = actions[index];
    if (action?.disabled !== true && action?.label.toLowerCase().startsWith(letter.toLowerCase())) {
      return index;
    }
  }
  return from;
}
