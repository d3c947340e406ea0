// Somebody tidies up: keeps what matters, deletes the rest at once, and sees in the audit log who
// did it.
import { check } from './axe';
import { makeCheckingFlow, runToEnd } from './flows';
import { expect, test } from './server';

test('deletes all runs that match but the pinned one', async ({ page, api }) => {
  test.slow();
  const flow = await makeCheckingFlow(api);
  for (let i = 0; i < 4; ++i) await runToEnd(api, flow, { amount: 0 });
  await runToEnd(api, flow, { amount: 21 });
  await page.goto('/runs?status=failed');
  await expect(page.getByRole('row')).toHaveCount(5);

  await page.getByRole('row').nth(2).hover();
  await page.getByRole('row').nth(2).getByRole('button', { name: /^Pin/ }).click();
  await expect(page.getByRole('button', { name: /^Unpin/, pressed: true })).toHaveCount(1);

  await page.getByRole('row').nth(1).getByRole('checkbox').check();
  const bar = page.getByRole('region', { name: 'With the selected runs' });
  await expect(bar).toContainText('1 run selected');
  await bar.getByRole('button', { name: 'Select all that match' }).click();
  await expect(bar).toContainText('All runs that match are selected');
  await check(page, 'runs selected');
  await bar.getByRole('button', { name: 'Delete…' }).click();
  const dialog = page.getByRole('dialog', { name: 'Delete runs?' });
  await expect(dialog).toContainText('3 runs with input, output and events');
  await dialog.getByRole('button', { name: 'Delete 3 runs' }).click();
  await expect(dialog).toContainText('3 runs deleted');
  await dialog.getByRole('button', { name: 'Done' }).click();
  await expect(page.getByRole('row')).toHaveCount(2);

  await page.keyboard.press('g');
  await page.keyboard.press('a');
  await expect(page.getByRole('heading', { name: 'Audit log' })).toBeVisible();
  await page.getByRole('combobox', { name: 'Action' }).selectOption({ label: 'deleted a run' });
  await expect(page).toHaveURL(/action=DELETED/);
  await expect(page.getByRole('row').filter({ hasText: 'bulk_delete' })).toHaveCount(3);
  await check(page, 'audit log');
  const saved = page.waitForEvent('download');
  await page.getByRole('button', { name: 'Export CSV' }).click();
  expect((await saved).suggestedFilename()).toBe('audit.csv');
});

test('asks before runs are kept for less time', async ({ page, api }) => {
  await makeCheckingFlow(api);
  await page.goto('/settings');
  const choice = page.getByRole('combobox', { name: 'Keep finished runs for' });
  await expect(choice).toHaveValue('90');
  await choice.selectOption('180');
  await expect(page.getByText('Finished runs are kept for 180 days')).toBeVisible();
  await choice.selectOption('30');
  const dialog = page.getByRole('dialog', { name: 'Keep runs for 30 days only?' });
  await dialog.getByRole('button', { name: 'Cancel' }).click();
  await expect(choice).toHaveValue('180');
  await choice.selectOption('30');
  await dialog.getByRole('button', { name: 'Keep 30 days' }).click();
  await expect(choice).toHaveValue('30');
  await check(page, 'settings');
});
