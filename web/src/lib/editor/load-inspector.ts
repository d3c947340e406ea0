/** The settings of a step: forms and their fields, fetched once the canvas stands. */
export const loadInspector = () => import('./Inspector.svelte');
