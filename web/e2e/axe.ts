// No rule of WCAG 2.2 A or AA is broken that axe can see.
import AxeBuilder from '@axe-core/playwright';
import type { Page } from '@playwright/test';
import { expect } from './server';

const tags = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'];

export async function check(page: Page, where: string): Promise<void> {
  // No page has frames, the only thing that the other mode is for; it opens a page for each check.
  const axe = new AxeBuilder({ page }).setLegacyMode(true).withTags(tags);
  const { violations, passes } = await axe.analyze();
  expect(passes.length, `${where}: axe looked at something`).toBeGreaterThan(5);
  const found = violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join()}`);
  expect(found, where).toEqual([]);
}
