// Shortcuts as data: "g w", "ctrl+k", "?", "shift+ArrowLeft". Pure matching; the layout listens.

export interface Keystroke {
  key: string;
  ctrlKey: boolean;
  metaKey: boolean;
  altKey: boolean;
  shiftKey: boolean;
}

const sequenceMs = 1_000;

/** "ctrl+k" for Ctrl K and Cmd K alike; letters in lower case; Shift only where it is not the key. */
export function strokeName(event: Keystroke): string {
  const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
  const named = event.key.length > 1 && event.shiftKey ? `shift+${key}` : key;
  const alt = event.altKey ? `alt+${named}` : named;
  return event.ctrlKey || event.metaKey ? `ctrl+${alt}` : alt;
}

/** Does the stroke need a modifier or a special key? Plain letters can be turned off. */
export function isSingleCharacter(stroke: string): boolean {
  return stroke.length === 1;
}

/** Letters do nothing while a field has the focus. */
export function isTyping(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  return (
    target.isContentEditable ||
    target instanceof HTMLTextAreaElement ||
    target instanceof HTMLSelectElement ||
    (target instanceof HTMLInputElement && !['checkbox', 'radio', 'range'].includes(target.type))
  );
}

/** Finds bindings, also of two strokes ("g w" within a second). */
export class KeySequence {
  #first: string | null = null;
  #at = 0;

  /** The binding that `stroke` completes, or null. */
  press(stroke: string, bindings: readonly string[], now: number): string | null {
    const first = now - this.#at <= sequenceMs ? this.#first : null;
    this.#first = null;
    if (first !== null && bindings.includes(`${first} ${stroke}`)) return `${first} ${stroke}`;
    if (bindings.includes(stroke)) return stroke;
    if (bindings.some((binding) => binding.startsWith(`${stroke} `))) {
      this.#first = stroke;
      this.#at = now;
    }
    return null;
  }
}
