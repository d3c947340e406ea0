// No rule of WCAG 2.2 A or AA is broken that axe can see, in either theme.
import AxeBuilder from '@axe-core/playwright';
import type { Page } from '@playwright/test';
import { expect } from './server';

const tags = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'];
// A theme is colours and nothing else, so the rest is looked at in one of them.
const aboutColours = ['color-contrast', 'link-in-text-block'];

export async function check(page: Page, where: string): Promise<void> {
  const passes = await look(page, where, (axe) => axe.withTags(tags));
  expect(passes.length, `${where}: axe looked at something`).toBeGreaterThan(5);
  await toOtherTheme(page);
  const there = `${where}, in the other theme`;
  const seen = await look(page, there, (axe) => axe.withRules(aboutColours));
  expect(seen, `${there}: axe looked at something`).toContain('color-contrast');
  await toOtherTheme(page);
}

/** The rules that nothing breaks; fails when something does. */
async function look(page: Page, where: string, choose: (axe: AxeBuilder) => AxeBuilder) {
  // No page has frames, the only thing that the other mode is for; it opens a page for each check.
  const axe = choose(new AxeBuilder({ page }).options({ resultTypes: ['violations'] }));
  const { violations, passes } = await axe.setLegacyMode(true).analyze();
  const found = violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join()}`);
  expect(found, where).toEqual([]);
  return passes.map(({ id }) => id);
}

/** As the switch in the settings does it; without motion, the colours are there at once. */
function toOtherTheme(page: Page): Promise<void> {
  return page.evaluate(() => {
    const root = document.documentElement;
    const dark = getComputedStyle(root).colorScheme === 'dark';
    root.dataset['theme'] = dark ? 'light' : 'dark';
  });
}
