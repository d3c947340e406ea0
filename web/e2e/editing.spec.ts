// What one does with steps that exist: copy them, reorder branches, arrange a large workflow.
import type { Locator, Page } from '@playwright/test';
import { nodeOf } from './build-flow';
import { makeBranchingFlow, makeCheckingFlow, makeLargeFlow, runToEnd } from './flows';
import { expect, test } from './server';

/** Lets go only when the target says that it would take what is dragged. */
async function dragOnto(page: Page, from: Locator, to: Locator) {
  await from.hover();
  await page.mouse.down();
  await expect(async () => {
    await to.hover();
    await expect(to).toHaveClass(/\bover\b/, { timeout: 500 });
  }).toPass({ timeout: 10_000 });
  await page.mouse.up();
}

test('copies steps through the clipboard into another workflow', async ({ page, context, api }) => {
  await context.grantPermissions(['clipboard-read', 'clipboard-write']);
  const from = await makeCheckingFlow(api);
  const to = await makeCheckingFlow(api, 'Other workflow');

  await page.goto(`/workflows/${from.id}`);
  await nodeOf(page, 'check').click();
  await nodeOf(page, 'answer').click({ modifiers: ['Shift'] });
  await page.keyboard.press('ControlOrMeta+c');
  await expect(page.getByText('Copied 2 steps')).toBeVisible();
  const text = await page.evaluate(() => navigator.clipboard.readText());
  expect(JSON.parse(text)).toMatchObject({ nodes: [{ id: 'check' }, { id: 'answer' }] });

  // Ids that are taken get new ones; references among the copies follow, and so do their edges.
  await page.goto(`/workflows/${to.id}`);
  await nodeOf(page, 'read').click();
  await page.keyboard.press('ControlOrMeta+v');
  await expect(page.getByText('Pasted 2 steps')).toBeVisible();
  await expect(page.locator('.svelte-flow__node')).toHaveCount(5);
  await expect(page.locator('.svelte-flow__edge')).toHaveCount(3);
  await page.keyboard.press('ControlOrMeta+z');
  await expect(page.locator('.svelte-flow__node')).toHaveCount(3);
  await page.keyboard.press('ControlOrMeta+Shift+z');
  await expect(page.locator('.svelte-flow__node')).toHaveCount(5);

  // Into a text field the same keys paste text.
  await nodeOf(page, 'read').dblclick();
  const name = page.getByLabel('Name of the step');
  await page.evaluate(() => navigator.clipboard.writeText('Pasted name'));
  await name.selectText();
  await page.keyboard.press('ControlOrMeta+v');
  await expect(name).toHaveValue('Pasted name');
  await expect(page.locator('.svelte-flow__node')).toHaveCount(5);
});

test('reorders branches by pointer and by keys', async ({ page, api }) => {
  const flow = await makeBranchingFlow(api);
  await page.goto(`/workflows/${flow.id}`);
  await nodeOf(page, 'route').dblclick();
  const list = page.getByRole('list', { name: 'Branches, checked from top to bottom' });
  const names = () =>
    list
      .locator('input[aria-label^="Name of branch"]')
      .evaluateAll((inputs) => inputs.map((input) => (input as HTMLInputElement).value));
  await expect.poll(names).toEqual(['broken', 'small', 'large']);
  // The preview is the last thing to come; it moves the rows down.
  await expect(page.getByText('Run the workflow once to see values here.')).toBeVisible();

  const grip = (name: string) => list.getByRole('button', { name: `Move ${name}:` });
  await dragOnto(page, grip('large'), list.getByRole('listitem').first());
  await expect.poll(names).toEqual(['large', 'broken', 'small']);
  await grip('broken').focus();
  await page.keyboard.press('ArrowDown');
  await expect.poll(names).toEqual(['large', 'small', 'broken']);
  await expect(grip('broken')).toBeFocused();
  await page.keyboard.press('ArrowUp');
  await page.keyboard.press('ArrowUp');
  await expect.poll(names).toEqual(['broken', 'large', 'small']);
  await expect(grip('broken')).toBeFocused();

  // The edges stay with their branches, on the canvas in the new order.
  await expect(nodeOf(page, 'route').locator('.branches')).toHaveText(/broken\s*large\s*small/);
  await expect(page.locator('.svelte-flow__edge')).toHaveCount(3);
  await expect(page.getByText(/^Saved/).first()).toBeVisible();
  await page.reload();
  await nodeOf(page, 'route').dblclick();
  await expect.poll(names).toEqual(['broken', 'large', 'small']);
});

test('says on the card and in the step which condition could not be decided', async ({
  page,
  api,
}) => {
  const flow = await makeBranchingFlow(api);
  const { runId } = await runToEnd(api, flow, { amount: 5 });
  await page.goto(`/runs/${runId}`);
  const card = nodeOf(page, 'route');
  await expect(card.getByRole('img', { name: /Conditions that failed/ })).toBeVisible();
  await card.click();
  const step = page.getByRole('region', { name: 'Route' });
  await expect(step).toContainText('Conditions that failed and counted as false');
  await expect(step).toContainText('broken');
  await expect(nodeOf(page, 'cheap').getByRole('img', { name: 'Succeeded' })).toBeVisible();
});

test('arranges a workflow of more than 300 steps without holding the page', async ({
  page,
  api,
}) => {
  test.slow(); // what takes seconds here takes more where others compute, too
  const flow = await makeLargeFlow(api, 340);
  const errors: string[] = [];
  page.on('pageerror', (error) => errors.push(error.message));
  await page.goto(`/workflows/${flow.id}`);
  await expect(page.locator('.svelte-flow__node').first()).toBeVisible();
  const worker = page.waitForEvent('worker');
  await page.getByRole('button', { name: 'Tidy up' }).click();
  expect((await worker).url()).toContain('/_app/');
  await expect(page.getByText('Tidied up')).toBeVisible({ timeout: 90_000 });

  // Every step stands below the one it follows.
  await expect(page.getByText(/^Saved/).first()).toBeVisible();
  const { graph } = await api.get<{
    graph: {
      nodes: { id: string; position: { y: number } }[];
      edges: { source: string; target: string }[];
    };
  }>(`/api/flows/${flow.id}`);
  const y = new Map(graph.nodes.map((node) => [node.id, node.position.y]));
  const wrong = graph.edges.filter(
    ({ source, target }) => (y.get(source) ?? 0) >= (y.get(target) ?? 0),
  );
  expect(wrong).toEqual([]);
  await page.getByRole('button', { name: 'Undo tidy up' }).click();
  await expect(page.getByText('Undid: tidy up')).toBeVisible({ timeout: 90_000 });
  expect(errors).toEqual([]);
});
