import { cleanup, screen, within } from '@testing-library/svelte';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import * as llm from '$lib/api/llm';
import * as secrets from '$lib/api/secrets';
import { showForm } from '../testing.svelte';
import LlmForm from './Form.svelte';
import { view } from './index';

const preset = (id: string, models: string[], local = false) => ({
  id,
  label: id.toUpperCase(),
  baseUrl: `https://${id}.example/v1`,
  apiKey: `{{$env.${id.toUpperCase()}_API_KEY}}`,
  model: models[0] ?? '',
  models,
  local,
});

beforeEach(() => {
  vi.spyOn(llm, 'listPresets').mockResolvedValue([
    preset('groq', ['llama-8b', 'llama-70b']),
    preset('ollama', [], true),
  ]);
  vi.spyOn(secrets, 'listSecrets').mockResolvedValue({
    items: [{ name: 'OPENAI_API_KEY', kind: 'secret', updatedAt: '', usedBy: [] }],
    missing: [],
    nextCursor: null,
  });
  HTMLDialogElement.prototype.showModal ??= () => undefined;
});
afterEach(cleanup);

describe('LLM chat', () => {
  it('takes address, key and model from a provider, and any of them can be changed', async () => {
    const { user, data } = showForm(LlmForm, {});
    expect(screen.getByLabelText('Base URL')).toHaveValue('https://api.openai.com/v1');
    await user.selectOptions(await screen.findByLabelText('Provider'), 'GROQ');
    expect(data()).toEqual({
      provider: 'groq',
      baseUrl: 'https://groq.example/v1',
      apiKey: '{{$env.GROQ_API_KEY}}',
      model: 'llama-8b',
    });
    const models = screen.getByRole('group', { name: 'Models of GROQ' });
    await user.click(within(models).getByRole('button', { name: 'llama-70b' }));
    expect(data()).toMatchObject({ provider: 'groq', model: 'llama-70b' });
    await user.clear(screen.getByLabelText('Model'));
    await user.type(screen.getByLabelText('Model'), 'my-own');
    expect(data()['model']).toBe('my-own');
  });

  it('takes the key from a secret, and makes one in place', async () => {
    const { user, data } = showForm(LlmForm, { apiKey: 'sk-typed' });
    await user.click(screen.getByRole('button', { name: 'API key from a secret' }));
    await user.click(await screen.findByRole('menuitem', { name: 'OPENAI_API_KEY' }));
    expect(data()['apiKey']).toBe('{{$env.OPENAI_API_KEY}}');
    await user.selectOptions(await screen.findByLabelText('Provider'), 'GROQ');
    expect(screen.getByText('There is no secret GROQ_API_KEY yet.')).toBeInTheDocument();
    await user.click(screen.getByRole('button', { name: 'API key from a secret' }));
    await user.click(await screen.findByRole('menuitem', { name: 'New secret…' }));
    expect(screen.getByLabelText('Name')).toHaveValue('GROQ_API_KEY');
  });

  it('says that a local server has to be allowed', async () => {
    const { user } = showForm(LlmForm, {});
    await user.selectOptions(await screen.findByLabelText('Provider'), 'OLLAMA');
    expect(screen.getByText(/--allow-egress/)).toBeInTheDocument();
  });

  it('takes what the model costs, and forgets it when it is emptied', async () => {
    const { user, data } = showForm(LlmForm, { price: { input: 1, cachedInput: 0.5 } });
    await user.clear(screen.getByLabelText('$ per million tokens in'));
    expect(data()['price']).toBeUndefined();
    await user.type(screen.getByLabelText('$ per million tokens in'), '0.15');
    await user.type(screen.getByLabelText('$ per million tokens out'), '0.6');
    expect(data()['price']).toEqual({ input: 0.15, output: 0.6 });
  });

  it('says how long the prompts are', async () => {
    const { user } = showForm(LlmForm, { systemPrompt: 'Be brief.' });
    await user.type(screen.getByLabelText('User prompt'), 'Summarise this.');
    expect(screen.getByText(/^About 7 tokens/)).toBeInTheDocument();
  });

  it('takes further messages, and keeps one whose parts are not text', async () => {
    const parts = [{ type: 'text', text: 'Look' }];
    const { user, data } = showForm(LlmForm, { messages: [{ role: 'user', content: parts }] });
    await user.click(screen.getByRole('button', { name: 'Add message' }));
    await user.selectOptions(screen.getByLabelText('Role of message 2'), 'assistant');
    await user.type(screen.getByLabelText('Text of message 2'), 'Yes?');
    expect(data()['messages']).toEqual([
      { role: 'user', content: parts },
      { role: 'assistant', content: 'Yes?' },
    ]);
    await user.click(screen.getByRole('button', { name: 'Remove message 2' }));
    await user.click(screen.getByRole('button', { name: 'Remove message 1' }));
    expect(data()).not.toHaveProperty('messages');
  });

  it('shows messages that one expression gives', () => {
    showForm(LlmForm, { messages: '{{chat.turns}}' });
    expect(screen.getByLabelText('Further messages')).toHaveValue('{{chat.turns}}');
  });

  it('asks for text, JSON, or JSON of a schema', async () => {
    const { user, data } = showForm(LlmForm, {});
    const format = screen.getByLabelText('Answer as');
    await user.selectOptions(format, 'Any JSON');
    expect(data()).toEqual({ jsonMode: true });
    await user.selectOptions(format, 'JSON of a schema');
    expect(data()).toMatchObject({ jsonMode: true, jsonSchema: { type: 'object' } });
    expect(screen.getByText('JSON schema')).toBeInTheDocument();
    await user.selectOptions(format, 'Text');
    expect(data()).toEqual({});
  });

  it('leaves the temperature to the server, or takes one', async () => {
    const { user, data } = showForm(LlmForm, { temperature: 0.2 });
    await user.click(screen.getByLabelText(/^Leave the temperature to the server/));
    expect(data()).toEqual({ temperature: null });
    await user.type(screen.getByLabelText('Temperature'), '0.7');
    expect(data()).toEqual({ temperature: 0.7 });
  });
});

it('a card says model, prompt and about how many tokens, whatever the data holds', () => {
  const data = { label: 'A', userPrompt: '{{a.b}}\nsecond line', provider: 'groq', model: 'm' };
  expect(view.summary(data)).toBe('m · groq');
  expect(view.lines?.(data)).toEqual([
    { name: 'Prompt', value: '{{a.b}}' },
    { name: 'Tokens', value: '~5 est.' },
  ]);
  const odd = { label: 'A', userPrompt: 3, messages: [null, 'x', { content: 4 }] };
  expect(view.lines?.(odd)[0]?.value).toBe('4');
  expect(view.lines?.({ label: 'A' })[0]?.value).toBe('no prompt yet');
});
