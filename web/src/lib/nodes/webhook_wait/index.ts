import { durationText } from '$lib/shared/duration';
import { t } from '$lib/shared/t';
import { number, text, type NodeView } from '../node-view';

export const expiry_default = 604_800_000;

export const view: NodeView = {
  type: 'webhook-wait',
  kind: 'wait',
  icon: 'webhook',
  summary: (data) => {
    const expires = durationText(number(data, 'timeoutMs') ?? expiry_default);
    return text(data, 'description') || t('nodes.waitAtMost', { length: expires });
  },
  lines: (data) => [
    {
      name: t('nodes.expires'),
      value: t('nodes.after', {
        length: durationText(number(data, 'timeoutMs') ?? expiry_default),
      }),
    },
  ],
  loadForm: () => import('./Form.svelte'),
};
