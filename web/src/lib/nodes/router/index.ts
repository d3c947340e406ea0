import { text, type NodeView } from '../node-view';

export const view: NodeView = {
  type: 'router',
  kind: 'router',
  icon: 'split',
  summary: (data) => text(data, 'routeBy') || 'No value to route by yet',
  loadForm: () => import('./Form.svelte'),
};
