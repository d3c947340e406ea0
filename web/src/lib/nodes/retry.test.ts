import { describe, expect, it } from 'vitest';
import { attemptTimes, readRetryOn, retriesDefault, retryPolicy } from './retry';

describe('retries', () => {
  it('grow by the factor up to the longest pause', () => {
    const policy = retryPolicy('http-request', {});
    expect(attemptTimes(policy, 10)).toEqual([0, 1_000, 3_000, 7_000]);
    const capped = retryPolicy('http-request', { retry: { maxRetries: 4, maxBackoffMs: 2_500 } });
    expect(attemptTimes(capped, 10)).toEqual([0, 1_000, 3_000, 5_500, 8_000]);
    expect(attemptTimes({ ...policy, maxRetries: 100 }, 3)).toHaveLength(3);
  });

  it('are off where repeating may do a thing twice', () => {
    expect(retriesDefault('http-request', { method: 'POST' })).toBe(0);
    expect(retriesDefault('http-request', {})).toBe(3);
    expect(retriesDefault('llm-chat', {})).toBe(3);
    expect(retriesDefault('sub-flow', { maxRetries: 2 })).toBe(2);
    expect(retriesDefault('map', { maxRetries: 2 })).toBe(0);
  });

  it('are asked for by status, class or code', () => {
    expect(['429', '5XX', 'timeout', ' 404 '].map(readRetryOn)).toEqual([
      429,
      '5xx',
      'timeout',
      404,
    ]);
    expect(['', '99', '7xx', 'Not a code'].map(readRetryOn)).toEqual(Array(4).fill(undefined));
  });
});
