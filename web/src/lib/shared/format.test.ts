import { describe, expect, it } from 'vitest';
import { formatDuration, formatSize, median, offset, relativeTime, shortId } from './format';

describe('formatDuration', () => {
  it.each([
    [0, '<1 ms'],
    [184, '184 ms'],
    [3_140, '3.1 s'],
    [9_960, '10 s'],
    [48_000, '48 s'],
    [372_000, '6 m 12 s'],
    [3_840_000, '1 h 4 m'],
    [86_400_000, '1 d'],
  ])('writes %i ms as %s', (ms, text) => {
    expect(formatDuration(ms)).toBe(text);
  });
});

describe('relativeTime', () => {
  const now = Date.parse('2026-11-24T10:00:00Z');
  it.each([
    ['2026-11-24T09:59:58Z', 'now'],
    ['2026-11-24T09:59:48Z', '12 s ago'],
    ['2026-11-24T09:34:00Z', '26 m ago'],
    ['2026-11-24T08:00:00Z', '2 h ago'],
  ])('says how long ago %s was', (time, text) => {
    expect(relativeTime(time, now)).toBe(text);
  });

  it('names the day after a day', () => {
    expect(relativeTime('2026-11-21T10:00:00Z', now)).toMatch(/^21 Nov \d\d:00$/);
  });
});

describe('small things', () => {
  it('counts from the start of the run', () => {
    expect(offset('2026-11-24T10:00:04.210Z', '2026-11-24T10:00:00.000Z')).toBe('4.210');
  });

  it('shows the part of an id that tells runs of the same minute apart', () => {
    expect(shortId('0193a1c2-3d4e-7f00-8abc-1234deadbeef')).toBe('deadbeef');
  });

  it('writes sizes and finds medians', () => {
    expect(formatSize(812)).toBe('812 B');
    expect(formatSize(1_240_000)).toBe('1.2 MB');
    expect(formatSize(999_949_999)).toBe('999.9 MB');
    expect(formatSize(999_950_000)).toBe('1.0 GB');
    expect(formatSize(62_765_858_816)).toBe('62.8 GB');
    expect(formatSize(2_500_000_000_000)).toBe('2.5 TB');
    expect(median([])).toBeNull();
    expect(median([3, 1, 2])).toBe(2);
    expect(median([4, 1, 2, 3])).toBe(2.5);
  });
});
