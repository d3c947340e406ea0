// Two people change one draft; someone publishes, goes back to an older version, and changes their
// mind.
import type { Page } from '@playwright/test';
import { nodeOf } from './build-flow';
import { makeCheckingFlow } from './flows';
import { expect, test } from './server';

async function rename(page: Page, id: string, name: string): Promise<void> {
  await nodeOf(page, id).dblclick();
  await page.getByLabel('Name of the step').fill(name);
  await expect(nodeOf(page, id)).toContainText(name);
}

const saved = (page: Page) => page.getByText(/^Saved/).first();
const conflict = (page: Page) => page.getByRole('alert').filter({ hasText: 'changed elsewhere' });

for (const choice of ['Use theirs', 'Keep mine'] as const) {
  test(`two people change a draft: ${choice}`, async ({ page, context, api }) => {
    const flow = await makeCheckingFlow(api);
    await page.goto(`/workflows/${flow.id}`);
    await expect(nodeOf(page, 'check')).toBeVisible();
    const other = await context.newPage();
    await other.goto(`/workflows/${flow.id}`);
    await rename(other, 'check', 'Their check');
    await expect(saved(other)).toBeVisible();

    await rename(page, 'check', 'My check');
    await expect(conflict(page)).toContainText('From theirs to yours: Change My check.');
    await expect(page.getByText('Not saved: changed elsewhere').first()).toBeVisible();
    await conflict(page).getByRole('button', { name: choice }).click();
    await expect(conflict(page)).toBeHidden();
    await expect(saved(page)).toBeVisible();
    const kept = choice === 'Keep mine' ? 'My check' : 'Their check';
    await expect(nodeOf(page, 'check')).toContainText(kept);
    await other.reload();
    await expect(nodeOf(other, 'check')).toContainText(kept);

    if (choice === 'Keep mine') return;
    await page.getByRole('button', { name: 'Undo use the draft from elsewhere' }).click();
    await expect(nodeOf(page, 'check')).toContainText('My check');
    await expect(saved(page)).toBeVisible();
    await other.reload();
    await expect(nodeOf(other, 'check')).toContainText('My check');
  });
}

async function publish(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Publish' }).click();
  const dialog = page.getByRole('dialog', { name: 'Publish this workflow' });
  await dialog.getByRole('button', { name: 'Publish' }).click();
  await expect(dialog).toBeHidden();
}

test('goes back to an older version, loads it into the draft, and undoes that', async ({
  page,
  api,
}) => {
  const flow = await makeCheckingFlow(api);
  await page.goto(`/workflows/${flow.id}`);
  await publish(page);
  await rename(page, 'check', 'Second check');
  await publish(page);
  await rename(page, 'check', 'Draft check');

  await page.getByRole('link', { name: 'Versions: 2 is live' }).click();
  const versions = page.getByRole('list', { name: 'Versions, newest first' });
  const row = (number: number) => versions.getByRole('listitem').filter({ hasText: `v${number}` });
  await expect(row(2)).toContainText('live');
  await expect(versions).toContainText('Differs from the live version');
  await row(1).getByRole('button', { name: 'Make live' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Make live' }).click();
  await expect(row(2).getByRole('button', { name: 'Make live' })).toBeVisible();
  await expect(row(1).getByRole('button', { name: 'Make live' })).toBeHidden();

  await row(1).getByRole('button', { name: 'Load into the draft' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Replace the draft' }).click();
  await expect(nodeOf(page, 'check')).toContainText('Check it');
  await expect(page.getByRole('link', { name: 'Versions: 1 is live' })).toBeVisible();

  await page.getByRole('button', { name: 'Undo load version 1' }).click();
  await expect(nodeOf(page, 'check')).toContainText('Draft check');
  await expect(saved(page)).toBeVisible();
  await page.reload();
  await expect(nodeOf(page, 'check')).toContainText('Draft check');
  await expect(page.getByRole('button', { name: /^Undo/ })).toBeDisabled();
});
