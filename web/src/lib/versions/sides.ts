/** The two sides of a comparison, in the address as `?a=12&b=draft`. Pure. */

import type { Flow } from '$lib/api/types';

export type Side = 'draft' | number;
export interface Sides {
  readonly a: Side;
  readonly b: Side;
}

type Known = Pick<Flow, 'activeVersion' | 'latestVersion' | 'draftDirty'>;

/** What the address says, and for the rest what one most likely came for. */
export function sidesFrom(params: URLSearchParams, flow: Known): Sides | undefined {
  const { latestVersion: latest, activeVersion: active } = flow;
  if (latest === null) return undefined;
  const proposed: Sides =
    flow.draftDirty || latest === 1
      ? { a: active ?? latest, b: 'draft' }
      : { a: latest - 1, b: latest };
  const a = readSide(params.get('a'), latest);
  const b = readSide(params.get('b'), latest);
  // With one side alone, the other is one that differs from it.
  if (a !== undefined && b === undefined)
    return { a, b: a === proposed.b ? proposed.a : proposed.b };
  if (b !== undefined && a === undefined)
    return { a: b === proposed.a ? proposed.b : proposed.a, b };
  return { a: a ?? proposed.a, b: b ?? proposed.b };
}

export function sidesSearch({ a, b }: Sides): string {
  return `?a=${String(a)}&b=${String(b)}`;
}

/** Every side there is, the draft first. */
export function allSides(latest: number): Side[] {
  return ['draft', ...Array.from({ length: latest }, (_, index) => latest - index)];
}

export function readSide(text: string | null, latest: number): Side | undefined {
  if (text === 'draft') return text;
  const number = text !== null && /^\d{1,9}$/.test(text) ? Number(text) : 0;
  return number >= 1 && number <= latest ? number : undefined;
}
