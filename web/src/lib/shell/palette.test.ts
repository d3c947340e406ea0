import Plus from '@lucide/svelte/icons/plus';
import { describe, expect, it } from 'vitest';
import { nextPath, pathBelow } from './next-path';
import { looksLikeRunId, rank, type PaletteItem } from './palette';

function item(label: string, group = 'Actions'): PaletteItem {
  return { id: label, group, label, icon: Plus, run: () => undefined };
}

describe('rank', () => {
  const items = [item('New workflow'), item('Switch theme'), item('Workflows', 'Go to')];

  it('keeps the groups and puts the better match first', () => {
    expect(rank(items, 'work').map(({ label }) => label)).toEqual(['New workflow', 'Workflows']);
    expect(rank(items, 'theme').map(({ label }) => label)).toEqual(['Switch theme']);
  });

  it('lists everything for an empty query and nothing for nonsense', () => {
    expect(rank(items, '')).toHaveLength(3);
    expect(rank(items, 'zzz')).toEqual([]);
  });
});

describe('looksLikeRunId', () => {
  it('wants four hexadecimal digits', () => {
    expect(looksLikeRunId('8f3a')).toBe(true);
    expect(looksLikeRunId('0193a1c2-3d4e')).toBe(true);
    expect(looksLikeRunId('8f3')).toBe(false);
    expect(looksLikeRunId('fetch')).toBe(false);
  });
});

describe('pathBelow', () => {
  it('is what nextPath leads back to, with the filters and the place on the page', () => {
    const at = (path: string) => new URL(path, 'https://example.com');
    expect(pathBelow('/', at('/runs?status=failed#x'))).toBe('/runs?status=failed#x');
    expect(pathBelow('/', at('/'))).toBe('/');
    expect(pathBelow('/grid/', at('/grid/runs'))).toBe('/runs');
    expect(pathBelow('/grid/', at('/grid'))).toBe('/');
  });
});

describe('nextPath', () => {
  it('stays on this site', () => {
    expect(nextPath('/runs?q=a')).toBe('/runs?q=a');
    for (const bad of [null, '', 'runs', '//evil.example', '/\\evil.example', '/sign-in?next=/']) {
      expect(nextPath(bad)).toBe('/');
    }
  });
});
