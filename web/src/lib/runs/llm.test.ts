import { describe, expect, it } from 'vitest';
import { fold, stepOf } from './fold';
import { answerOf, nextLlm, spentBy } from './llm';
import { moneyText, speedText, spentText, tokensOf, usageText } from './llm-text';
import { event } from './testing';

const usage = { prompt_tokens: 412, completion_tokens: 61, total_tokens: 473, cost_usd: 0.0002 };

describe('what a model said of itself', () => {
  it('comes with the end of the step', () => {
    const facts = { usage, model: 'gpt-4o-2024-08-06', provider: 'openai', requests: 2 };
    const timing = { firstByteMs: 300, firstTokenMs: 400, totalMs: 1_900 };
    const adaptations = ['sent max_completion_tokens instead of max_tokens'];
    const payload = { result: { content: 'x' }, ...facts, timing, adaptations };
    const view = fold([event(1, 'NODE_COMPLETED', 'ask', payload)]);
    expect(stepOf(view, 'ask').llm).toEqual({
      ...facts,
      timing,
      adaptations,
      requestId: null,
      spent: { tokens: 473, usd: 0.0002 },
    });
    expect(
      stepOf(fold([event(1, 'NODE_COMPLETED', 'code', { result: 1 })]), 'code').llm,
    ).toBeNull();
  });

  it('counts what failed attempts spent, and not what another run paid for', () => {
    const view = fold([
      event(1, 'NODE_RETRY_SCHEDULED', 'ask', { error: {}, usage, model: 'm' }),
      event(2, 'NODE_FAILED', 'ask', { error: {}, usage, model: 'm' }),
      event(3, 'NODE_COMPLETED', 'kept', { kept: true, usage, model: 'm' }),
    ]);
    expect(spentBy(view.steps.values())).toEqual({ tokens: 946, usd: 0.0004 });
    expect(nextLlm(stepOf(view, 'ask').llm, { error: {} })).toBe(stepOf(view, 'ask').llm);
  });
});

describe('an answer', () => {
  it('has parts that never mix', () => {
    const call = { id: 'c1', type: 'function', function: { name: 'look', arguments: '{"a":1}' } };
    expect(
      answerOf({
        content: '',
        refusal: 'No.',
        reasoning: 'Hm.',
        finish_reason: 'stop',
        tool_calls: [call, 3],
      }),
    ).toEqual({
      content: '',
      refusal: 'No.',
      reasoning: 'Hm.',
      finishReason: 'stop',
      json: undefined,
      toolCalls: [{ id: 'c1', name: 'look', arguments: '{"a":1}' }],
    });
  });

  it('is what had come when the server broke off, and none otherwise', () => {
    expect(answerOf(null, { reason: 'reset', content: 'Half' })?.content).toBe('Half');
    expect(answerOf({ error: {} }, undefined)).toBeNull();
    expect(answerOf(null)).toBeNull();
  });
});

it('says tokens, money and speed in words', () => {
  expect([0, 0.00002, 0.000234, 0.0125, 0.5, 1.204, 1204].map(moneyText)).toEqual([
    '$0',
    '$0.00002',
    '$0.00023',
    '$0.013',
    '$0.50',
    '$1.20',
    '$1,204.00',
  ]);
  expect(usageText({ usage })).toBe('412 in · 61 out · $0.0002');
  const counted = { prompt_tokens: 412, completion_tokens: 61, total_tokens: 473, estimated: true };
  expect(usageText({ usage: counted })).toBe('~412 in · ~61 out');
  expect(usageText({ usage: null })).toBe('');
  expect(spentText({ tokens: 12_345, usd: 0 })).toBe('12,345 tokens');
  expect(speedText(usage, { firstByteMs: 1, firstTokenMs: 100, totalMs: 1_100 })).toBe(
    '61 tokens/s',
  );
  expect(speedText(usage, null)).toBe('');
  expect([tokensOf(''), tokensOf('abcde')]).toEqual([0, 2]);
});
