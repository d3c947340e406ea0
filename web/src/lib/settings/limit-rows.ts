/** The limits of a server in words. Pure. */

import { durationWords } from '$lib/shared/duration';
import { formatSize } from '$lib/shared/format';
import { t } from '$lib/shared/t';

const known = [
  'graphNodes',
  'requestBodyBytes',
  'runInputBytes',
  'nodeResultBytes',
  'jsonDepth',
  'scriptTimeMs',
  'scriptMemoryBytes',
  'httpTimeMs',
  'llmTimeMs',
  'llmIdleMs',
  'runDepth',
  'descendants',
  'mapItems',
  'mapConcurrency',
] as const;

export interface LimitRow {
  readonly label: string;
  readonly value: string;
}

/** In an order that makes sense; those that a newer server adds are left out. */
export function limitRows(limits: Readonly<Record<string, number>>): LimitRow[] {
  return known.flatMap((name) => {
    const value = limits[name];
    return value === undefined
      ? []
      : [{ label: t(`serverLimits.${name}`), value: inUnits(name, value) }];
  });
}

function inUnits(name: string, value: number): string {
  if (name.endsWith('Ms')) return durationWords(value);
  if (name.endsWith('Bytes')) return formatSize(value);
  return value.toLocaleString('en');
}
