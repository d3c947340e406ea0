// Somebody makes a test of a run, writes another, sees what no test reaches, and compares a draft
// with the recorded runs before it goes live.
import { check } from './axe';
import { codeEditor, nodeOf } from './build-flow';
import { makeCheckingFlow } from './flows';
import { expect, test } from './server';

test('tests a workflow and compares a draft with recorded runs', async ({ page, api }) => {
  test.slow();
  const flow = await makeCheckingFlow(api);
  const { runId } = await api.post<{ runId: string }>(`/api/flows/${flow.id}/runs?wait=30`, {
    input: { amount: 21 },
  });

  await page.goto(`/runs/${runId}`);
  await page.getByRole('link', { name: 'Make a test of this run' }).click();
  await expect(page.getByRole('heading', { name: 'Tests', exact: true })).toBeVisible();
  await expect(codeEditor(page, 'The test as JSON')).toContainText('"doubled": 42');
  await page.getByRole('button', { name: 'Save' }).click();
  await expect(page.getByText('The tests are saved')).toBeVisible();

  await page.getByRole('button', { name: 'New test' }).click();
  await codeEditor(page, 'The test as JSON').click();
  await page.keyboard.press('ControlOrMeta+A');
  await page.keyboard.insertText(
    '{"name":"too small","input":{"amount":1},"expect":{"output":{"doubled":3}}}',
  );
  await page.getByRole('button', { name: 'Run all' }).click();
  await expect(page.getByText('1 passed, 1 failed')).toBeVisible();
  await expect(page.getByRole('list', { name: 'What is not as expected' })).toContainText(
    '/output/doubled',
  );
  await expect(page.getByRole('region', { name: 'What the tests reach' })).toBeVisible();
  await check(page, 'tests of a workflow');

  await page.goto(`/workflows/${flow.id}`);
  await nodeOf(page, 'answer').click();
  const script = codeEditor(page, 'JavaScript');
  await script.click();
  await page.keyboard.press('ControlOrMeta+A');
  await page.keyboard.insertText('return { doubled: nodes.check.amount * 3 };');
  await page.getByRole('button', { name: 'Publish' }).click();
  const dialog = page.getByRole('dialog', { name: 'Publish this workflow' });
  await dialog.getByRole('button', { name: 'Run backtest' }).click();
  const runs = dialog.getByRole('list', { name: 'Runs that come out differently' });
  await expect(runs).toContainText('/output/doubled');
  await expect(runs).toContainText('63');
  await check(page, 'a backtest');
});
