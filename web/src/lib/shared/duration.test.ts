import { describe, expect, it } from 'vitest';
import { countdown, durationText, durationWords, parseDuration } from './duration';

describe('lengths of time', () => {
  it.each([
    ['30s', 30_000],
    ['5m', 300_000],
    ['2h', 7_200_000],
    ['1d', 86_400_000],
    ['1h30m', 5_400_000],
    ['1 h 30 m', 5_400_000],
    ['500ms', 500],
    ['1.5h', 5_400_000],
    ['90', 90_000],
    ['0s', 0],
  ])('%s is %s ms', (text, ms) => {
    expect(parseDuration(text)).toBe(ms);
  });

  it.each(['', 'soon', '5x', 'm5', '-3s', '1h30'])('"%s" is none', (text) => {
    expect(parseDuration(text)).toBeUndefined();
  });

  it('are written as they are typed, and in words', () => {
    expect([0, 500, 90_000, 604_800_000].map(durationText)).toEqual(['0s', '500ms', '1m30s', '7d']);
    expect(durationWords(90_000)).toBe('1 minute 30 seconds');
    expect(durationWords(0)).toBe('0 seconds');
  });

  it('run down like a clock', () => {
    expect([-5, 900, 12_000, 125_000, 11_040_000, 604_700_000].map(countdown)).toEqual([
      '0 s',
      '1 s',
      '12 s',
      '2:05',
      '3 h 04 m',
      '6 d 23 h',
    ]);
  });
});
