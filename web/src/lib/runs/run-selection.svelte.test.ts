import { describe, expect, it } from 'vitest';
import { noFilter } from './run-filter';
import { RunSelection } from './run-selection.svelte';
import { summary } from './testing';

const shown = [summary('c'), summary('b'), summary('a')];

describe('RunSelection', () => {
  it('asks for the runs that were selected one by one', () => {
    const selection = new RunSelection();
    expect(selection.isEmpty).toBe(true);
    selection.toggle('b', shown);
    selection.toggle('c', shown);
    selection.toggle('b', shown);
    expect(selection.size).toBe(1);
    expect(selection.request()).toEqual({ ids: ['c'] });
  });

  it('asks for everything that matches, also what is not shown', () => {
    const selection = new RunSelection();
    selection.selectAll({ ...noFilter, status: ['failed'], range: '1h' }, 3_600_000 * 2);
    expect(selection.isAll).toBe(true);
    expect(selection.has('not shown')).toBe(true);
    expect(selection.request()).toEqual({
      filter: { status: ['failed'], from: '1970-01-01T01:00:00.000Z' },
    });
  });

  it('drops runs that are not shown any more, and takes no more than the server does', () => {
    const selection = new RunSelection();
    selection.selectShown(shown);
    selection.retain([summary('c'), summary('z')]);
    expect(selection.request()).toEqual({ ids: ['c'] });
    selection.selectAll(noFilter, 0);
    selection.retain([]);
    expect(selection.isAll).toBe(true);
    selection.selectShown(Array.from({ length: 10_001 }, (_, index) => ({ id: String(index) })));
    expect(selection.size).toBe(10_000);
  });

  it('goes back to what is shown when one is taken out of all', () => {
    const selection = new RunSelection();
    selection.selectAll(noFilter, 0);
    selection.toggle('b', shown);
    expect(selection.isAll).toBe(false);
    expect(selection.request()).toEqual({ ids: ['c', 'a'] });
    selection.clear();
    expect(selection.isEmpty).toBe(true);
  });
});
