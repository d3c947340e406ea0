// A person builds HTTP -> Code -> Router from nothing with the mouse, and runs it on real input.
import { expect, test } from './server';
import { codeEditor, nodeOf, openNewWorkflow, statusOf, stepOption, typeInto } from './build-flow';

test.use({ contextOptions: { reducedMotion: 'no-preference' } });

test('builds, runs and keeps a workflow by mouse', async ({ page, server }) => {
  await openNewWorkflow(page, () => page.getByRole('button', { name: 'New workflow' }).click());

  await page.getByRole('button', { name: /^HTTP request/ }).click();
  await page.getByLabel('Method').selectOption('POST');
  await typeInto(page, page.getByLabel('URL', { exact: true }), `${server.url}/api/echo`);
  await page.getByRole('tab', { name: 'Body' }).click();
  await page.getByLabel('Kind of body').selectOption('JSON');
  await codeEditor(page, 'Body').click();
  await page.keyboard.press('ControlOrMeta+a');
  await page.keyboard.insertText('{ "amount": "{{$trigger.amount}}" }');

  await nodeOf(page, 'http').hover();
  await page.getByRole('button', { name: 'Add a step after HTTP request' }).click();
  await stepOption(page, 'Code').click();
  await codeEditor(page, 'JavaScript').click();
  await page.keyboard.insertText('return { total: INPUT.body.body.amount * 2 };');

  // Dropped on the empty canvas, a connection asks for the step it leads to.
  const output = nodeOf(page, 'code').locator('.svelte-flow__handle-bottom');
  const from = await output.boundingBox();
  if (!from) throw new Error('The output of the code step is not visible');
  await page.mouse.move(from.x + 5, from.y + 5);
  await page.mouse.down();
  await page.mouse.move(from.x + 5, from.y + 90, { steps: 8 });
  await page.mouse.up();
  await stepOption(page, 'Router').click();

  await typeInto(page, page.getByLabel('Route by'), '{{code.total}}');
  await page.getByText('Common patterns').click();
  await page.getByRole('button', { name: /value >= 100/ }).click();
  await page.getByLabel('Name of branch 1').fill('big');
  await expect(nodeOf(page, 'router')).toContainText('big');

  await nodeOf(page, 'router').hover();
  await page.getByRole('button', { name: 'Add a step after Router, branch big' }).click();
  await stepOption(page, 'Code').click();
  await page.getByLabel('Name of the step').fill('Ask a manager');
  await page.getByLabel('JavaScript', { exact: true }).and(page.locator('.cm-content')).click();
  await page.keyboard.insertText('return "approved by a manager";');

  await nodeOf(page, 'router').hover();
  await page.getByRole('button', { name: 'Add a step after Router, branch default' }).click();
  await stepOption(page, 'Code').click();
  await page.getByLabel('Name of the step').fill('Approve at once');
  await page.getByLabel('JavaScript', { exact: true }).and(page.locator('.cm-content')).click();
  await page.keyboard.insertText('return "approved";');

  await page.getByRole('button', { name: 'Tidy up' }).click();
  await expect(page.getByText(/^Saved/).first()).toBeVisible();

  await page.getByRole('button', { name: 'Run', exact: true }).click();
  await codeEditor(page, 'Input as JSON').click();
  await page.keyboard.press('ControlOrMeta+a');
  await page.keyboard.insertText('{ "amount": 60 }');
  await page.getByRole('dialog').getByRole('button', { name: 'Run', exact: true }).click();

  await expect(statusOf(page, 'http')).toHaveAccessibleName('Succeeded');
  await expect(statusOf(page, 'router')).toHaveAccessibleName('Succeeded');
  await expect(statusOf(page, 'code_2')).toHaveAccessibleName('Succeeded');
  await expect(statusOf(page, 'code_3')).toHaveAccessibleName('Skipped');
  const results = page.getByRole('region', { name: 'Results' });
  await results.getByRole('button', { name: /Ask a manager/ }).click();
  await expect(results).toContainText('approved by a manager');

  await page.reload();
  await expect(nodeOf(page, 'router')).toContainText('big');
  await expect(page.locator('.svelte-flow__edge')).toHaveCount(4);
});

test('undoes what it says, and explains refused connections', async ({ page }) => {
  await openNewWorkflow(page, () => page.getByRole('button', { name: 'New workflow' }).click());
  await page.getByRole('button', { name: /^HTTP request/ }).click();
  await nodeOf(page, 'http').hover();
  await page.getByRole('button', { name: 'Add a step after HTTP request' }).click();
  await stepOption(page, 'Code').click();

  const handle = async (id: string, side: 'top' | 'bottom') => {
    const box = await nodeOf(page, id).locator(`.svelte-flow__handle-${side}`).boundingBox();
    if (!box) throw new Error(`The ${side} handle of ${id} is not visible`);
    return { x: box.x + 5, y: box.y + 5 };
  };
  const from = await handle('code', 'bottom');
  const to = await handle('http', 'top');
  await page.mouse.move(from.x, from.y);
  await page.mouse.down();
  await page.mouse.move(to.x, to.y, { steps: 10 });
  await page.mouse.up();
  await expect(page.getByText('This would make a loop.')).toBeVisible();

  await page.getByRole('button', { name: /^Undo/ }).click();
  await expect(page.getByText('Undid: add Code')).toBeVisible();
  await expect(nodeOf(page, 'code')).toHaveCount(0);
  await page.getByRole('button', { name: /^Redo/ }).click();
  await expect(page.locator('.svelte-flow__edge')).toHaveCount(1);
});
