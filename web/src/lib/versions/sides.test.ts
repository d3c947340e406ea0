import { describe, expect, it } from 'vitest';
import { allSides, sidesFrom, sidesSearch } from './sides';

const flow = { activeVersion: 2, latestVersion: 4, draftDirty: true };
const from = (search: string, changes: Partial<typeof flow> = {}) =>
  sidesFrom(new URLSearchParams(search), { ...flow, ...changes });

describe('the sides of a comparison', () => {
  it('come from the address', () => {
    expect(from('?a=1&b=3')).toEqual({ a: 1, b: 3 });
    expect(from(sidesSearch({ a: 4, b: 'draft' }))).toEqual({ a: 4, b: 'draft' });
  });
  it('are what is live and the draft, or the last two', () => {
    expect(from('')).toEqual({ a: 2, b: 'draft' });
    expect(from('', { draftDirty: false })).toEqual({ a: 3, b: 4 });
    expect(from('?a=x&b=99')).toEqual({ a: 2, b: 'draft' });
  });
  it('differ when the address names one alone', () => {
    expect(from('?a=draft')).toEqual({ a: 'draft', b: 2 });
    expect(from('?b=2')).toEqual({ a: 'draft', b: 2 });
    expect(from('?a=4', { draftDirty: false })).toEqual({ a: 4, b: 3 });
  });
  it('are none before the first version', () => {
    expect(
      sidesFrom(new URLSearchParams(), {
        activeVersion: null,
        latestVersion: null,
        draftDirty: true,
      }),
    ).toBeUndefined();
    expect(allSides(2)).toEqual(['draft', 2, 1]);
  });
});
