import { describe, expect, it } from 'vitest';
import { fold } from './fold';
import { event, failedRun } from './testing';
import { eventAtOffset, makeScale, nearestEvent, playDelayMs, timelineRows } from './timeline';

const at = (index: number) => Date.parse(failedRun[index]?.createdAt ?? '');
const scale = makeScale(at(0), at(9));
const nodes = ['answer', 'other', 'route', 'fetch'].map((id) => ({
  id,
  type: 'code-execution',
  position: { x: 0, y: 0 },
  data: { label: id.toUpperCase() },
}));

describe('timelineRows', () => {
  const latest = fold(failedRun);

  it('orders steps by their start; those that never started come last', () => {
    const rows = timelineRows({ nodes, shown: latest, latest, scale, momentMs: at(9) });
    expect(rows.map((row) => row.nodeId)).toEqual(['fetch', 'route', 'answer', 'other']);
    expect(rows[0]).toMatchObject({ label: 'FETCH', status: 'completed', durationMs: 10 });
    expect(rows[3]?.bar).toBeNull();
  });

  it('ends open bars at the shown moment and keeps the later truth as a ghost', () => {
    const shown = fold(failedRun, 3);
    const [fetch, route] = timelineRows({ nodes, shown, latest, scale, momentMs: at(2) });
    expect(fetch?.bar?.end).toBeCloseTo(scale.at(at(2)));
    expect(fetch?.ghost?.end).toBeCloseTo(scale.at(at(3)));
    expect(route?.bar).toBeNull();
    expect(route?.ghost).not.toBeNull();
  });
});

describe('the slider', () => {
  it('finds the nearest event, and the later one of a burst', () => {
    expect(nearestEvent(failedRun, scale, 0)).toBe(0);
    expect(nearestEvent(failedRun, scale, 1)).toBe(9);
    const burst = [event(1, 'RUN_CREATED', null, {}, 5), event(2, 'RUN_STARTED', null, {}, 5)];
    expect(nearestEvent(burst, makeScale(0, 1), 0.5)).toBe(1);
  });

  it('finds the event of a shared moment', () => {
    expect(eventAtOffset(failedRun, 0)).toBe(0);
    expect(eventAtOffset(failedRun, 25)).toBe(2);
    expect(eventAtOffset(failedRun, 1e9)).toBe(9);
  });

  it('plays real gaps at the chosen speed and cuts idle time', () => {
    const from = event(1, 'RUN_CREATED', null, {}, 0);
    expect(playDelayMs(from, event(2, 'RUN_STARTED', null, {}, 200), 1)).toBe(200);
    expect(playDelayMs(from, event(2, 'RUN_STARTED', null, {}, 200), 5)).toBe(40);
    expect(playDelayMs(from, event(2, 'RUN_STARTED', null, {}, 60_000), 1)).toBe(300);
  });
});
