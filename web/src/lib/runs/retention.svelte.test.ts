import { expect, it } from 'vitest';
import { Retention } from './retention.svelte';
import { summary } from './testing';

it('says what becomes of a run: children go with the run that started them', () => {
  const retention = new Retention();
  retention.days = 30;
  const now = Date.parse('2026-11-24T10:00:00.000Z');
  const over = { completedAt: '2026-11-24T10:00:00.000Z' };
  expect(retention.fateOf(summary('a', over), now)).toMatch(/^Deleted on 24 Dec/);
  const child = { ...over, parentRunId: 'p' };
  expect(retention.fateOf(summary('b', child), now)).toBe('Deleted with the run that started it');
  expect(retention.fateOf(summary('c', { ...child, pinned: true }), now)).toBe('Kept: pinned');
});
