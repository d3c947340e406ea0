/** What the palette lists: types by category, recent ones first, filtered by what is typed. */

import type { NodeType } from '$lib/api/types';
import { t } from '$lib/shared/t';

export interface PaletteGroup {
  readonly label: string;
  readonly items: readonly NodeType[];
}

const categories: readonly (readonly [NodeType['category'], string])[] = [
  ['data', t('types.data')],
  ['logic', t('types.logic')],
  ['ai', t('types.ai')],
  ['wait', t('types.wait')],
  ['flow', t('types.flow')],
];

export const recent_max = 3;

export function paletteGroups(
  types: readonly NodeType[],
  query: string,
  recent: readonly string[] = [],
): PaletteGroup[] {
  const needle = query.trim().toLowerCase();
  if (needle !== '') {
    const found = types
      .map((type) => ({ type, rank: rankOf(type, needle) }))
      .filter(({ rank }) => rank < 3)
      .toSorted((a, b) => Number(b.type.available) - Number(a.type.available) || a.rank - b.rank);
    return found.length === 0
      ? []
      : [{ label: t('types.results'), items: found.map(({ type }) => type) }];
  }
  const last = recent
    .flatMap((name) => types.find((type) => type.type === name && type.available) ?? [])
    .slice(0, recent_max);
  const groups = categories.map(([category, label]) => ({
    label,
    items: types.filter((type) => type.category === category),
  }));
  return [{ label: t('types.recent'), items: last }, ...groups].filter(
    (group) => group.items.length > 0,
  );
}

export function withRecent(recent: readonly string[], type: string): string[] {
  return [type, ...recent.filter((other) => other !== type)].slice(0, recent_max);
}

// 0: the label begins with it, 1: label or alias contains it, 2: the description does, 3: no match.
function rankOf(type: NodeType, needle: string): number {
  const label = type.label.toLowerCase();
  if (label.startsWith(needle)) return 0;
  const names = [label, type.type, ...type.aliases].map((name) => name.toLowerCase());
  if (names.some((name) => name.includes(needle))) return 1;
  return type.summary.toLowerCase().includes(needle) ? 2 : 3;
}
