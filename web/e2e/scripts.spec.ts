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
