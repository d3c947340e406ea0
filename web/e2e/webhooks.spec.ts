// A workflow gets a webhook in the editor; a sender calls it, first as a test.
import { createHmac } from 'node:crypto';
import { check } from './axe';
import { makeCheckingFlow } from './flows';
import { expect, test } from './server';

const body = JSON.stringify({ amount: 21 });

/** As GitHub does. */
function call(url: string, secret: string) {
  const mac = createHmac('sha256', secret).update(body).digest('hex');
  return fetch(url, {
    method: 'POST',
    body,
    headers: { 'Content-Type': 'application/json', 'X-Hub-Signature-256': `sha256=${mac}` },
  });
}

test('a call from outside starts a workflow', async ({ page, api }) => {
  test.slow();
  const flow = await makeCheckingFlow(api);
  await page.goto(`/workflows/${flow.id}`);
  await page.getByRole('button', { name: 'Webhook', exact: true }).click();
  const drawer = page.getByRole('dialog', { name: 'Webhook' });
  await expect(drawer.getByText('This workflow has no published version yet')).toBeVisible();
  await expect(drawer.getByText('Nobody has called yet.')).toBeVisible();
  await check(page, 'webhook that is off');
  await page.screenshot({ path: test.info().outputPath('off.png'), fullPage: true });

  // By keyboard: switch it on, save.
  await drawer.getByLabel('Calls start this workflow').focus();
  await page.keyboard.press('Space');
  await drawer.getByRole('button', { name: 'Save webhook' }).focus();
  await page.keyboard.press('Enter');
  const secretPart = drawer.getByRole('region', { name: 'Secret' });
  await expect(secretPart.getByText('shown only this once')).toBeVisible();
  const secret = (await secretPart.locator('code').textContent()) ?? '';
  expect(secret).toMatch(/^whsec_/);
  await check(page, 'webhook with its secret');
  await page.screenshot({ path: test.info().outputPath('secret.png') });

  const testPart = drawer.getByRole('region', { name: 'Test call' });
  await testPart.getByRole('button', { name: 'Listen for a test call' }).click();
  await expect(testPart.getByText('Waiting for a call…')).toBeVisible();
  const testUrl = (await testPart.locator('code').first().textContent()) ?? '';
  expect((await call(testUrl, 'of somebody else entirely')).status).toBe(401);
  await expect(testPart.getByText(/^Refused/)).toBeVisible();
  expect((await call(testUrl, secret)).status).toBe(202);
  await expect(testPart.getByText(/^Test call, /)).toBeVisible();
  await expect(testPart.getByText('signed as GitHub')).toBeVisible();
  await expect(testPart).toContainText('amount');
  await testPart.scrollIntoViewIfNeeded();
  await check(page, 'webhook with a test call');
  await page.screenshot({ path: test.info().outputPath('test-call.png') });
  await testPart.getByRole('button', { name: 'Use as run input' }).click();
  await expect(drawer).toBeHidden();
  const run = page.getByRole('dialog', { name: /run/i });
  await expect(run).toContainText('amount');
  await page.keyboard.press('Escape');

  await api.post(`/api/flows/${flow.id}/publish`, { changeSummary: '' });
  const url = testUrl.replace(/\/test$/, '');
  expect((await call(url, secret)).status).toBe(202);
  await page.getByRole('button', { name: 'Webhook: on' }).click();
  await expect(drawer.getByText('It cannot be shown again')).toBeVisible();
  await expect(drawer.getByText(secret)).toHaveCount(0);
  const calls = drawer.getByRole('region', { name: 'Last calls' });
  await expect(calls.getByText('Started a run')).toBeVisible();
  await expect(calls.getByText('Test call')).toBeVisible();

  await drawer.getByRole('button', { name: 'New secret…' }).click();
  await drawer.getByLabel('The old secret is taken').selectOption('0');
  await check(page, 'replacing the secret');
  await drawer.getByRole('button', { name: 'Use a new secret' }).click();
  await expect(drawer.getByText('shown only this once')).toBeVisible();
  expect((await call(url, secret)).status).toBe(401);
  await drawer.getByRole('button', { name: 'Refresh' }).click();
  await expect(calls.getByText(/^Refused 2 times: /)).toBeVisible();
  await calls.scrollIntoViewIfNeeded();
  await page.screenshot({ path: test.info().outputPath('calls.png') });
  await calls.getByRole('link', { name: 'Open run' }).click();
  await expect(page.getByText('Webhook').first()).toBeVisible();

  await page.goto('/');
  await expect(page.getByText('Started by a webhook')).toBeAttached();
  await check(page, 'workflow with a webhook');
});
