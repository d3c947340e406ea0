// A workflow says itself who is told: set in its editor, published, told of a failure, and its messages read.
import { check } from './axe';
import { nodeOf } from './build-flow';
import { makeCheckingFlow, runToEnd } from './flows';
import { HttpSink } from './http-sink';
import { expect, test as base } from './server';

const test = base.extend<{ sink: HttpSink }>({
  // eslint-disable-next-line no-empty-pattern -- Playwright reads the names of fixtures from here
  sink: async ({}, use) => {
    const sink = await HttpSink.make();
    await use(sink);
    sink.close();
  },
  serverOptions: async ({ sink }, use) => {
    await use({ allowEgress: [sink.address] });
  },
});

test('a workflow tells whom its document names', async ({ page, api, sink }) => {
  test.slow();
  const picture = (name: string) =>
    page.screenshot({ path: test.info().outputPath(`${name}.png`) });
  const flow = await makeCheckingFlow(api);

  await page.goto(`/workflows/${flow.id}`);
  await expect(nodeOf(page, 'check')).toBeVisible();
  await page.getByRole('button', { name: 'Notifications' }).click();
  const dialog = page.getByRole('dialog', { name: 'Notifications' });
  await expect(dialog.getByText('This workflow tells nobody itself.')).toBeVisible();
  await dialog.getByRole('button', { name: 'Add notification' }).click();
  const entry = dialog.getByRole('group', { name: 'Notification 1' });
  await expect(entry.getByText('Say where the messages go.')).toBeVisible();
  await entry.getByLabel('Kind').selectOption('webhook');
  const address = entry.getByLabel('Address');
  await address.fill('ftp://example.com/');
  await expect(entry.getByText(/starts neither with http/)).toBeVisible();
  await check(page, 'notification with a mistake');
  await picture('mistake');
  await address.fill(`http://${sink.address}/hooks/hush-hush-key`);
  await expect(entry.getByText(/starts neither with http/)).toBeHidden();
  await entry.getByLabel('a run was cancelled').check();
  await picture('dialog');
  await dialog.getByRole('button', { name: 'Done' }).click();
  await expect(page.getByText(/^Saved/).first()).toBeVisible();
  await page.getByRole('button', { name: 'Publish' }).click();
  const publishing = page.getByRole('dialog');
  await publishing.getByRole('button', { name: 'Publish' }).click();
  await expect(publishing).toBeHidden();

  const failed = await runToEnd(api, flow, {});
  const told = await sink.next();
  expect(JSON.parse(told.body)).toMatchObject({
    event: 'run_failed',
    workflow_name: 'Check amounts',
    run_id: failed.runId,
  });

  await page.getByRole('button', { name: 'Notifications' }).click();
  await dialog.getByRole('button', { name: 'Messages' }).click();
  const messages = page.getByRole('dialog', { name: 'Messages of Check amounts' });
  const failure = messages.getByRole('listitem').filter({ hasText: 'Check amounts failed' });
  await expect(async () => {
    await messages.getByRole('button', { name: 'Refresh' }).click();
    await expect(failure.getByText('Delivered')).toBeVisible({ timeout: 1_000 });
  }).toPass();
  await expect(failure).toContainText(`Webhook http://${sink.address}/…`);
  await check(page, 'messages of a workflow');
  await picture('messages');

  await page.goto('/notifications');
  const row = page.getByRole('row', { name: /Check amounts/ });
  await expect(row).toContainText('failed, cancelled');
  await expect(row).toContainText('Delivered');
  await expect(row).not.toContainText('hush');
  await check(page, 'notifications of workflows');
  await picture('listed');
  await row.getByRole('link', { name: 'Check amounts' }).click();
  await expect(nodeOf(page, 'check')).toBeVisible();
  await page.getByRole('button', { name: 'Notifications' }).click();
  await dialog.getByRole('button', { name: 'Remove notification 1' }).click();
  await expect(dialog.getByText('This workflow tells nobody itself.')).toBeVisible();
  await dialog.getByRole('button', { name: 'Done' }).click();
  await page.keyboard.press('Control+z');
  await page.getByRole('button', { name: 'Notifications' }).click();
  await expect(address).toHaveValue(`http://${sink.address}/hooks/hush-hush-key`);
});
