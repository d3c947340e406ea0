import { t } from '$lib/shared/t';
import { text, type NodeView } from '../node-view';

export const view: NodeView = {
  type: 'http-request',
  kind: 'http',
  icon: 'globe',
  summary: (data) => {
    const url = text(data, 'url').replace(/^https?:\/\//, '');
    return url === '' ? t('nodes.noUrl') : `${text(data, 'method', 'GET')} ${url}`;
  },
  loadForm: () => import('./Form.svelte'),
};
