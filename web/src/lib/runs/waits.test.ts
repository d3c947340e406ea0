import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import type { RunEvent } from '$lib/api/types';
import { applyEvents, emptyRun, fold, stepOf } from './fold';
import { itemsText } from './items-text';
import { event } from './testing';
import { foldThinned } from './thin';
import { waitText } from './wait-text';
import { runningOf } from './waits';

const folder = path.resolve(import.meta.dirname, '../../../../tests/golden/events');

/** As the engine writes them, in a row from number 1. */
function golden(...picks: [RunEvent['eventType'], number][]): RunEvent[] {
  return picks.map(([type, index], at) => {
    const file = JSON.parse(readFileSync(path.join(folder, `${type}.json`), 'utf8')) as {
      public: RunEvent;
    }[];
    const picked = file[index]?.public;
    if (!picked) throw new Error(`${type} has no example ${String(index)}`);
    return { ...picked, id: at + 1, nodeId: picked.nodeId === null ? null : 'n' };
  });
}

describe('waiting, as the engine records it', () => {
  it('says for what and until when', () => {
    const at = (index: number) => stepOf(fold(golden(['NODE_SUSPENDED', index])), 'n');
    const until = '2027-01-01T00:00:00.500Z';
    expect(at(0)).toMatchObject({ status: 'suspended', wait: { kind: 'timer', until } });
    expect(at(1).wait).toMatchObject({ kind: 'webhook', until });
    expect(at(2)).toMatchObject({
      childRunId: '0192f0c1-2a00-7000-8000-000000000004',
      wait: { kind: 'child', until },
    });
    expect(at(4).items).toMatchObject({ total: 100_000, concurrency: 10 });
  });

  it('suspends the run while every open step waits, and only then', () => {
    const started = [event(1, 'RUN_STARTED'), event(2, 'NODE_STARTED', 'a')];
    const waiting = [...started, event(3, 'NODE_SUSPENDED', 'a', { waitsFor: 'timer' })];
    expect(fold(waiting).status).toBe('suspended');
    expect(fold([...waiting, event(4, 'NODE_STARTED', 'b')]).status).toBe('running');
    const both = [
      ...waiting,
      event(4, 'NODE_STARTED', 'b'),
      event(5, 'NODE_RETRY_SCHEDULED', 'b', { retryAt: '2026-11-24T10:00:05.000Z' }),
    ];
    expect(fold(both).status).toBe('suspended');
    expect(fold([...both, event(6, 'NODE_RESUMED', 'a', {})]).status).toBe('running');
  });

  it('ends with the answer; an answer that comes early changes nothing yet', () => {
    const [wait, answer] = golden(['NODE_SUSPENDED', 1], ['NODE_RESUMED', 0]);
    if (!wait || !answer) throw new Error('no events');
    expect(stepOf(fold([wait, answer]), 'n')).toMatchObject({ status: 'running', wait: null });
    expect(stepOf(fold([{ ...answer, id: 1 }]), 'n').status).toBe('pending');
  });

  it('keeps every attempt, pause and wait for the timeline', () => {
    const view = fold([
      event(1, 'NODE_STARTED', 'a', {}, 0),
      event(2, 'NODE_RETRY_SCHEDULED', 'a', { retryAt: 'x' }, 10),
      { ...event(3, 'NODE_STARTED', 'a', {}, 1_010), attempt: 2 },
      event(4, 'NODE_SUSPENDED', 'a', { waitsFor: 'child' }, 1_020),
      event(5, 'NODE_COMPLETED', 'a', {}, 2_000),
    ]);
    const { phases } = stepOf(view, 'a');
    expect(phases.map(({ kind, attempt, failed }) => [kind, attempt, failed])).toEqual([
      ['attempt', 1, true],
      ['retry', 1, false],
      ['attempt', 2, false],
      ['wait', 1, false],
    ]);
    expect(phases.every(({ endedAt }) => endedAt !== null)).toBe(true);
  });

  it('marks what was taken over from another run', () => {
    const view = fold(golden(['NODE_COMPLETED', 3]));
    expect(stepOf(view, 'n')).toMatchObject({ kept: true, attempts: 0, result: [1] });
    expect(stepOf(fold(golden(['NODE_SKIPPED', 1])), 'n').kept).toBe(true);
  });

  it('is told in a few words that count down', () => {
    const now = Date.parse('2026-11-24T10:00:00.000Z');
    const wait = (kind: 'timer' | 'webhook', seconds: number) => ({
      wait: { kind, since: '', until: new Date(now + seconds * 1_000).toISOString() },
      retryAt: null,
      attempts: 1,
    });
    expect(waitText(wait('timer', 125), { max: 0, now })).toBe('waits 2:05 more');
    expect(waitText(wait('timer', -1), { max: 0, now })).toBe('goes on now');
    expect(waitText(wait('webhook', 3_600), { max: 0, now })).toBe('waits, 1 h 00 m left');
    const retryAt = new Date(now + 12_000).toISOString();
    const retry = waitText({ wait: null, retryAt, attempts: 2 }, { max: 4, now });
    expect(retry).toBe('retry 2 of 4 in 12 s');
  });
});

describe('a map', () => {
  const total = 100_000;
  const begin = [
    event(1, 'NODE_STARTED', 'm'),
    event(2, 'NODE_SUSPENDED', 'm', { waitsFor: 'map', total, concurrency: 10 }),
  ];
  function settle(from: number, to: number): RunEvent[] {
    return Array.from({ length: to - from }, (_, at) => {
      const index = from + at;
      const status = index % 100 === 0 ? 'rejected' : 'fulfilled';
      return event(index + 3, 'MAP_ITEM_SETTLED', 'm', { index, status });
    });
  }

  it('counts its items, and how many run follows from that', () => {
    const { items } = stepOf(fold([...begin, ...settle(0, 45)]), 'm');
    expect(items).toMatchObject({ succeeded: 44, failed: 1 });
    if (!items) throw new Error('no counts');
    expect(runningOf(items)).toBe(10);
    expect(itemsText(items, false)).toBe('45/100,000 (1 failed) · 10 running');
    expect(itemsText(items, true)).toBe('45/100,000 (1 failed)');
    expect(runningOf({ ...items, succeeded: total - 4, failed: 1 })).toBe(3);
  });

  it('counts an item that is to be tried again as not running', () => {
    const retry = event(3, 'NODE_RETRY_SCHEDULED', 'm', { item: 5 });
    const view = fold([...begin, retry]);
    expect(stepOf(view, 'm')).toMatchObject({ status: 'suspended', items: { retrying: 1 } });
    const again = applyEvents(view, [
      event(4, 'NODE_RESUMED', 'm', { waitedFor: 'retry', item: 5 }),
    ]);
    expect(stepOf(again, 'm')).toMatchObject({ status: 'suspended', items: { retrying: 0 } });
  });

  it('of 100,000 items keeps about a hundred events, which still tell the way', () => {
    const { view, kept } = foldThinned(emptyRun, [...begin, ...settle(0, total)]);
    expect(stepOf(view, 'm').items).toMatchObject({ succeeded: 99_000, failed: 1_000 });
    expect(kept.length).toBeLessThan(110);
    const half = fold(kept, total / 2 + 2);
    expect(stepOf(half, 'm').items).toMatchObject({ succeeded: 49_500, failed: 500 });
    expect(fold(kept)).toEqual(view);
  });
});
