// A person draws an approval, runs it and says yes; a delay outlives the server; a map is watched; a
// workflow is called.
import { codeEditor, nodeOf, openNewWorkflow, statusOf, stepOption } from './build-flow';
import { expect, test } from './server';
import {
  code,
  makeApproval,
  makeChain,
  makeItemFlow,
  makeMap,
  publish,
  resumeItems,
  start,
} from './waiting-flows';

test('draws an approval, runs it, and resumes it by hand', async ({ page }) => {
  await openNewWorkflow(page, () =>
    page.getByRole('button', { name: 'New workflow' }).first().click(),
  );
  await page.getByRole('button', { name: 'Add step', exact: true }).click();
  await stepOption(page, 'Wait for webhook').click();
  const wait = page.locator('.svelte-flow__node').first();
  await wait.dblclick();
  await page.getByLabel('What it waits for').click();
  await page.keyboard.insertText('Refund 7 EUR?');
  await page.getByLabel('Expires after').fill('2h');
  await expect(page.getByText('2 hours')).toBeVisible();
  await expect(page.getByText('Saved', { exact: false }).first()).toBeVisible();

  await page.getByRole('button', { name: 'Run', exact: true }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Run', exact: true }).click();
  await expect(wait.getByText(/waits, 1 h 59 m left/)).toBeVisible();
  await page.getByRole('link', { name: 'Open this run' }).click();

  await expect(page.getByRole('status').getByText(/waits, /)).toBeVisible();
  await page.locator('.svelte-flow__node').first().click();
  const step = page.getByRole('region', { name: 'Wait for webhook' });
  await expect(step.getByText('Refund 7 EUR?').first()).toBeVisible();
  await page.getByRole('button', { name: 'Resume…' }).click();
  const dialog = page.getByRole('dialog');
  await expect(codeEditor(page, 'Payload (JSON)')).toBeFocused();
  await page.keyboard.press('ControlOrMeta+a');
  await page.keyboard.insertText('{ "approved": true');
  await expect(dialog.getByRole('button', { name: 'Resume' })).toBeDisabled();
  await page.keyboard.insertText(' }');
  await dialog.getByRole('button', { name: 'Resume' }).click();
  await expect(page.getByText('Resumed Wait for webhook')).toBeVisible();
  await expect(page.getByRole('status').getByText('Succeeded')).toBeVisible();
  await step.getByRole('tab', { name: 'Output' }).click();
  await expect(step).toContainText('approved');
});

test('is told when someone else was quicker', async ({ page, api }) => {
  const runId = await start(api, await makeApproval(api), { amount: 3 });
  await page.goto(`/runs/${runId}?node=approval`);
  await page.getByRole('button', { name: 'Resume…' }).click();
  await api.post(`/api/runs/${runId}/nodes/approval/resume`, { payload: 'no' });
  await expect(page.getByRole('dialog').getByText(/^Too late/)).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(page.getByRole('status').getByText('Succeeded')).toBeVisible();
});

test('a delay outlives a crash of the server', async ({ page, api, server }) => {
  const flow = await makeChain(api, 'Wait a little', [
    { id: 'cool', type: 'delay', data: { label: 'Cool down', delayMs: 9_000 } },
    code('after', 'After', 'return "done";'),
  ]);
  const runId = await start(api, flow);
  await page.goto(`/runs/${runId}`);
  await expect(nodeOf(page, 'cool').getByText(/waits \d s more/)).toBeVisible();
  await server.kill9();
  await server.start();
  await expect(statusOf(page, 'after')).toHaveAccessibleName('Succeeded', { timeout: 40_000 });
  await expect(page.getByRole('status').getByText('Succeeded')).toBeVisible();
  await expect(page.getByRole('region', { name: 'Events' }).getByText('waiting')).toHaveCount(1);
});

test('watches a map, finds what failed and opens its run', async ({ page, api }) => {
  const item = await makeItemFlow(api, { waits: true });
  const runId = await start(api, await makeMap(api, item), { size: 30 });
  await expect.poll(() => resumeItems(api, runId)).toBeGreaterThan(0);
  await page.goto(`/runs/${runId}?node=notify`);
  const card = nodeOf(page, 'notify');
  await expect(card.getByText('“One item”')).toBeVisible();
  const bar = card.getByRole('progressbar');
  await expect(bar).toHaveAttribute('aria-valuetext', /^([1-9]|1\d|2\d)\/30/);
  await expect
    .poll(async () => {
      await resumeItems(api, runId);
      return bar.getAttribute('aria-valuetext');
    })
    .toBe('30/30 (3 failed)');
  await expect(page.getByRole('status').getByText('Succeeded')).toBeVisible();

  const panel = page.getByRole('region', { name: 'Notify' });
  await panel.getByRole('tab', { name: /^Items/ }).click();
  await expect(panel.getByRole('listitem')).toHaveCount(30);
  await panel.getByRole('button', { name: 'Failed' }).click();
  await expect(panel.getByRole('listitem')).toHaveCount(3);
  await panel.getByRole('link', { name: 'Open the run of item 9', exact: true }).click();
  await expect(page.getByRole('status').getByText('Failed at Work')).toBeVisible();
  await page.getByRole('link', { name: `Called by ${runId.slice(-8)}` }).click();
  await expect(page.getByRole('heading', { name: runId.slice(-8) })).toBeVisible();
});

test('makes a sub-flow from the picker, calls it, and opens its run', async ({
  page,
  api,
  context,
}) => {
  const flow = await makeChain(api, 'Caller', [
    code('read', 'Read', 'return { id: 7 };'),
    { id: 'call', type: 'sub-flow', data: { label: 'Ask CRM', workflowId: '', inputMapping: {} } },
  ]);
  await page.goto(`/workflows/${flow.id}`);
  await nodeOf(page, 'call').dblclick();
  await page.getByRole('button', { name: 'Add input' }).waitFor({ state: 'hidden' });
  const opened = context.waitForEvent('page');
  await page.getByRole('button', { name: 'Create sub-flow' }).click();
  const other = await opened;
  await expect(other.getByRole('textbox', { name: 'Name of the workflow' })).toHaveValue(
    'Ask CRM: sub-flow',
  );
  await publish(api, { id: other.url().split('/').at(-1) ?? '' });
  await other.close();

  await page.getByRole('button', { name: 'Add input' }).click();
  await page.getByLabel('Name of input 1').fill('customer');
  await page.getByLabel('Value of input customer').click();
  await page.keyboard.insertText('{{read.id}}');
  await expect(nodeOf(page, 'call').getByText('“Ask CRM: sub-flow”')).toBeVisible();
  await page.getByRole('button', { name: 'Run', exact: true }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Run', exact: true }).click();
  await expect(statusOf(page, 'call').first()).toHaveAccessibleName('Succeeded');
  await nodeOf(page, 'call')
    .getByRole('link', { name: /Succeeded/ })
    .click();
  await expect(page.getByText('Called by', { exact: false })).toBeVisible();
  await expect(page.getByRole('region', { name: 'Whole run' })).toContainText('7');
});
