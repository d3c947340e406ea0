import { describe, expect, it } from 'vitest';
import type { Chunk, RunEvent } from '$lib/api/types';
import { fold } from './fold';
import { keepAnswers, noLiveAnswers, type LiveAnswers } from './live-answers';
import { event } from './testing';

const started = [event(1, 'NODE_STARTED', 'ask')];
let index = 0;

function chunk(type: Chunk['type'], content: unknown, more: object = {}): Chunk {
  index += 1;
  return { runId: 'r', nodeId: 'ask', index, type, content, at: '', ...more };
}
const token = (offset: number, content: string) => chunk('token', content, { offset });
const thought = (text: string) => chunk('data', { reasoning: text });

function keep(
  known: LiveAnswers,
  chunks: readonly Chunk[],
  [events, so_far]: [RunEvent[], RunEvent[]] = [[], started],
) {
  return keepAnswers(known, { events, chunks }, fold(so_far));
}

describe('an answer that is being written', () => {
  it('grows by its tokens', () => {
    const first = keep(noLiveAnswers, [token(0, 'Hel'), token(3, 'lo ')]);
    expect(first['ask']?.text).toBe('Hello ');
    expect(keep(first, [token(6, 'wörld 👋')])['ask']?.text).toBe('Hello wörld 👋');
  });

  it('is the same when the server sends it again, merged', () => {
    const known = keep(noLiveAnswers, [token(0, 'Hello '), token(6, 'world')]);
    expect(keep(known, [token(0, 'Hello wo')])['ask']?.text).toBe('Hello wo');
    expect(keep(known, [token(0, 'Hello world'), token(11, '!')])['ask']?.text).toBe(
      'Hello world!',
    );
  });

  it('is the same when tokens that do not say where they stand come again', () => {
    const tokens = [chunk('token', 'Hello '), chunk('token', 'world')];
    const known = keep(noLiveAnswers, tokens);
    expect(keep(known, [...tokens, chunk('token', '!')])['ask']?.text).toBe('Hello world!');
  });

  it('says when its beginning is missing', () => {
    const known = keep(noLiveAnswers, [token(900, 'the end')]);
    expect(known['ask']).toMatchObject({ from: 900, text: 'the end' });
    expect(keep(known, [token(907, ' of it')])['ask']?.text).toBe('the end of it');
    expect(keep(known, [token(0, 'From the start')])['ask']).toMatchObject({
      from: 0,
      text: 'From the start',
    });
    expect(keep(known, [token(950, 'later')])['ask']).toMatchObject({ from: 950, text: 'later' });
  });

  it('keeps thoughts and notes apart', () => {
    const thoughts = [thought('First '), thought('that.')];
    const known = keep(noLiveAnswers, [
      ...thoughts,
      token(0, 'Yes'),
      chunk('progress', { phase: 'repair', message: 'Asking once more.' }),
    ]);
    const answer = { text: 'Yes', reasoning: 'First that.', note: 'Asking once more.' };
    expect(known['ask']).toMatchObject(answer);
    expect(keep(known, thoughts)['ask']).toEqual(known['ask']);
  });

  it('is void with the next event of its step, and begins anew with a retry', () => {
    const known = keep(noLiveAnswers, [token(0, 'Hel')]);
    const retry = event(2, 'NODE_RETRY_SCHEDULED', 'ask');
    expect(keep(known, [], [[retry], [...started, retry]])).toEqual({});
    const again = event(3, 'NODE_STARTED', 'ask');
    const both = [retry, again];
    expect(keep(known, [token(0, 'Hi')], [both, [...started, ...both]])['ask']?.text).toBe('Hi');
    const done = event(4, 'NODE_COMPLETED', 'ask', { result: {} });
    expect(keep(known, [token(3, 'lo')], [[done], [...started, done]])).toEqual({});
  });

  it('may come before the event that starts the step', () => {
    const known = keep(noLiveAnswers, [token(0, 'Hel')], [[], []]);
    expect(keep(known, [], [started, started])['ask']?.text).toBe('Hel');
  });

  it('stays the same object while nothing of it comes', () => {
    const known = keep(noLiveAnswers, [token(0, 'Hel')]);
    expect(keep(known, [chunk('log', { level: 'log', text: 'x' }), chunk('data', 'x')])).toBe(
      known,
    );
  });
});
