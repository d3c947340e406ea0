import { render, screen } from '@testing-library/svelte';
import { describe, expect, it } from 'vitest';
import { parseExposition } from './exposition';
import { healthOf, type Reading } from './health';
import HealthView from './HealthView.svelte';
import { lastMinute, runPoints } from './readings';

const start = 1_796_079_700_000;
const idle = (seconds: number): Reading => ({
  at: start + seconds * 1_000,
  scrape: parseExposition('process_cpu_seconds_total 1\n'),
});

function show(...readings: Reading[]): void {
  const pair = lastMinute(readings);
  if (pair === null) throw new Error('There is no reading.');
  render(HealthView, {
    health: healthOf(pair),
    points: runPoints(readings),
    updatedAt: pair[0].at,
  });
}
const figure = (label: string) =>
  screen.getByText(label, { selector: 'dt' }).nextElementSibling?.textContent;
const perTime = ['Runs per minute', 'Scripts per minute', 'LLM tokens per hour'];

describe('what is counted per time', () => {
  it('is still being measured after one reading', () => {
    show(idle(0));
    expect(perTime.map(figure)).toEqual(perTime.map(() => 'Measuring…'));
    expect(screen.getByRole('img', { name: 'Runs per minute: still measuring' })).toBeVisible();
    expect(screen.queryByText('at most 0')).toBeNull();
  });

  it('is 0 after two readings of a server that did nothing', () => {
    show(idle(0), idle(5));
    expect(perTime.map(figure)).toEqual(perTime.map(() => '0'));
    expect(screen.getByText('at most 0')).toBeVisible();
    expect(screen.queryByText('Measuring…')).toBeNull();
  });
});
