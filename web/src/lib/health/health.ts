// Two answers of /metrics become what the page shows. Pure: the times are arguments. null is what
// the server does not say, or what one answer alone cannot tell.
import type { Labels, Scrape } from './exposition';
import { countOf, histogramOf, quantile, since, type Quantile } from './histogram';

export interface Reading {
  /** When it was read, in milliseconds since the epoch. */
  readonly at: number;
  readonly scrape: Scrape;
}

export interface Latency {
  readonly p50: Quantile | null;
  readonly p95: Quantile | null;
  readonly p99: Quantile | null;
  readonly count: number;
  /** False: nothing happened lately, so this is what was observed since the server started. */
  readonly recent: boolean;
}

export interface Queue {
  readonly name: string;
  readonly depth: number | null;
  readonly oldestSeconds: number | null;
}

export interface StepKind {
  readonly type: string;
  readonly perMinute: number | null;
  readonly failed: number;
  readonly latency: Latency | null;
}

const minute = 60;
const hour = 3_600;

/** How much a counter grew; one that fell began anew, with the server. */
export function increase(now: number | null, before: number | null): number | null {
  if (now === null || before === null) return null;
  return now >= before ? now - before : now;
}

/** Growth in `seconds`, of all series with these labels. */
export function rate(
  [now, before]: Pair,
  series: string | readonly [string, Labels],
  seconds: number,
): number | null {
  if (before === null || now.at <= before.at) return null;
  const [name, labels] = typeof series === 'string' ? [series, {}] : series;
  // A series begins with the first thing it counts: there was none before.
  const earlier = before.scrape.sum(name, labels) ?? 0;
  const grown = increase(now.scrape.sum(name, labels), earlier);
  return grown === null ? null : (grown * seconds * 1_000) / (now.at - before.at);
}

/** The same of a counter that has no series before its first event: nothing happened is 0. */
export function pace(pair: Pair, name: string, seconds: number): number | null {
  const [now, before] = pair;
  if (before !== null && now.scrape.all(name).length === 0) return 0;
  return rate(pair, name, seconds);
}

/** The reading to show, and the one it is compared with. */
export type Pair = readonly [now: Reading, before: Reading | null];

export function latency([now, before]: Pair, name: string, labels: Labels = {}): Latency | null {
  const whole = histogramOf(now.scrape, name, labels);
  if (whole === null) return null;
  const lately = before === null ? null : since(whole, histogramOf(before.scrape, name, labels));
  const recent = lately !== null && countOf(lately) > 0;
  const shown = recent ? lately : whole;
  return {
    p50: quantile(shown, 0.5),
    p95: quantile(shown, 0.95),
    p99: quantile(shown, 0.99),
    count: countOf(shown),
    recent,
  };
}

export function queues({ scrape }: Reading): Queue[] {
  return scrape.all('swiftgrid_queue_depth').map((sample) => {
    const queue = sample.labels.get('queue') ?? '';
    return {
      name: queue,
      depth: Number.isFinite(sample.value) ? sample.value : null,
      oldestSeconds: scrape.sum('swiftgrid_queue_oldest_age_seconds', { queue }),
    };
  });
}

export function stepKinds(pair: Pair): StepKind[] {
  const name = 'swiftgrid_node_executions_total';
  const { scrape } = pair[0];
  const types = scrape.all(name).map((sample) => sample.labels.get('type') ?? '');
  return [...new Set(types)].sort().map((type) => ({
    type,
    perMinute: rate(pair, [name, { type, status: 'completed' }], minute),
    failed: scrape.sum(name, { type, status: 'failed' }) ?? 0,
    latency: latency(pair, 'swiftgrid_node_duration_seconds', { type }),
  }));
}

/** Counters that stay at their last value. What never happened has no series: 0. */
function total(scrape: Scrape, name: string, labels: Labels = {}): number {
  return scrape.sum(name, labels) ?? 0;
}

/** Requests that the server, not the client, is to blame for. */
function serverErrors({ scrape }: Reading): number {
  return scrape
    .all('swiftgrid_http_requests_total')
    .filter((sample) => sample.labels.get('code')?.startsWith('5'))
    .reduce((all, sample) => all + (Number.isFinite(sample.value) ? sample.value : 0), 0);
}

/** `longer`: what happens seldom is counted over a longer time. */
export function healthOf(pair: Pair, longer: Pair = pair) {
  const [now] = pair;
  const { scrape } = now;
  const started = scrape.sum('process_start_time_seconds');
  const [build] = scrape.all('swiftgrid_build_info');
  const storage = (kind: string) => scrape.sum('swiftgrid_storage_bytes', { kind });
  return {
    version: build?.labels.get('version') ?? '',
    upMs: started === null ? null : Math.max(0, now.at - started * 1_000),
    /** False: what is counted per time is still being measured. */
    compared: pair[1] !== null,
    runsPerMinute: pace(pair, 'swiftgrid_runs_finished_total', minute),
    runsEnded: total(scrape, 'swiftgrid_runs_finished_total'),
    runsFailed: total(scrape, 'swiftgrid_runs_finished_total', { status: 'failed' }),
    runsOpen: scrape.sum('swiftgrid_runs_active'),
    runsInMemory: scrape.sum('swiftgrid_runs_in_memory'),
    runTime: latency(pair, 'swiftgrid_run_duration_seconds'),
    commitTime: latency(pair, 'swiftgrid_commit_duration_seconds'),
    queues: queues(now),
    steps: stepKinds(pair),
    scriptsPerMinute: pace(pair, 'swiftgrid_scripts_total', minute),
    scripts: total(scrape, 'swiftgrid_scripts_total'),
    outside: scrape.sum('swiftgrid_outside_in_flight'),
    retries: total(scrape, 'swiftgrid_retries_total'),
    tokensPerHour: pace(longer, 'swiftgrid_llm_tokens_total', hour),
    tokens: total(scrape, 'swiftgrid_llm_tokens_total'),
    notificationsFailed: total(scrape, 'swiftgrid_notifications_total', { outcome: 'failed' }),
    serverErrors: serverErrors(now),
    memory: scrape.sum('process_resident_memory_bytes'),
    /** Of one processor: 1.5 is one and a half. */
    processors: rate(pair, 'process_cpu_seconds_total', 1),
    database: storage('database'),
    log: storage('log'),
    free: storage('free'),
    listeners: scrape.sum('swiftgrid_sse_clients'),
  };
}

export type Health = ReturnType<typeof healthOf>;
