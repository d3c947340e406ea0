// The readings of the last minutes, and which of them are compared. Pure.
import { pace, type Pair, type Reading } from './health';

export const everyMs = 5_000;
/** What the chart shows. */
export const keptMs = 300_000;
const comparedMs = 60_000;
// A reading that was late still belongs to its minute.
const slackMs = 2_500;
// When a process started is computed from the machine's start, which is a whole second.
const startSlackSeconds = 2;

/** With one more. Older ones of a server that has started anew say nothing of this one. */
export function withReading(readings: readonly Reading[], next: Reading): readonly Reading[] {
  const kept = readings.filter(
    ({ at, scrape }) => at < next.at && at >= next.at - keptMs && sameStart(scrape, next.scrape),
  );
  return [...kept, next];
}

function sameStart(a: Reading['scrape'], b: Reading['scrape']): boolean {
  const name = 'process_start_time_seconds';
  return Math.abs((a.sum(name) ?? 0) - (b.sum(name) ?? 0)) <= startSlackSeconds;
}

/** The newest with one of a minute ago, or with the nearest to that. */
export function lastMinute(readings: readonly Reading[]): Pair | null {
  const now = readings.at(-1);
  if (now === undefined) return null;
  const from = now.at - comparedMs - slackMs;
  const before = readings.find((reading) => reading.at >= from && reading !== now);
  return [now, before ?? readings.at(-2) ?? null];
}

/** The newest with the oldest that is kept. */
export function longest(readings: readonly Reading[]): Pair | null {
  const now = readings.at(-1);
  const [first] = readings;
  if (now === undefined || first === undefined) return null;
  return [now, first === now ? null : first];
}

export interface Point {
  readonly at: number;
  readonly perMinute: number;
}

/** Runs that ended per minute, between each two readings. */
export function runPoints(readings: readonly Reading[]): Point[] {
  const points: Point[] = [];
  for (const [place, now] of readings.entries()) {
    const before = readings[place - 1];
    if (before === undefined) continue;
    const perMinute = pace([now, before], 'swiftgrid_runs_finished_total', 60);
    if (perMinute !== null) points.push({ at: now.at, perMinute });
  }
  return points;
}
