import { describe, expect, it } from 'vitest';
import { parseExposition } from './exposition';
import { healthOf, increase, latency, pace, queues, rate, type Reading } from './health';
import { histogramOf, quantile, since } from './histogram';
import { keptMs, lastMinute, longest, runPoints, withReading } from './readings';
import { ageText, isLate, numberText, quantileText, queueName, sizeText } from './text';

const start = 1_796_079_700_000;

function reading(seconds: number, ...lines: string[]): Reading {
  return { at: start + seconds * 1_000, scrape: parseExposition(`${lines.join('\n')}\n`) };
}
const buckets = (...counts: [string, number][]) =>
  counts.map(([bound, number]) => `t_seconds_bucket{le="${bound}"} ${number}`);
const histogram = (...lines: string[]) => histogramOf(reading(0, ...lines).scrape, 't_seconds');

describe('counters', () => {
  it('grow, or begin anew', () => {
    expect(increase(12, 10)).toBe(2);
    expect(increase(3, 10)).toBe(3);
    expect(increase(null, 10)).toBeNull();
    expect(increase(3, null)).toBeNull();
  });

  it('as rates', () => {
    const before = reading(0, 'n{s="a"} 10', 'n{s="b"} 5');
    const now = reading(30, 'n{s="a"} 13', 'n{s="b"} 5', 'fresh 7', 'odd NaN');
    expect(rate([now, before], 'n', 60)).toBe(6);
    expect(rate([now, before], ['n', { s: 'b' }], 3_600)).toBe(0);
    expect(rate([now, before], 'fresh', 60)).toBe(14);
    expect(rate([now, before], 'odd', 60)).toBeNull();
    expect(rate([now, before], 'nobody', 60)).toBeNull();
    expect(rate([now, null], 'n', 60)).toBeNull();
    expect(rate([now, now], 'n', 60)).toBeNull();
    expect(rate([reading(60, 'n{s="a"} 2'), now], 'n', 60)).toBe(4);
  });

  it('of what never happened stand still, once there are two readings', () => {
    const [before, now] = [reading(0, 'odd 1'), reading(30, 'odd NaN')];
    expect(pace([now, before], 'nobody', 60)).toBe(0);
    expect(pace([now, null], 'nobody', 60)).toBeNull();
    expect(pace([now, before], 'odd', 60)).toBeNull();
  });
});

describe('histograms', () => {
  const whole = buckets(['0.1', 50], ['0.2', 90], ['1', 99], ['+Inf', 100]);

  it('quantiles, even inside of a bucket', () => {
    const read = histogram(...whole);
    expect(read && quantile(read, 0.5)).toEqual({ value: 0.1, above: false });
    expect(read && quantile(read, 0.7)?.value).toBeCloseTo(0.15);
    expect(read && quantile(read, 0.99)).toEqual({ value: 1, above: false });
    expect(read && quantile(read, 0.995)).toEqual({ value: 1, above: true });
  });

  it('sorts its buckets', () => {
    expect(histogram(...whole.toReversed())).toEqual(histogram(...whole));
  });

  it.each([
    ['nothing', []],
    ['no bucket without an end', buckets(['0.1', 1], ['1', 2])],
    ['counts that fall', buckets(['0.1', 5], ['1', 4], ['+Inf', 5])],
    ['the same bound twice', buckets(['1', 4], ['1.0', 4], ['+Inf', 5])],
    ['no bound', ['t_seconds_bucket 4', ...buckets(['+Inf', 5])]],
    ['a bound that is no number', buckets(['soon', 4], ['+Inf', 5])],
    ['a count that is none', ['t_seconds_bucket{le="1"} NaN', ...buckets(['+Inf', 5])]],
    ['an infinite count', ['t_seconds_bucket{le="+Inf"} +Inf']],
  ])('says nothing of %s', (_, lines) => {
    expect(histogram(...lines, 'other 1')).toBeNull();
  });

  it('without an observation has no quantile', () => {
    const none = histogram(...buckets(['1', 0], ['+Inf', 0]));
    expect(none && quantile(none, 0.5)).toBeNull();
    const above = histogram(...buckets(['+Inf', 3]));
    expect(above && quantile(above, 0.5)).toEqual({ value: 0, above: true });
  });

  it('what was observed since, unless it began anew or has other bounds', () => {
    const before = histogram(...buckets(['1', 4], ['+Inf', 5]));
    const now = histogram(...buckets(['1', 6], ['+Inf', 9]));
    const fewer = histogram(...buckets(['1', 0], ['+Inf', 2]));
    const other = histogram(...buckets(['2', 6], ['+Inf', 9]));
    expect(now && since(now, before).counts).toEqual([2, 4]);
    expect(fewer && since(fewer, before)).toBe(fewer);
    expect(other && since(other, before)).toBe(other);
    expect(now && since(now, null)).toBe(now);
  });

  it('of the last minute, or of all where it was quiet', () => {
    const before = reading(0, ...buckets(['0.1', 90], ['1', 90], ['+Inf', 90]));
    const now = reading(60, ...buckets(['0.1', 90], ['1', 100], ['+Inf', 100]));
    const lately = latency([now, before], 't_seconds');
    expect(lately).toMatchObject({ count: 10, recent: true });
    expect(lately?.p50?.value).toBeCloseTo(0.55);
    expect(latency([now, now], 't_seconds')).toMatchObject({ count: 100, recent: false });
    expect(latency([now, null], 't_seconds')).toMatchObject({ count: 100, recent: false });
    expect(latency([now, null], 'nobody')).toBeNull();
  });
});

describe('readings', () => {
  const at = (seconds: number, ended = seconds, began = 1_000) =>
    reading(
      seconds,
      `swiftgrid_runs_finished_total{status="completed"} ${ended}`,
      `process_start_time_seconds ${began}`,
    );
  const gather = (...all: Reading[]) => all.reduce<readonly Reading[]>(withReading, []);

  it('older ones than the chart shows are dropped', () => {
    const kept = gather(at(0), at(5), at(keptMs / 1_000 + 5));
    expect(kept.map(({ at: when }) => (when - start) / 1_000)).toEqual([5, 305]);
  });

  it('those of a server that started anew are dropped; a second is no restart', () => {
    expect(gather(at(0, 7, 1_000), at(5, 8, 1_001))).toHaveLength(2);
    expect(gather(at(0, 7, 1_000), at(5, 0, 1_004))).toHaveLength(1);
  });

  it('compares with a minute ago, and with the oldest', () => {
    const many = gather(...Array.from({ length: 30 }, (_, place) => at(place * 5)));
    expect((lastMinute(many)?.[1]?.at ?? 0) - start).toBe(85_000);
    expect((longest(many)?.[1]?.at ?? 0) - start).toBe(0);
    expect(lastMinute(gather(at(0)))?.[1]).toBeNull();
    expect(longest(gather(at(0)))?.[1]).toBeNull();
    expect(lastMinute([])).toBeNull();
    // After a pause the one before is all there is.
    expect((lastMinute(gather(at(0), at(200)))?.[1]?.at ?? 0) - start).toBe(0);
  });

  it('a point of the chart between each two', () => {
    expect(runPoints(gather(at(0, 0), at(5, 2), at(10, 2))).map((each) => each.perMinute)).toEqual([
      24, 0,
    ]);
    expect(runPoints(gather(at(0)))).toEqual([]);
  });
});

describe('all of it', () => {
  const before = reading(
    0,
    'swiftgrid_runs_finished_total{status="completed"} 10',
    'process_cpu_seconds_total 1',
  );
  const now = reading(
    60,
    'swiftgrid_build_info{version="0.1.0",commit="abc"} 1',
    `process_start_time_seconds ${start / 1_000 - 40}`,
    'swiftgrid_runs_finished_total{status="completed"} 40',
    'swiftgrid_runs_finished_total{status="failed"} 2',
    'swiftgrid_runs_active 3',
    'swiftgrid_queue_depth{queue="commits"} 4',
    'swiftgrid_queue_depth{queue="requests"} 1',
    'swiftgrid_queue_depth{queue="new"} NaN',
    'swiftgrid_queue_oldest_age_seconds{queue="commits"} 5.5',
    'swiftgrid_node_executions_total{type="map",status="completed"} 6',
    'swiftgrid_node_executions_total{type="map",status="failed"} 1',
    'swiftgrid_node_executions_total{type="delay",status="completed"} 0',
    'swiftgrid_llm_tokens_total{provider="o",model="m",direction="input"} 100',
    'swiftgrid_notifications_total{channel="slack",outcome="failed"} 2',
    'swiftgrid_notifications_total{channel="slack",outcome="delivered"} 9',
    'swiftgrid_http_requests_total{route="/a",method="GET",code="500"} 1',
    'swiftgrid_http_requests_total{route="/b",method="GET",code="503"} 2',
    'swiftgrid_http_requests_total{route="/b",method="GET",code="404"} 5',
    'swiftgrid_storage_bytes{kind="free"} 100',
    'process_cpu_seconds_total 31',
  );

  it('what two answers say', () => {
    expect(healthOf([now, before])).toMatchObject({
      version: '0.1.0',
      upMs: 100_000,
      compared: true,
      runsPerMinute: 32,
      runsEnded: 42,
      runsFailed: 2,
      runsOpen: 3,
      tokens: 100,
      tokensPerHour: 6_000,
      notificationsFailed: 2,
      serverErrors: 3,
      free: 100,
      database: null,
      commitTime: null,
      processors: 0.5,
    });
    expect(healthOf([now, before]).steps).toMatchObject([
      { type: 'delay', failed: 0, perMinute: 0 },
      { type: 'map', failed: 1, perMinute: 6 },
    ]);
  });

  it('what the first answer cannot say', () => {
    const first = healthOf([now, null]);
    expect(first).toMatchObject({
      compared: false,
      runsPerMinute: null,
      tokensPerHour: null,
      runsEnded: 42,
    });
    expect(healthOf([before, null])).toMatchObject({ upMs: null, runsOpen: null, queues: [] });
    expect(healthOf([reading(9, 'a 1'), before]).tokensPerHour).toBe(0);
  });

  it('queues in words', () => {
    const [commits, requests, unknown] = queues(now);
    expect(commits && [queueName(commits), isLate(commits)]).toEqual(['Writes to the disk', true]);
    expect(requests && [requests.oldestSeconds, isLate(requests)]).toEqual([null, false]);
    expect(unknown && [queueName(unknown), unknown.depth]).toEqual(['new', null]);
  });

  it('numbers in words', () => {
    expect([null, 0, 0.04, 0.46, 99.95, 1_284.4].map(numberText)).toEqual([
      '–',
      '0',
      '0',
      '0.5',
      '100',
      '1,284',
    ]);
    expect([ageText(null), ageText(0), ageText(0.25), sizeText(null)]).toEqual([
      '–',
      '0 s',
      '250 ms',
      '–',
    ]);
    expect(quantileText(null)).toBe('–');
    expect(quantileText({ value: 0.0002, above: false })).toBe('<1 ms');
    expect(quantileText({ value: 10, above: true })).toBe('over 10 s');
  });
});
