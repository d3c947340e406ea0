// Binds shortcuts while a component lives. Does nothing while a dialog is open, while a field has
// the focus (letters), or when the person has turned single letters off.
import { onMount } from 'svelte';
import { isSingleCharacter, isTyping, KeySequence, strokeName } from './hotkeys';
import { Stored } from './stored.svelte';

export type Hotkeys = Record<string, (event: KeyboardEvent) => void>;

export const singleLetters = new Stored('keys.single', true);

export function hotkeys(bindings: () => Hotkeys): void {
  onMount(() => {
    const sequence = new KeySequence();
    const listen = (event: KeyboardEvent) => {
      if (event.defaultPrevented || event.isComposing) return;
      const stroke = strokeName(event);
      const plain = !stroke.startsWith('ctrl+');
      if (plain && (isTyping(event.target) || document.querySelector('dialog[open]'))) return;
      if (isSingleCharacter(stroke) && !singleLetters.value) return;
      const all = bindings();
      const found = sequence.press(stroke, Object.keys(all), event.timeStamp);
      if (found === null) return;
      event.preventDefault();
      all[found]?.(event);
    };
    window.addEventListener('keydown', listen);
    return () => window.removeEventListener('keydown', listen);
  });
}
