import { text, type NodeView } from '../node-view';

export const view: NodeView = {
  type: 'code-execution',
  kind: 'code',
  icon: 'braces',
  summary: (data) => {
    const code = text(data, 'code').trim();
    if (code === '') return 'No code yet';
    const lines = code.split('\n').length;
    return `JavaScript · ${String(lines)} ${lines === 1 ? 'line' : 'lines'}`;
  },
  loadForm: () => import('./Form.svelte'),
};
