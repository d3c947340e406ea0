// Binds shortcuts while a component lives. Does nothing while a dialog is open, while a field has
// the focus (letters), or when the person has turned single letters off. All components share one
// listener, so that "g r" of the layout wins over "r" of a page.
import { onMount } from 'svelte';
import { isSingleCharacter, isTyping, KeySequence, strokeName } from './hotkeys';
import { Stored } from './stored.svelte';

export type Hotkeys = Record<string, (event: KeyboardEvent) => void>;

export const singleLetters = new Stored('keys.single', true);

const providers: (() => Hotkeys)[] = [];
const sequence = new KeySequence();

/** For the same stroke the component that was made last wins. */
export function hotkeys(bindings: () => Hotkeys): void {
  onMount(() => {
    if (providers.length === 0) window.addEventListener('keydown', listen);
    providers.unshift(bindings);
    return () => {
      providers.splice(providers.indexOf(bindings), 1);
      if (providers.length === 0) window.removeEventListener('keydown', listen);
    };
  });
}

function listen(event: KeyboardEvent): void {
  if (event.defaultPrevented || event.isComposing) return;
  const stroke = strokeName(event);
  const plain = !stroke.startsWith('ctrl+');
  if (plain && (isTyping(event.target) || document.querySelector('dialog[open]'))) return;
  if (isSingleCharacter(stroke) && !singleLetters.value) return;
  const all: Hotkeys = Object.assign({}, ...providers.map((each) => each()).reverse());
  const found = sequence.press(stroke, Object.keys(all), event.timeStamp);
  if (found === null) return;
  event.preventDefault();
  all[found]?.(event);
}
