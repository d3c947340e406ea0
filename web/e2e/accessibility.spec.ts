// No page breaks a rule of WCAG 2.2 A or AA that axe can see, in either theme.
import AxeBuilder from '@axe-core/playwright';
import type { Page } from '@playwright/test';
import { makeCheckingFlow, runToEnd } from './flows';
import { expect, test } from './server';

const tags = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'];

async function check(page: Page, where: string): Promise<void> {
  const { violations, passes } = await new AxeBuilder({ page }).withTags(tags).analyze();
  expect(passes.length, `${where}: axe looked at something`).toBeGreaterThan(5);
  const found = violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join()}`);
  expect(found, where).toEqual([]);
}

for (const theme of ['light', 'dark'] as const) {
  test(`every page in the ${theme} theme`, async ({ page, api }) => {
    test.slow();
    await page.addInitScript((name) => localStorage.setItem('sg.theme', name), theme);
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

    await page.goto('/workflows/new');
    await check(page, 'new workflow');
    await page.goto('/nowhere');
    await expect(page.getByRole('heading', { name: 'This page does not exist' })).toBeVisible();
    await check(page, 'not found');
    await page.goto('/sign-in');
    await check(page, 'sign-in');
  });
}
