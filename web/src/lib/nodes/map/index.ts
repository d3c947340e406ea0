import { t } from '$lib/shared/t';
import { number, text, valueText, type NodeView } from '../node-view';

export const concurrent_default = 10;

export const view: NodeView = {
  type: 'map',
  kind: 'map',
  icon: 'layers',
  summary: (data) => (text(data, 'subflowId') === '' ? t('nodes.noFlow') : t('nodes.otherFlow')),
  calls: (data) => text(data, 'subflowId'),
  lines: (data) => [
    { name: t('nodes.items'), value: valueText(data['inputArray']) },
    { name: t('nodes.atOnce'), value: String(number(data, 'maxConcurrent') ?? concurrent_default) },
    {
      name: t('nodes.onItemError'),
      value: t(data['continueOnError'] === false ? 'nodes.itemStop' : 'nodes.itemContinue'),
    },
  ],
  foot: 'items',
  loadForm: () => import('./Form.svelte'),
};
