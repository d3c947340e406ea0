import { afterEach, describe, expect, it, vi } from 'vitest';
import { noFilter } from './run-filter';
import { neighbour, rememberList } from './run-walk';
import { summary } from './testing';

function serverAnswers(...ids: string[]) {
  const asked: string[] = [];
  vi.stubGlobal('fetch', (url: string) => {
    asked.push(url);
    const body = { items: ids.map((id) => summary(id)), nextCursor: null };
    return Promise.resolve(
      new Response(JSON.stringify(body), { headers: { 'content-type': 'application/json' } }),
    );
  });
  return asked;
}

afterEach(() => {
  vi.unstubAllGlobals();
  rememberList([], noFilter);
});

describe('neighbour', () => {
  it('follows the rows of the list without asking the server', async () => {
    const asked = serverAnswers();
    rememberList([summary('9'), summary('5'), summary('2')], noFilter);
    expect(await neighbour(summary('5'), 1)).toBe('2');
    expect(await neighbour(summary('5'), -1)).toBe('9');
    expect(asked).toEqual([]);
  });

  it('asks for older runs of the same filter beyond the last row', async () => {
    const asked = serverAnswers('1');
    rememberList([summary('2')], { ...noFilter, status: ['failed'] });
    expect(await neighbour(summary('2'), 1)).toBe('1');
    expect(asked[0]).toContain('status=failed');
    expect(asked[0]).toContain('to=2026-11-24');
  });

  it('takes the nearest newer run, not the newest', async () => {
    serverAnswers('9', '7', '5');
    expect(await neighbour(summary('5'), -1)).toBe('7');
  });

  it('ends at the newest run', async () => {
    serverAnswers('5');
    expect(await neighbour(summary('5'), -1)).toBeNull();
  });
});
