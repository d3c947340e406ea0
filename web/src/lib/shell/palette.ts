// What the palette lists, ranked. Pure.
import type { Component } from 'svelte';

export interface PaletteItem {
  id: string;
  group: string;
  label: string;
  detail?: string;
  icon: Component;
  keys?: readonly string[];
  run: () => void;
}

/** How well `label` answers `query`: 3 begins with it, 2 a word does, 1 contains it, 0 does not. */
export function score(label: string, query: string): number {
  const text = label.toLowerCase();
  const wanted = query.trim().toLowerCase();
  if (wanted === '' || text.startsWith(wanted)) return 3;
  if (text.split(/[^\p{L}\p{N}]+/u).some((word) => word.startsWith(wanted))) return 2;
  return text.includes(wanted) ? 1 : 0;
}

/** Keeps the groups in their order; inside a group the best match first. */
export function rank(items: readonly PaletteItem[], query: string): PaletteItem[] {
  const groups = [...new Set(items.map((item) => item.group))];
  return items
    .map((item) => ({ item, points: score(`${item.label} ${item.detail ?? ''}`, query) }))
    .filter(({ points }) => points > 0)
    .sort(
      (a, b) => groups.indexOf(a.item.group) - groups.indexOf(b.item.group) || b.points - a.points,
    )
    .map(({ item }) => item);
}

/** Could this be a part of a run's id? */
export function looksLikeRunId(query: string): boolean {
  return /^[0-9a-f-]{4,36}$/i.test(query.trim());
}
