import { describe, expect, it } from 'vitest';
import { fromSearch, isFiltered, matches, noFilter, toQuery, toSearch } from './run-filter';
import { summary } from './testing';

describe('the filters in the address', () => {
  it('survive the way there and back', () => {
    const text =
      '?status=failed,cancelled&trigger=manual&flowId=f1&range=24h&pinned=true&topLevel=true&q=abc';
    const filter = fromSearch(new URLSearchParams(text));
    expect(fromSearch(new URLSearchParams(toSearch(filter)))).toEqual(filter);
    expect(filter).toMatchObject({ status: ['failed', 'cancelled'], range: '24h', pinned: true });
    expect(toQuery(filter, 0)).toMatchObject({ pinned: true, topLevel: true });
  });

  it('ignore words that mean nothing', () => {
    const filter = fromSearch(new URLSearchParams('?status=nonsense&range=99y&pinned=maybe'));
    expect(filter).toEqual(noFilter);
    expect(isFiltered(filter)).toBe(false);
  });
});

describe('toQuery', () => {
  it('asks for nothing that was not chosen', () => {
    expect(toQuery(noFilter, 0)).toEqual({});
  });

  it('turns a range into an instant', () => {
    const now = Date.parse('2026-11-24T10:00:00.000Z');
    expect(toQuery({ ...noFilter, range: '1h' }, now)).toEqual({
      from: '2026-11-24T09:00:00.000Z',
    });
  });
});

describe('matches', () => {
  it('agrees with what the server would list', () => {
    const run = summary('01930000-aaaa-7000-8000-00000000beef', {
      status: 'failed',
      error: { code: 'timeout', message: 'Timed out' },
    });
    expect(matches(run, noFilter)).toBe(true);
    expect(matches(run, { ...noFilter, status: ['failed'] })).toBe(true);
    expect(matches(run, { ...noFilter, status: ['completed'] })).toBe(false);
    expect(matches(run, { ...noFilter, flowId: 'another' })).toBe(false);
    expect(matches(run, { ...noFilter, pinned: true })).toBe(false);
    expect(matches(run, { ...noFilter, topLevel: true })).toBe(true);
    const child = { ...run, parentRunId: 'p' };
    expect(matches(child, { ...noFilter, topLevel: true })).toBe(false);
    for (const search of ['beef', '0193', 'TIMED', 'triage']) {
      expect(matches(run, { ...noFilter, search })).toBe(true);
    }
    expect(matches(run, { ...noFilter, search: 'aaaa' })).toBe(false);
  });
});
