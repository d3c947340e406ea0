// A pure client: the server answers every page with the same index.html.
export const ssr = false;
export const prerender = false;
