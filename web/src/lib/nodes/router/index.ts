import { t } from '$lib/shared/t';
import { text, type NodeView } from '../node-view';

export const view: NodeView = {
  type: 'router',
  kind: 'router',
  icon: 'split',
  summary: (data) => text(data, 'routeBy') || t('nodes.noRouteBy'),
  loadForm: () => import('./Form.svelte'),
};
