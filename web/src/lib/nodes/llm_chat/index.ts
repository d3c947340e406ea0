import { countText } from '$lib/runs/llm-text';
import { t } from '$lib/shared/t';
import { text, type NodeView } from '../node-view';
import { promptOf, promptTokens } from './prompt';

export const default_model = 'gpt-4o';
export const default_url = 'https://api.openai.com/v1';
export const default_key = '{{$env.OPENAI_API_KEY}}';

export const view: NodeView = {
  type: 'llm-chat',
  kind: 'llm',
  icon: 'sparkles',
  summary: (data) => {
    const provider = text(data, 'provider');
    const model = text(data, 'model', default_model);
    return provider === '' ? model : `${model} · ${provider}`;
  },
  lines: (data) => [
    { name: t('llm.prompt'), value: promptOf(data).split('\n', 1)[0] || t('llm.noPrompt') },
    {
      name: t('llm.tokensLine'),
      value: t('llm.aboutTokens', { count: countText(promptTokens(data)) }),
    },
  ],
  foot: 'answer',
  loadForm: () => import('./Form.svelte'),
};
