// Words that the journeys through the editor share.
import { expect, type Locator, type Page } from '@playwright/test';

/** From the list of workflows to an empty editor, the way `open` does it. */
export async function openNewWorkflow(page: Page, open: () => Promise<void>): Promise<void> {
  await page.goto('/');
  await expect(page.getByRole('heading', { name: 'Workflows' })).toBeVisible();
  await open();
  await expect(page.getByText('What is the first step?')).toBeVisible();
}

export function nodeOf(page: Page, id: string): Locator {
  return page.locator(`.svelte-flow__node[data-id="${id}"]`);
}

/** The status icon on a step's card; its name is the status in words. */
export function statusOf(page: Page, id: string): Locator {
  return nodeOf(page, id).getByRole('img');
}

/** An expression field becomes an editor of its own when it is focused. */
export async function typeInto(page: Page, field: Locator, text: string): Promise<void> {
  await field.click();
  await expect(page.locator('.cm-field .cm-content:focus')).toBeVisible();
  await page.keyboard.insertText(text);
}

/** Presses Tab until the focus is where `selector` says: fails when the keyboard cannot get there. */
export async function tabTo(page: Page, selector: string): Promise<void> {
  // One question to the page: a field may be replaced by its editor between two.
  const focused = page.locator(selector).and(page.locator(':focus'));
  for (let presses = 0; presses < 60; presses += 1) {
    if ((await focused.count()) > 0) return;
    await page.keyboard.press('Tab');
  }
  throw new Error(`60 presses of Tab do not lead to ${selector}`);
}

/** A type in the palette: recent ones stand there twice. */
export function stepOption(page: Page, label: string): Locator {
  return page.getByRole('option', { name: new RegExp(`^${label}`) }).first();
}

export function codeEditor(page: Page, label: string): Locator {
  return page.getByLabel(label, { exact: true }).and(page.locator('.cm-content'));
}

/** Escape closes an open completion first, then leads back to the step. */
export async function escapeTo(page: Page, step: Locator): Promise<void> {
  await expect(async () => {
    await page.keyboard.press('Escape');
    await expect(step).toBeFocused({ timeout: 500 });
  }).toPass();
}
