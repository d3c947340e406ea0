// Histograms of /metrics and what most of their observations stay below. Pure.
import type { Labels, Scrape } from './exposition';

export interface Histogram {
  /** Upper bounds, growing; the last one is infinite. */
  readonly bounds: readonly number[];
  /** How many observations are not above each of them. */
  readonly counts: readonly number[];
}

/** `above`: the observation is larger than every bound; `value` is the largest. */
export interface Quantile {
  readonly value: number;
  readonly above: boolean;
}

/** null when it is not there or does not add up: a guess would be worse than no number. */
export function histogramOf(scrape: Scrape, name: string, labels: Labels = {}): Histogram | null {
  const buckets = scrape
    .all(`${name}_bucket`, labels)
    .map((sample) => ({ bound: boundOf(sample.labels.get('le')), count: sample.value }))
    .sort((a, b) => a.bound - b.bound);
  let below = 0;
  let before = -Infinity;
  for (const { bound, count } of buckets) {
    if (!(bound > before) || !Number.isFinite(count) || count < below) return null;
    below = count;
    before = bound;
  }
  if (before !== Infinity) return null;
  return { bounds: buckets.map(({ bound }) => bound), counts: buckets.map(({ count }) => count) };
}

function boundOf(text: string | undefined): number {
  if (text === '+Inf') return Infinity;
  return text === undefined || text === '' ? Number.NaN : Number(text);
}

export function countOf(histogram: Histogram): number {
  return histogram.counts.at(-1) ?? 0;
}

/** What was observed since `before`; everything when the server has begun to count anew. */
export function since(now: Histogram, before: Histogram | null): Histogram {
  if (before?.bounds.length !== now.bounds.length) return now;
  const counts: number[] = [];
  for (const [place, count] of now.counts.entries()) {
    const earlier = before.counts[place] ?? 0;
    if (before.bounds[place] !== now.bounds[place] || earlier > count) return now;
    counts.push(count - earlier);
  }
  return { bounds: now.bounds, counts };
}

/** As Prometheus' histogram_quantile: even inside of a bucket. null without observations. */
export function quantile(histogram: Histogram, part: number): Quantile | null {
  const total = countOf(histogram);
  if (total <= 0) return null;
  const rank = part * total;
  const place = histogram.counts.findIndex((count) => count >= rank);
  const upper = histogram.bounds[place] ?? Infinity;
  const lower = place > 0 ? (histogram.bounds[place - 1] ?? 0) : 0;
  if (upper === Infinity) return { value: lower, above: true };
  const below = place > 0 ? (histogram.counts[place - 1] ?? 0) : 0;
  const inside = (histogram.counts[place] ?? 0) - below;
  return {
    value: inside === 0 ? upper : lower + ((upper - lower) * (rank - below)) / inside,
    above: false,
  };
}
