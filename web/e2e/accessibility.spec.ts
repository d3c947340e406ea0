// No page breaks a rule of WCAG 2.2 A or AA that axe can see, in either theme.
import { check } from './axe';
import { makeCheckingFlow, runToEnd } from './flows';
import { nodeOf } from './build-flow';
import { expect, test } from './server';
import { makeApproval, makeItemFlow, makeMap, start } from './waiting-flows';

test('the chosen theme is there before the first paint', async ({ page }) => {
  await page.addInitScript(() => localStorage.setItem('sg.theme', 'dark'));
  await page.goto('/', { waitUntil: 'commit' });
  await expect(page.locator('html')).toHaveCSS('color-scheme', 'dark');
  await expect(page.getByRole('heading', { name: 'Build your first workflow' })).toBeVisible();
  await check(page, 'no workflows, begun in the dark theme');
});

test('every page', async ({ page, api }) => {
  test.slow();
  await page.goto('/');
  await expect(page.getByRole('heading', { name: 'Build your first workflow' })).toBeVisible();
  await check(page, 'no workflows');

  const flow = await makeCheckingFlow(api);
  const failed = await runToEnd(api, flow, {});
  await runToEnd(api, flow, { amount: 1 });

  await page.goto('/');
  await expect(page.getByRole('link', { name: 'Check amounts' })).toBeVisible();
  await check(page, 'workflows');
  await page.getByRole('button', { name: 'More actions: Check amounts' }).click();
  await check(page, 'menu of a workflow');
  await page.getByRole('menuitem', { name: 'Delete' }).click();
  await check(page, 'question before deleting');
  await page.keyboard.press('Escape');
  await page.keyboard.press('ControlOrMeta+k');
  await expect(page.getByRole('option', { name: 'Check amounts' })).toBeVisible();
  await check(page, 'palette');
  await page.keyboard.press('Escape');
  await page.keyboard.press('?');
  await expect(page.getByRole('dialog', { name: 'Keyboard shortcuts' })).toBeVisible();
  await check(page, 'shortcuts');

  await page.goto('/runs');
  await expect(page.getByRole('row')).toHaveCount(3);
  await check(page, 'runs');
  await page.goto('/runs?q=nothing');
  await expect(page.getByRole('heading', { name: 'No run matches these filters' })).toBeVisible();
  await check(page, 'no runs');

  await page.goto(`/workflows/${flow.id}/runs`);
  await expect(page.getByRole('row')).toHaveCount(3);
  await check(page, 'runs of a workflow');

  await page.goto(`/runs/${failed.runId}`);
  await expect(page.getByText('The input has no amount').first()).toBeVisible();
  await check(page, 'run');
  await page.getByRole('button', { name: 'Run again' }).click();
  await check(page, 'run again');

  await page.goto(`/workflows/${flow.id}`);
  await expect(page.locator('.svelte-flow__node')).toHaveCount(3);
  await check(page, 'editor');
  await page.locator('.svelte-flow__node[data-id="check"]').dblclick();
  await expect(page.getByLabel('Name of the step')).toBeVisible();
  await check(page, 'editor with a step open');

  await api.post('/api/notifications', {
    type: 'slack',
    name: '#alerts',
    url: 'https://hooks.slack.com/services/T0/B0/nobody',
    events: ['run_failed', 'run_recovered'],
  });
  await page.goto('/notifications');
  await expect(page.getByRole('row', { name: /#alerts/ })).toBeVisible();
  await check(page, 'notifications');
  await page.getByRole('button', { name: 'Change #alerts' }).click();
  await check(page, 'channel of notifications');
  await page.keyboard.press('Escape');
  await page.getByRole('button', { name: 'Messages to #alerts' }).click();
  await expect(page.getByText('Nothing was sent yet.')).toBeVisible();
  await check(page, 'messages of a channel');

  await page.goto('/health');
  await expect(page.getByText('Takes new work')).toBeVisible();
  await check(page, 'health');

  await page.goto('/workflows/new');
  await check(page, 'new workflow');
  await page.goto('/nowhere');
  await expect(page.getByRole('heading', { name: 'This page does not exist' })).toBeVisible();
  await check(page, 'not found');
  await page.goto('/sign-in');
  await check(page, 'sign-in');
});
test('steps that wait and call others', async ({ page, api }) => {
  test.slow();
  const approval = await makeApproval(api);
  const waiting = await start(api, approval, { amount: 3 });
  await page.goto(`/runs/${waiting}?node=approval`);
  await expect(page.getByRole('button', { name: 'Resume…' })).toBeVisible();
  await check(page, 'run that waits');
  await page.getByRole('button', { name: 'Resume…' }).click();
  await expect(page.getByRole('dialog').locator('.cm-content')).toBeVisible();
  await check(page, 'resume');
  await page.keyboard.press('Escape');
  await page.getByRole('button', { name: 'Fork here' }).click();
  await page.getByRole('button', { name: 'Edit the result of Prepare' }).click();
  await check(page, 'fork');
  await page.keyboard.press('Escape');

  const map = await makeMap(api, await makeItemFlow(api));
  const done = await start(api, map, { size: 12 });
  await page.goto(`/runs/${done}?node=notify`);
  await expect(page.getByRole('status').getByText('Succeeded')).toBeVisible({ timeout: 20_000 });
  await page.getByRole('tab', { name: /^Items/ }).click();
  await expect(page.getByRole('list', { name: 'Items' })).toBeVisible();
  await check(page, 'items of a map');

  await page.goto(`/workflows/${map.id}`);
  await nodeOf(page, 'notify').dblclick();
  await expect(page.getByLabel('At the same time')).toBeVisible();
  await check(page, 'form of a map');
  await page.getByRole('button', { name: /^Workflow: One item/ }).click();
  await expect(page.getByRole('list', { name: 'Workflows' })).toBeVisible();
  await check(page, 'picker of workflows');
  await page.keyboard.press('Escape');
  await page.getByRole('tab', { name: 'Errors and retries' }).click();
  await check(page, 'errors of a step');
  await page.getByRole('tab', { name: 'Test step' }).click();
  await page.getByLabel('Typed here').click();
  await expect(page.locator('[role=tabpanel] .cm-content').first()).toBeVisible();
  await check(page, 'test of a step');

  await page.goto(`/workflows/${approval.id}`);
  await nodeOf(page, 'approval').dblclick();
  await expect(page.getByLabel('Expires after')).toBeVisible();
  await check(page, 'form of a webhook wait');
});
