// A workflow gets a schedule in the editor, and all schedules are on one page.
import { check } from './axe';
import { makeCheckingFlow } from './flows';
import { expect, test } from './server';

test('a workflow starts by itself', async ({ page, api }) => {
  test.slow();
  await page.goto('/schedules');
  await expect(page.getByRole('heading', { name: 'Nothing starts by itself yet' })).toBeVisible();
  await check(page, 'no schedules');

  const flow = await makeCheckingFlow(api);
  await api.post(`/api/flows/${flow.id}/publish`, { changeSummary: '' });
  await page.goto(`/workflows/${flow.id}`);
  await page.getByRole('button', { name: 'Schedule', exact: true }).click();
  const drawer = page.getByRole('dialog', { name: 'Schedule' });
  const preview = drawer.getByRole('region', { name: 'Next starts' });
  const expression = drawer.getByLabel('When (cron expression)');
  await expression.fill('0 25 * * *');
  await expect(drawer.getByText("hour: '25'").first()).toBeVisible();
  await expect(drawer.getByRole('button', { name: 'Save schedule' })).toBeDisabled();
  await drawer.getByLabel('Time zone').selectOption('Europe/Berlin');
  await drawer.getByRole('button', { name: 'Weekdays at 9' }).click();
  await expect(preview).toContainText('At 09:00 on Monday through Friday, Europe/Berlin');
  await expect(preview.getByRole('listitem')).toHaveCount(5);
  await expect(preview.getByRole('listitem').first()).toContainText('09:00');
  await check(page, 'schedule of a workflow');
  await drawer.getByRole('button', { name: 'Save schedule' }).click();
  await expect(drawer).toBeHidden();
  await expect(page.getByRole('button', { name: /^Schedule: next start in/ })).toBeVisible();

  await page.goto('/');
  await expect(page.getByText(/^Starts by itself: in/)).toBeAttached();
  await check(page, 'workflow with a schedule');

  await page.getByRole('link', { name: 'Schedules' }).click();
  const row = page.getByRole('row').filter({ hasText: 'Check amounts' });
  await expect(row).toContainText('At 09:00 on Monday through Friday, Europe/Berlin');
  await check(page, 'schedules');
  await row.getByRole('switch').uncheck();
  await expect(row).toContainText('off');
  await page.reload();
  await expect(row.getByRole('switch')).not.toBeChecked();
  await row.getByRole('button', { name: 'Edit the schedule of Check amounts' }).click();
  await drawer.getByRole('button', { name: 'Remove' }).click();
  await expect(page.getByRole('heading', { name: 'Nothing starts by itself yet' })).toBeVisible();
});
