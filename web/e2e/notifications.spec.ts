// Somebody is told: a channel is made on the page, tried, told of a failure, and its messages read.
import { createHmac } from 'node:crypto';
import type { Page } from '@playwright/test';
import { check } from './axe';
import { makeCheckingFlow, runToEnd } from './flows';
import { HttpSink, type Taken } from './http-sink';
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

/** As https://www.standardwebhooks.com says. */
function isSigned(taken: Taken, secret: string): boolean {
  const key = Buffer.from(secret.replace('whsec_', ''), 'base64');
  const signed = [taken.headers['webhook-id'], taken.headers['webhook-timestamp'], taken.body];
  const mac = createHmac('sha256', key).update(signed.join('.')).digest('base64');
  return String(taken.headers['webhook-signature']).split(' ').includes(`v1,${mac}`);
}

/** The secret that the page shows once. */
async function shownSecret(page: Page, title: string): Promise<string> {
  const dialog = page.getByRole('dialog', { name: title });
  const secret = await dialog.getByLabel('Signing secret').inputValue();
  expect(secret).toMatch(/^whsec_/);
  await dialog.getByRole('button', { name: 'Done' }).click();
  await expect(dialog).toBeHidden();
  return secret;
}

test('a failure is told', async ({ page, api, sink }) => {
  test.slow();
  const picture = (name: string) =>
    page.screenshot({ path: test.info().outputPath(`${name}.png`) });
  const flow = await makeCheckingFlow(api);

  await page.goto('/notifications');
  await expect(page.getByRole('heading', { name: 'Nobody is told yet' })).toBeVisible();
  await check(page, 'no channels');
  await picture('empty');

  await page.keyboard.press('n');
  const dialog = page.getByRole('dialog', { name: 'Add channel' });
  await dialog.getByLabel('Seconds to gather a burst in').fill('');
  await dialog.getByRole('button', { name: 'Create' }).click();
  await expect(dialog.getByText('Say what people call the place.')).toBeVisible();
  await expect(dialog.getByText('Say where the messages go.')).toBeVisible();
  await expect(dialog.getByText('Write a number of seconds')).toBeVisible();
  await check(page, 'channel with mistakes');
  await picture('mistakes');
  await dialog.getByLabel('Kind').selectOption('webhook');
  await dialog.getByLabel('Channel', { exact: true }).fill('ops');
  await dialog.getByLabel('Address').fill(`http://${sink.address}/hooks/hush-hush-key`);
  await dialog.getByLabel('Seconds to gather a burst in').fill('0');
  await dialog.getByLabel('Check amounts').check();
  await picture('dialog');
  await dialog.getByRole('button', { name: 'Create' }).click();
  const secret = await shownSecret(page, '“ops” is ready');
  const row = page.getByRole('row', { name: /ops/ });
  await expect(row).toContainText(`http://${sink.address}/…`);
  await expect(row).toContainText('1 workflow');
  await expect(row).not.toContainText('hush');

  await page.getByRole('button', { name: 'Send a test to ops' }).click();
  await expect(page.getByText('Delivered. The other side said: 200 ok')).toBeVisible();
  const tested = await sink.next();
  expect(JSON.parse(tested.body)).toMatchObject({ event: 'test', error: null });
  expect(isSigned(tested, secret)).toBe(true);
  await check(page, 'channels');

  sink.status = 500;
  sink.says = 'out of order, /hooks/hush-hush-key';
  const failed = await runToEnd(api, flow, {});
  const first = await sink.next();
  sink.status = 200;
  expect(JSON.parse(first.body)).toMatchObject({
    event: 'run_failed',
    workflow_name: 'Check amounts',
    run_id: failed.runId,
  });
  expect(first.body).toContain('The input has no amount');
  await page.getByRole('button', { name: 'Messages to ops' }).click();
  const messages = page.getByRole('dialog', { name: 'Messages to ops' });
  const failure = messages.getByRole('listitem').filter({ hasText: 'Check amounts failed' });
  const refresh = messages.getByRole('button', { name: 'Refresh' });
  await expect(async () => {
    await refresh.click();
    await expect(failure).toContainText('500', { timeout: 1_000 });
  }).toPass();
  await expect(failure).toContainText('out of order, [redacted]');
  await check(page, 'messages');
  await picture('messages');
  // It goes out again by itself, as it was.
  const again = await sink.next();
  expect(again.body).toBe(first.body);
  expect(again.headers['webhook-id']).toBe(first.headers['webhook-id']);
  await expect(async () => {
    await refresh.click();
    await expect(failure.getByText('Delivered')).toBeVisible({ timeout: 1_000 });
  }).toPass();
  await picture('delivered');
  await failure.getByRole('link', { name: 'Open run' }).click();
  await expect(page.getByText('The input has no amount').first()).toBeVisible();

  await page.goto('/notifications');
  await picture('channels');
  sink.status = 410;
  sink.says = 'nobody is here';
  await page.getByRole('button', { name: 'Send a test to ops' }).click();
  await expect(page.getByText('Not delivered: 410 nobody is here')).toBeVisible();
  await sink.next();
  await page.getByRole('button', { name: 'New signing secret for ops' }).click();
  await check(page, 'question before a new secret');
  await page.getByRole('button', { name: 'Make a new secret' }).click();
  const renewed = await shownSecret(page, 'The new secret of “ops”');
  await runToEnd(api, flow, {});
  const told = await sink.next();
  expect(isSigned(told, secret)).toBe(true);
  expect(isSigned(told, renewed)).toBe(true);
  // The other side wants no more, and the page says so.
  await expect(async () => {
    await page.reload();
    await expect(row).toContainText('it wants no more messages', { timeout: 1_000 });
  }).toPass();
  await check(page, 'channel that is off');
  await picture('off');

  await page.getByRole('button', { name: 'Delete ops' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Delete' }).click();
  await expect(page.getByRole('heading', { name: 'Nobody is told yet' })).toBeVisible();
});
