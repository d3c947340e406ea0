// The same workflow without a pointer: every step of it has a key.
import { expect, test } from './server';
import { escapeTo, nodeOf, openNewWorkflow, statusOf, tabTo } from './build-flow';

test('builds and runs a workflow by keyboard only', async ({ page, server }) => {
  const { keyboard } = page;
  await openNewWorkflow(page, () => keyboard.press('n'));

  await tabTo(page, '[data-canvas]');
  await keyboard.press('+');
  await keyboard.type('http');
  await keyboard.press('Enter');
  await expect(nodeOf(page, 'http')).toBeFocused();

  await keyboard.press('Enter');
  await expect(page.getByLabel('Method')).toBeFocused();
  await keyboard.press('Tab');
  await expect(page.getByLabel('URL', { exact: true })).toBeFocused();
  await keyboard.insertText(`${server.url}/api/echo?amount={{$trigger.amount}}`);
  await escapeTo(page, nodeOf(page, 'http'));

  await keyboard.press('+');
  await keyboard.type('code');
  await keyboard.press('Enter');
  await expect(nodeOf(page, 'code')).toBeFocused();
  await keyboard.press('Enter');
  await expect(page.getByLabel('JavaScript', { exact: true })).toBeFocused();
  await keyboard.insertText('return { amount: Number(INPUT.body.query.amount) };');
  await escapeTo(page, nodeOf(page, 'code'));
  await keyboard.press('+');
  await keyboard.type('router');
  await keyboard.press('Enter');
  await expect(nodeOf(page, 'router')).toBeFocused();
  await keyboard.press('Enter');
  await expect(page.getByLabel('Route by')).toBeFocused();
  await keyboard.insertText('{{code.amount}}');
  await tabTo(page, 'button:has-text("Add branch")');
  await keyboard.press('Enter');
  await tabTo(page, '[aria-label="Name of branch 1"]');
  await keyboard.press('ControlOrMeta+a');
  await keyboard.type('large');
  await tabTo(page, '[aria-label="Condition of large"]');
  await keyboard.insertText('value >= 100');
  await escapeTo(page, nodeOf(page, 'router'));

  await keyboard.press('+');
  await keyboard.type('code');
  await keyboard.press('Enter');
  await expect(nodeOf(page, 'code_2')).toBeFocused();
  await keyboard.press('Enter');
  await expect(page.getByLabel('JavaScript', { exact: true })).toBeFocused();
  await keyboard.insertText('return "large";');
  await escapeTo(page, nodeOf(page, 'code_2'));

  // The default branch leads to the same step: connected by C.
  await keyboard.press('Alt+ArrowUp');
  await expect(nodeOf(page, 'router')).toBeFocused();
  await keyboard.press('c');
  await keyboard.type('code_2');
  await keyboard.press('Enter');
  await expect(page.getByText('Connected to Code 2, branch default')).toBeVisible();

  // Moves by arrow are moves like any other: saved, and undone.
  await keyboard.press('ArrowRight');
  await expect(page.getByText('Router moved')).toBeVisible();
  await keyboard.press('ControlOrMeta+z');
  await expect(page.getByText('Undid: move Router')).toBeVisible();

  await keyboard.press('o');
  await expect(page.getByRole('treeitem', { name: /^Branch large/ })).toBeVisible();

  await keyboard.press('ControlOrMeta+Enter');
  await expect(page.getByLabel('Input as JSON', { exact: true })).toBeFocused();
  await keyboard.press('ControlOrMeta+a');
  await keyboard.insertText('{ "amount": 250 }');
  await keyboard.press('ControlOrMeta+Enter');

  await expect(statusOf(page, 'router')).toHaveAccessibleName('Succeeded');
  await expect(statusOf(page, 'code_2')).toHaveAccessibleName('Succeeded');
  await expect(page.getByRole('region', { name: 'Results' })).toContainText('large');
});
