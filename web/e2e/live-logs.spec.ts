// What a step writes to the console is seen while it runs, and every line once.
import type { Locator } from '@playwright/test';
import { nodeOf, statusOf } from './build-flow';
import { makeTalkingFlow } from './flows';
import { expect, test } from './server';

const all = Array.from({ length: 8 }, (_, line) => `line ${line}`);
const lines = (where: Locator) => where.getByRole('listitem').filter({ hasText: /line \d/ });

test('on the page of the run, for who comes while the step runs', async ({ page, api }) => {
  const flow = await makeTalkingFlow(api);
  const { runId } = await api.post<{ runId: string }>(`/api/flows/${flow.id}/runs`);
  await page.goto(`/runs/${runId}`);
  await nodeOf(page, 'talk').click();
  const step = page.getByRole('region', { name: 'Talk' });
  await expect(step.getByRole('tab', { name: /^Logs/ })).toHaveAttribute('aria-selected', 'true');
  await expect(lines(step).first()).toContainText('line 0');
  await expect(statusOf(page, 'talk')).toHaveAccessibleName('Running');

  await expect(statusOf(page, 'talk')).toHaveAccessibleName('Succeeded');
  await step.getByRole('tab', { name: /^Logs/ }).click();
  await expect(lines(step)).toHaveText(all.map((line) => new RegExp(line)));
});

test('in the results of the editor', async ({ page, api }) => {
  const flow = await makeTalkingFlow(api);
  await page.goto(`/workflows/${flow.id}`);
  await page.getByRole('button', { name: 'Run', exact: true }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Run', exact: true }).click();
  const results = page.getByRole('region', { name: 'Results' });
  await expect(lines(results).first()).toContainText('line 0');
  await expect(statusOf(page, 'talk')).toHaveAccessibleName('Running');
  await expect(lines(results).nth(2)).toContainText('line 2');
  await expect(statusOf(page, 'talk')).toHaveAccessibleName('Succeeded');
  await results.getByRole('tab', { name: /^Logs/ }).click();
  await expect(lines(results)).toHaveText(all.map((line) => new RegExp(line)));
});
