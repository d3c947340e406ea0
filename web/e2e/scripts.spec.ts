// What the panels of code and router steps say about scripts: where they fail, where values go.
import { codeEditor, nodeOf } from './build-flow';
import { check } from './axe';
import { makeBranchingFlow, makeCheckingFlow, runToEnd } from './flows';
import { expect, test } from './server';

test('shows in the code where the last run failed, and completes its values', async ({
  page,
  api,
}) => {
  const flow = await makeCheckingFlow(api);
  await runToEnd(api, flow, { customer: { name: 'Mia' } });
  await page.goto(`/workflows/${flow.id}`);
  await nodeOf(page, 'check').click();
  const last = page.getByRole('region', { name: 'Last run' });
  await expect(last.getByText('The input has no amount')).toBeVisible();
  await expect(last.getByText('checking')).toBeVisible();
  await expect(page.locator('.cm-lint-marker-error')).toBeVisible();
  await check(page, 'code step that failed');

  const editor = codeEditor(page, 'JavaScript');
  await last.getByRole('button', { name: /^Line 2, column/ }).click();
  await expect(editor).toBeFocused();

  // From here on it is another script: the mark of the run is gone, and the server checks anew.
  await page.keyboard.press('ControlOrMeta+a');
  await page.keyboard.insertText('return nodes.read.customer');
  await page.keyboard.type('.');
  await expect(page.getByRole('option', { name: /\.name/ })).toBeVisible();
  await page.keyboard.press('Escape');
  await page.keyboard.press('ControlOrMeta+a');
  await page.keyboard.insertText('const a = 1;\nreturn (a;');
  await expect(page.getByText(/SyntaxError.*\(line 2/).first()).toBeVisible();
  await expect(page.locator('.cm-lint-marker-error')).toBeVisible();
});

test('says where a test value goes, as a run would', async ({ page, api }) => {
  const flow = await makeBranchingFlow(api);
  await runToEnd(api, flow, { amount: 3 });
  await page.goto(`/workflows/${flow.id}`);
  await nodeOf(page, 'route').click();
  const answer = page.locator('output');
  // Without a typed value it is that of the last run.
  await expect(answer).toHaveText('goes to small');
  await expect(page.getByText(/counts as false/)).toBeVisible();
  await page.getByLabel('Test value').fill('12');
  await expect(answer).toHaveText('goes to large');
  await check(page, 'router with a test value');
  await page.getByLabel('Test value').fill('{"unit": "eur"}');
  await expect(answer).toHaveText('goes to broken');
  await page.getByLabel(/Broadcast/).check();
  await page.getByLabel('Test value').fill('5');
  await expect(answer).toHaveText('goes to small');

  // Conditions are code before anybody comes to change them.
  const condition = codeEditor(page, 'Condition of large');
  await condition.click();
  await page.keyboard.press('End');
  await page.keyboard.insertText(' ||');
  await expect(page.getByText(/SyntaxError/).first()).toBeVisible();

  await page.getByRole('button', { name: 'Remove small' }).click();
  await expect(page.getByRole('dialog')).toContainText('Its connection to Cheap');
  await page.getByRole('button', { name: 'Remove branch' }).click();
  await expect(page.locator('.svelte-flow__edge')).toHaveCount(2);
});

test('starts from an example, which can be undone', async ({ page, api }) => {
  const flow = await makeBranchingFlow(api);
  await page.goto(`/workflows/${flow.id}`);
  await nodeOf(page, 'route').click();
  await page.getByText('Help and example').click();
  await page.getByRole('button', { name: 'Use this example' }).click();
  await expect(page.getByLabel('Name of branch 1')).toHaveValue('2xx');
  await page.getByRole('button', { name: /^Undo/ }).click();
  await expect(page.getByLabel('Name of branch 1')).toHaveValue('broken');
});
