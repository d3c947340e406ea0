// The moment and the step in the address: ?event=12&node=fetch, or ?t=<ms since the start>. Pure.
import type { Place } from './run-page.svelte';

export function placeFrom(params: URLSearchParams): Place {
  const number = (name: string) => {
    const text = params.get(name);
    return text !== null && /^\d{1,12}$/.test(text) ? Number(text) : null;
  };
  return { event: number('event'), offsetMs: number('t'), node: params.get('node') };
}

/** "?event=12&node=fetch"; "" for the newest moment without a selected step. */
export function placeSearch(event: number | null, node: string | null): string {
  const params = new URLSearchParams();
  if (event !== null) params.set('event', String(event));
  if (node !== null) params.set('node', node);
  const text = params.toString();
  return text === '' ? '' : `?${text}`;
}
