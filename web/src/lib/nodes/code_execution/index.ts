import { count, t } from '$lib/shared/t';
import { text, type NodeView } from '../node-view';

export const view: NodeView = {
  type: 'code-execution',
  kind: 'code',
  icon: 'braces',
  summary: (data) => {
    const code = text(data, 'code').trim();
    if (code === '') return t('nodes.noCode');
    const lines = code.split('\n').length;
    return `${t('nodes.javaScript')} · ${count(lines, 'line')}`;
  },
  loadForm: () => import('./Form.svelte'),
};
