// Lengths of time as people type them: 30s, 5m, 2h, 1d, 1h30m, 500ms. Pure. The server reads the same.
import { count } from './t';

const units = [
  ['d', 86_400_000, 'day'],
  ['h', 3_600_000, 'hour'],
  ['m', 60_000, 'minute'],
  ['s', 1_000, 'second'],
  ['ms', 1, 'millisecond'],
] as const;

/** A hundred years: a longer wait is a slip. */
export const durationMax = 3_162_240_000_000;

/** Milliseconds; undefined when the text is no length of time. A bare number is seconds. */
export function parseDuration(text: string): number | undefined {
  const compact = text.replace(/\s+/g, '').toLowerCase();
  if (/^\d+(\.\d+)?$/.test(compact)) return Math.round(Number(compact) * 1_000);
  if (!/^(\d+(\.\d+)?(ms|[dhms]))+$/.test(compact)) return undefined;
  let sum = 0;
  for (const [, number = '', name] of compact.matchAll(/(\d+(?:\.\d+)?)(ms|[dhms])/g)) {
    const unit = units.find(([short]) => short === name);
    sum += Number(number) * (unit?.[1] ?? 0);
  }
  return Math.round(sum);
}

/** 90000 is "1m30s". */
export function durationText(milliseconds: number): string {
  return (
    parts(milliseconds)
      .map(([number, [short]]) => `${String(number)}${short}`)
      .join('') || '0s'
  );
}

/** 90000 is "1 minute 30 seconds". */
export function durationWords(milliseconds: number): string {
  const words = parts(milliseconds).map(([number, [, , noun]]) => count(number, noun));
  return words.join(' ') || count(0, 'second');
}

/** Until then, as a clock that runs down: 12 s, 2:05, 3 h 04 m, 6 d 23 h. */
export function countdown(milliseconds: number): string {
  const seconds = Math.max(0, Math.ceil(milliseconds / 1_000));
  const two = (number: number) => String(number).padStart(2, '0');
  if (seconds < 60) return `${String(seconds)} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${String(minutes)}:${two(seconds % 60)}`;
  const hours = Math.floor(minutes / 60);
  if (hours < 24) return `${String(hours)} h ${two(minutes % 60)} m`;
  return `${String(Math.floor(hours / 24))} d ${String(hours % 24)} h`;
}

function parts(milliseconds: number): [number, (typeof units)[number]][] {
  let rest = Math.max(0, Math.round(milliseconds));
  return units.flatMap((unit): [number, (typeof units)[number]][] => {
    const number = Math.floor(rest / unit[1]);
    rest -= number * unit[1];
    return number === 0 ? [] : [[number, unit]];
  });
}
