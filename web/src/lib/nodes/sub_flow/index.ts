import { t } from '$lib/shared/t';
import { record, text, valueText, type CardLine, type NodeView } from '../node-view';
import { versionLabel } from '../child_flow/version';

const inputs_shown = 3;

export const view: NodeView = {
  type: 'sub-flow',
  kind: 'sub-flow',
  icon: 'box',
  summary: (data) => (text(data, 'workflowId') === '' ? t('nodes.noFlow') : t('nodes.otherFlow')),
  calls: (data) => text(data, 'workflowId'),
  lines: (data) => [
    { name: t('nodes.version'), value: versionLabel(data['version']) },
    ...inputLines(record(data, 'inputMapping')),
  ],
  foot: 'child',
  loadForm: () => import('./Form.svelte'),
};

function inputLines(mapping: ReturnType<typeof record>): CardLine[] {
  const all = Object.entries(mapping);
  const lines = all
    .slice(0, inputs_shown)
    .map(([name, value]) => ({ name, value: valueText(value) }));
  const rest = all.length - lines.length;
  return rest > 0 ? [...lines, { name: t('nodes.moreInputs', { count: rest }), value: '' }] : lines;
}
