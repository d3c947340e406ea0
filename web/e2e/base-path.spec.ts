// The same binary serves the page below any base path; nothing may ask outside of it.
import { makeCheckingFlow, runToEnd } from './flows';
import { expect, test } from './server';

test.use({ serverOptions: { basePath: '/tools/swiftgrid' }, signedIn: false });

test('everything works below a base path', async ({ page, api, server }) => {
  const flow = await makeCheckingFlow(api);
  const { runId } = await runToEnd(api, flow, { amount: 4 });
  const outside: string[] = [];
  const problems: string[] = [];
  page.on('request', (request) => {
    if (!request.url().startsWith(`${server.url}/`)) outside.push(request.url());
  });
  // A content security policy that is too strict shows up here.
  page.on('console', (message) => {
    if (message.text().includes('Content Security Policy')) problems.push(message.text());
  });

  await page.goto(`${server.url}/`);
  await page.getByLabel('API token').fill(server.token ?? '');
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.getByRole('link', { name: 'Check amounts' }).click();
  await expect(page.locator('.svelte-flow__node')).toHaveCount(3);
  await expect(page).toHaveURL(`${server.url}/workflows/${flow.id}`);

  await page.getByRole('link', { name: 'Runs', exact: true }).first().click();
  await page.getByRole('link', { name: runId.slice(-8) }).click();
  await expect(page.getByRole('status').getByText('Succeeded')).toBeVisible();
  await page.reload();
  await expect(page.getByRole('status').getByText('Succeeded')).toBeVisible();
  await page.goto(`${server.url}/nowhere`);
  await expect(page.getByRole('heading', { name: 'This page does not exist' })).toBeVisible();

  expect(outside).toEqual([]);
  expect(problems).toEqual([]);
});
