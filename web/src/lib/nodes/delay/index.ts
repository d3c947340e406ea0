import { durationText } from '$lib/shared/duration';
import { t } from '$lib/shared/t';
import { text, type NodeView } from '../node-view';

export const delay_default = 5_000;

export const view: NodeView = {
  type: 'delay',
  kind: 'delay',
  icon: 'timer',
  summary: (data) => {
    const until = text(data, 'until');
    if (until !== '') return t('nodes.delayUntil', { until });
    const delay = data['delayMs'] ?? delay_default;
    return t('nodes.delayFor', {
      length: typeof delay === 'number' ? durationText(delay) : String(delay),
    });
  },
  loadForm: () => import('./Form.svelte'),
};
