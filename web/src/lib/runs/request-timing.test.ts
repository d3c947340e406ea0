import { describe, expect, it } from 'vitest';
import { fold, stepOf } from './fold';
import { requestFacts } from './request-timing';
import { event } from './testing';

const timing = { dnsMs: 2, connectMs: 5, tlsMs: 0, firstByteMs: 40, totalMs: 41 };

describe('where the time of a request went', () => {
  it('follows from the marks of its event', () => {
    const facts = requestFacts({ timing, url: 'http://a.b/', httpVersion: '2' });
    expect(facts).toEqual({
      url: 'http://a.b/',
      httpVersion: '2',
      totalMs: 41,
      spans: [
        { part: 'dns', fromMs: 0, ms: 2 },
        { part: 'connect', fromMs: 2, ms: 3 },
        { part: 'wait', fromMs: 5, ms: 35 },
        { part: 'download', fromMs: 40, ms: 1 },
      ],
    });
  });
  it('is unknown without marks, and survives odd ones', () => {
    expect(requestFacts({})).toBeNull();
    expect(requestFacts({ timing: { dnsMs: 0, tlsMs: 'x', totalMs: 3 } })?.spans).toEqual([
      { part: 'download', fromMs: 0, ms: 3 },
    ]);
  });
  it('is none of a step that asked a language model', () => {
    const llm = { firstByteMs: 300, firstTokenMs: 400, totalMs: 1_900 };
    const payload = { result: { content: 'x' }, model: 'm', timing: llm };
    const run = fold([
      event(1, 'NODE_RETRY_SCHEDULED', 'ask', { error: {}, model: 'm', timing: llm }),
      event(2, 'NODE_COMPLETED', 'ask', payload),
    ]);
    expect(stepOf(run, 'ask').request).toBeNull();
    expect(stepOf(run, 'ask').llm?.timing).toEqual(llm);
  });
  it('is part of the step, also when it failed', () => {
    const run = fold([
      event(1, 'NODE_STARTED', 'http'),
      event(2, 'NODE_FAILED', 'http', { error: { code: 'http_status', message: 'x' }, timing }),
    ]);
    expect(stepOf(run, 'http').request?.totalMs).toBe(41);
  });
});
