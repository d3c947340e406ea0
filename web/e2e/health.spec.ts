// How the server does: the numbers move by themselves, and say when they cannot be read.
import { check } from './axe';
import { makeCheckingFlow, runToEnd } from './flows';
import { expect, test } from './server';

test('runs are counted without a reload', async ({ page, api }) => {
  const flow = await makeCheckingFlow(api);
  await page.goto('/');
  await expect(page.getByRole('link', { name: 'Check amounts' })).toBeVisible();
  await page.keyboard.press('g');
  await page.keyboard.press('h');
  await expect(page.getByRole('heading', { name: 'Health', level: 1 })).toBeVisible();
  await expect(page.getByText('Takes new work')).toBeVisible();
  const perMinute = page.locator('dl > div').filter({ hasText: 'Runs per minute' });
  await expect(perMinute).toContainText('0 since the server started');

  await runToEnd(api, flow, {});
  await runToEnd(api, flow, { amount: 1 });
  await expect(perMinute).toContainText('2 since the server started');
  await expect(
    page.locator('dl > div').filter({ hasText: 'Failed runs' }).locator('dd'),
  ).toHaveText('1');
  await expect(perMinute.locator('dd').first()).toHaveText(/^[1-9]/);
  await expect(page.getByRole('img', { name: /^Runs per minute .* at most/ })).toBeVisible();
  const step = page.getByRole('row', { name: /^Step code-execution/ });
  await expect(step.getByRole('cell').last()).toHaveText('1');
  await check(page, 'health');
});

test('what was read stays while the server is away', async ({ page, server }) => {
  await page.goto('/health');
  await expect(page.getByText('Takes new work')).toBeVisible();
  await server.kill9();
  const alert = page.getByRole('alert').filter({ hasText: 'The metrics could not be read' });
  await expect(alert).toBeVisible();
  await expect(page.getByText('Runs per minute', { exact: true })).toBeVisible();
  // The strip appears after a second, so that a short break is not seen.
  await expect(page.getByRole('status').filter({ hasText: 'Reconnecting' })).toBeVisible();
  await check(page, 'health, offline');
  await server.start();
  await alert.getByRole('button', { name: 'Try again' }).click();
  await expect(alert).toBeHidden();
  await expect(page.getByText('Takes new work')).toBeVisible();
});

test('a page that nobody sees asks for nothing', async ({ page }) => {
  let asked = 0;
  page.on('request', (request) => {
    if (new URL(request.url()).pathname === '/metrics') asked += 1;
  });
  await page.clock.install();
  await page.goto('/health');
  await expect(page.getByText('Takes new work')).toBeVisible();
  const hide = (hidden: boolean) =>
    page.evaluate((value) => {
      Object.defineProperty(document, 'hidden', { configurable: true, get: () => value });
      document.dispatchEvent(new Event('visibilitychange'));
    }, hidden);
  await hide(true);
  const before = asked;
  await page.clock.runFor(60_000);
  expect(asked).toBe(before);
  await hide(false);
  await expect.poll(() => asked).toBe(before + 1);
});

test('who may not read it learns who can help', async ({ page }) => {
  await page.route('**/metrics', (route) =>
    route.fulfill({
      status: 403,
      contentType: 'application/problem+json',
      body: JSON.stringify({ title: 'Not allowed', status: 403, code: 'forbidden' }),
    }),
  );
  await page.goto('/health');
  await expect(page.getByText(/An owner of this server can give it/)).toBeVisible();
  await check(page, 'health, forbidden');
});
