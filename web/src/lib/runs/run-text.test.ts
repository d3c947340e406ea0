import { describe, expect, it } from 'vitest';
import { pendingStep } from './fold';
import { workText } from './run-text';

describe('the work of a step', () => {
  it.each([
    [1_030, 7, '7 ms'],
    [6, 0, '<1 ms'],
    [4, 0, ''],
    [1_000, 950, ''],
    [10, null, ''],
    [null, 5, ''],
  ])('of %s ms with %s ms of work is told as "%s"', (durationMs, workMs, told) => {
    expect(workText({ ...pendingStep, durationMs, workMs })).toBe(told);
  });
});
