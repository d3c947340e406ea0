import { me } from '$lib/accounts/me.svelte';

// A pure client: the server answers every page with the same index.html.
export const ssr = false;
export const prerender = false;

/** What a page offers depends on who sees it. */
export async function load(): Promise<void> {
  if (me.status === null) await me.load();
}
