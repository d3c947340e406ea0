// Someone's run fails; they see why, find it again after a crash, look at how it went, and run it
// again with better input.
import { makeCheckingFlow, runToEnd } from './flows';
import { expect, test } from './server';

const statusOf = (step: string) => `.svelte-flow__node[data-id="${step}"]`;

test('sees a run fail, and why', async ({ page, api }) => {
  await makeCheckingFlow(api);
  await page.goto('/');
  await page.getByRole('button', { name: 'Run Check amounts' }).click();
  await page.getByRole('button', { name: 'Open run' }).click();

  await expect(page.getByRole('status').getByText('Failed at Check it')).toBeVisible();
  const step = page.getByRole('region', { name: 'Check it' });
  await expect(step.getByRole('tab', { name: 'Error' })).toHaveAttribute('aria-selected', 'true');
  await expect(step).toContainText('The input has no amount');
  await step.getByRole('tab', { name: 'Logs' }).click();
  await expect(step).toContainText('checking');

  const events = page.getByRole('region', { name: 'Events' });
  await events.getByRole('button', { name: 'Errors' }).click();
  await expect(events.getByRole('listitem')).toHaveCount(2);
});

test('finds the run after the server was killed, and travels through it', async ({
  page,
  api,
  server,
}) => {
  const flow = await makeCheckingFlow(api);
  await runToEnd(api, flow, { amount: 21 });
  const { runId } = await runToEnd(api, flow, { amount: 0 });
  await page.goto('/');
  await expect(page.getByRole('link', { name: 'Check amounts' })).toBeVisible();

  await server.kill9();
  await expect(page.getByText('Reconnecting…')).toBeVisible();
  await server.start();
  await expect(page.getByText('Reconnecting…')).toBeHidden({ timeout: 20_000 });

  await page.keyboard.press('g');
  await page.keyboard.press('r');
  await expect(page.getByRole('heading', { name: 'Runs' })).toBeVisible();
  await page.getByRole('combobox', { name: 'Status' }).selectOption({ label: 'Failed' });
  await expect(page).toHaveURL(/status=failed/);
  await expect(page.getByRole('row').filter({ hasText: 'The input has no amount' })).toHaveCount(1);
  await page.getByRole('link', { name: runId.slice(-8) }).click();

  const slider = page.getByRole('slider', { name: 'Moment of the run' });
  await expect(slider).toHaveAttribute('aria-valuetext', /Run failed$/);
  const check = page.locator(statusOf('check'));
  await expect(check.getByRole('img', { name: 'Failed' })).toBeVisible();

  await slider.focus();
  await page.keyboard.press('Home');
  await expect(slider).toHaveAttribute('aria-valuenow', '1');
  await expect(check.getByRole('img', { name: 'Pending' })).toBeVisible();
  await page.getByRole('button', { name: /Check it started/ }).click();
  await expect(check.getByRole('img', { name: 'Running' })).toBeVisible();
  // The address follows a moment later; event 1 stands there since Home.
  await expect(page).toHaveURL(/event=(?!1\b)\d+/);

  await page.reload();
  await expect(check.getByRole('img', { name: 'Running' })).toBeVisible();
  await page.keyboard.press('End');
  await expect(check.getByRole('img', { name: 'Failed' })).toBeVisible();
});

test('runs it again with other input, pins and deletes it', async ({ page, api }) => {
  const flow = await makeCheckingFlow(api);
  const { runId } = await runToEnd(api, flow, {});
  await page.goto(`/runs/${runId}`);

  await page.getByRole('button', { name: 'Run again' }).click();
  const input = page.getByRole('textbox', { name: 'Input (JSON)' });
  await input.fill('{ "amount": 21');
  await expect(page.getByRole('button', { name: 'Start run' })).toBeDisabled();
  await input.fill('{ "amount": 21 }');
  await page.getByRole('button', { name: 'Start run' }).click();

  await expect(page).not.toHaveURL(new RegExp(runId));
  await expect(page.getByRole('status').getByText('Succeeded')).toBeVisible();
  await page.locator(statusOf('answer')).click();
  await expect(page.getByRole('region', { name: 'Answer' })).toContainText('42');

  await page.getByRole('button', { name: 'Pin' }).click();
  await expect(page.getByRole('button', { name: 'Unpin' })).toBeVisible();
  await page.getByRole('button', { name: 'Delete run' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Delete run' }).click();
  await expect(page.getByRole('heading', { name: 'Runs' })).toBeVisible();
  await expect(page.getByRole('link', { name: runId.slice(-8) })).toBeVisible();
  await expect(page.getByRole('row')).toHaveCount(2);
});

test('new runs wait until they are asked for', async ({ page, api }) => {
  const flow = await makeCheckingFlow(api);
  await runToEnd(api, flow, { amount: 1 });
  await page.goto('/runs');
  await expect(page.getByRole('row')).toHaveCount(2);
  await runToEnd(api, flow, { amount: 2 });
  await page.getByRole('button', { name: '1 run new. Show' }).click();
  await expect(page.getByRole('row')).toHaveCount(3);
});
