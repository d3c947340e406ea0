// Runs made of others: again from a step, and forked at a moment with another result; and one step
// alone, tried before the workflow runs.
import { makeCheckingFlow, runToEnd } from './flows';
import { nodeOf, statusOf } from './build-flow';
import { expect, test } from './server';

test('runs again from a step, keeping what came before', async ({ page, api }) => {
  const flow = await makeCheckingFlow(api);
  const { runId } = await runToEnd(api, flow, { amount: 21 });
  await page.goto(`/runs/${runId}?node=answer`);
  await page
    .getByRole('region', { name: 'Answer' })
    .getByRole('button', { name: 'Run from here' })
    .click();
  await expect(page.getByText('reuse their recorded results')).toBeVisible();
  await page.getByRole('button', { name: 'Start run' }).click();

  await expect(page).not.toHaveURL(new RegExp(runId));
  await expect(page.getByRole('status').getByText('Succeeded')).toBeVisible();
  await expect(page.getByRole('link', { name: `Made of ${runId.slice(-8)}` })).toBeVisible();
  const timeline = page.getByRole('region', { name: 'Timeline' });
  await expect(timeline.getByRole('button', { name: /Check it.*Kept/ })).toBeVisible();
  await nodeOf(page, 'answer').click();
  await expect(page.getByRole('region', { name: 'Answer' })).toContainText('42');
});

test('forks a run at a moment, with an edited result', async ({ page, api }) => {
  const flow = await makeCheckingFlow(api);
  const { runId } = await runToEnd(api, flow, {});
  await page.goto(`/runs/${runId}`);
  await page.getByRole('button', { name: /Read input completed/ }).click();
  await page.getByRole('button', { name: 'Fork here' }).click();
  const sheet = page.getByRole('dialog');
  await sheet.getByRole('button', { name: 'Edit the result of Read input' }).click();
  await sheet.getByRole('textbox', { name: 'Result of Read input' }).fill('{ "amount": 4 }');
  await sheet.getByRole('button', { name: 'Start fork' }).click();

  await expect(page.getByText(`Forked from ${runId.slice(-8)} at event`)).toBeVisible();
  await expect(page.getByRole('status').getByText('Succeeded')).toBeVisible();
  await expect(statusOf(page, 'check')).toHaveAccessibleName('Succeeded');
  await nodeOf(page, 'answer').click();
  await expect(page.getByRole('region', { name: 'Answer' })).toContainText('8');
});

test('tests one step with typed values, and pins what it gives', async ({ page, api }) => {
  const flow = await makeCheckingFlow(api);
  await page.goto(`/workflows/${flow.id}`);
  await nodeOf(page, 'check').dblclick();
  await page.getByRole('tab', { name: 'Test step' }).click();
  await page.getByLabel('Typed here').click();
  const results = page.getByLabel('Results of the steps before, by id (JSON)', { exact: true });
  await results.and(page.locator('.cm-content')).click();
  await page.keyboard.press('ControlOrMeta+a');
  await page.keyboard.insertText('{ "read": { "amount": 5 } }');
  await page.getByRole('button', { name: 'Test step' }).click();
  const outcome = page.getByRole('region', { name: 'Outcome of the test' });
  await expect(outcome.getByRole('status')).toContainText('Succeeded');
  await expect(outcome).toContainText('checking');
  await outcome.getByRole('button', { name: 'Pin this result' }).click();
  await expect(nodeOf(page, 'check').getByText('pinned')).toBeVisible();
  await page.getByRole('button', { name: 'Unpin' }).click();
  await expect(nodeOf(page, 'check').getByText('pinned')).toBeHidden();
});
