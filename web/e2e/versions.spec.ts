// Two people change one draft; someone publishes, looks at what differs, goes back to an older version,
// and changes their mind.
import type { BrowserContext, Locator, Page } from '@playwright/test';
import { check } from './axe';
import { codeEditor, nodeOf } from './build-flow';
import { makeCheckingFlow } from './flows';
import { expect, test } from './server';

async function rename(page: Page, id: string, name: string): Promise<void> {
  await nodeOf(page, id).dblclick();
  await page.getByLabel('Name of the step').fill(name);
  await expect(nodeOf(page, id)).toContainText(name);
}

const nodeIn = (place: Locator, id: string) => place.locator(`.svelte-flow__node[data-id="${id}"]`);
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
    // Both sides, before one chooses.
    await conflict(page).getByRole('button', { name: 'See both sides' }).click();
    const sides = page.getByRole('dialog', { name: 'From theirs to yours' });
    const changed = sides.getByRole('list', { name: 'Changed steps' });
    await expect(changed).toContainText(/label\s*Their check\s*→\s*My check/);
    await expect(nodeIn(sides, 'check').getByRole('img')).toHaveAccessibleName('Changed');
    await check(page, 'both sides of a conflict');
    await sides.getByRole('button', { name: choice }).click();
    await expect(sides).toBeHidden();
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

/** Somebody else opens the workflow, and their change is saved. */
async function changedElsewhere(
  context: BrowserContext,
  id: string,
  name = 'Their check',
): Promise<void> {
  const other = await context.newPage();
  await other.goto(`/workflows/${id}`);
  await rename(other, 'check', name);
  await expect(saved(other)).toBeVisible();
  await other.close();
}

test('what somebody else saved meanwhile is neither published nor overwritten', async ({
  page,
  context,
  api,
}) => {
  const flow = await makeCheckingFlow(api);
  await page.goto(`/workflows/${flow.id}`);
  await expect(nodeOf(page, 'check')).toBeVisible();
  await changedElsewhere(context, flow.id);

  await publish(page);
  await expect(page.getByText('Not published: the draft was changed elsewhere')).toBeVisible();
  await conflict(page).getByRole('button', { name: 'See both sides' }).click();
  const sides = page.getByRole('dialog', { name: 'From theirs to yours' });
  const changed = sides.getByRole('list', { name: 'Changed steps' });
  await expect(changed).toContainText(/label\s*Their check\s*→\s*Check it/);
  await page.reload();
  await expect(nodeOf(page, 'check')).toContainText('Their check');
  await expect(page.getByRole('link', { name: /^Versions: \d+ is live/ })).toBeHidden();
});

test('a version does not replace what somebody else saved meanwhile', async ({
  page,
  context,
  api,
}) => {
  const flow = await makeCheckingFlow(api);
  await page.goto(`/workflows/${flow.id}`);
  await publish(page);
  await rename(page, 'check', 'Second check');
  await publish(page);
  await page.getByRole('link', { name: 'Versions: 2 is live' }).click();
  const versions = page.getByRole('list', { name: 'Versions, newest first' });
  const first = versions.getByRole('listitem').filter({ hasText: 'v1' });
  const question = page.getByRole('dialog');
  const sides = page.getByRole('dialog', { name: 'From theirs to yours' });
  await first.getByRole('button', { name: 'Load into the draft' }).click();
  await changedElsewhere(context, flow.id);

  await question.getByRole('button', { name: 'Replace the draft' }).click();
  const changed = sides.getByRole('list', { name: 'Changed steps' });
  await expect(changed).toContainText(/label\s*Their check\s*→\s*Check it/);
  await check(page, 'both sides of a version and a draft from elsewhere');
  await sides.getByRole('button', { name: 'Use theirs' }).click();
  await expect(sides).toBeHidden();
  await expect(versions).toContainText('Differs from the live version');

  // What is live does not touch the draft: it is asked once more.
  await first.getByRole('button', { name: 'Make live' }).click();
  await changedElsewhere(context, flow.id, 'Their second');
  await question.getByRole('button', { name: 'Make live' }).click();
  await expect(question.getByRole('alert')).toContainText('version 1 is not live yet');
  await question.getByRole('button', { name: 'Make live' }).click();
  await expect(question).toBeHidden();
  await expect(first).toContainText('live');

  await first.getByRole('button', { name: 'Load into the draft' }).click();
  await changedElsewhere(context, flow.id, 'Their third');
  await question.getByRole('button', { name: 'Replace the draft' }).click();
  await sides.getByRole('button', { name: 'Keep mine' }).click();
  await expect(nodeOf(page, 'check')).toContainText('Check it');
  await page.getByRole('button', { name: 'Undo load version 1' }).click();
  await expect(nodeOf(page, 'check')).toContainText('Their third');
});

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

test('sees what differs, and discards it', async ({ page, api }) => {
  test.slow();
  const flow = await makeCheckingFlow(api);
  await page.goto(`/workflows/${flow.id}`);
  await publish(page);
  await nodeOf(page, 'answer').click();
  await page.getByRole('button', { name: 'Compare with v1' }).click();
  await expect(page.getByText('The live version has the same script.')).toBeVisible();
  await page.getByRole('button', { name: 'Compare with v1' }).click();
  await codeEditor(page, 'JavaScript').click();
  await page.keyboard.press('ControlOrMeta+a');
  await page.keyboard.insertText('const x=nodes.check.amount;\nreturn {tripled:x*3}');
  await page.getByRole('button', { name: 'Format' }).click();
  await expect(codeEditor(page, 'JavaScript')).toContainText('return { tripled: x * 3 };');
  await page.getByRole('button', { name: 'Compare with v1' }).click();
  const script = page.getByLabel('The script of the live version and this one');
  await expect(script).toContainText('return { doubled: nodes.check.amount * 2 };');
  await expect(script).toContainText('return { tripled: x * 3 };');
  await check(page, 'script compared with the live version');
  await nodeOf(page, 'read').click();
  await page.keyboard.press('Delete');
  await expect(nodeOf(page, 'read')).toBeHidden();
  await publish(page);
  await rename(page, 'answer', 'Reply');
  await expect(saved(page)).toBeVisible();

  await page.getByRole('link', { name: 'Versions: 2 is live' }).click();
  const canvas = page.getByRole('region', { name: 'Both states on one canvas' });
  const steps = page.getByRole('list', { name: 'Changed steps' });
  await expect(steps.getByRole('listitem')).toHaveCount(1);
  await expect(steps).toContainText(/label\s*Answer\s*→\s*Reply/);
  await page.getByRole('button', { name: 'Changes of version 2' }).click();
  await expect(page).toHaveURL(/\?a=1&b=2$/);
  await expect(nodeIn(canvas, 'answer').getByRole('img')).toHaveAccessibleName('Changed');
  await expect(nodeIn(canvas, 'read').getByRole('img')).toHaveAccessibleName('Removed');
  await expect(steps).toContainText('return { tripled: x * 3 };');
  await expect(page.getByRole('region', { name: 'Connections' })).toContainText(
    'From Read input to Check it',
  );
  await check(page, 'versions compared');
  await page.screenshot({ path: test.info().outputPath('compared.png') });

  // By keyboard: a step of the canvas, its changes, the other way round, as text.
  await nodeIn(canvas, 'answer').focus();
  await page.keyboard.press('Enter');
  await expect(steps.getByRole('button', { name: /Answer/ })).toHaveAttribute(
    'aria-pressed',
    'true',
  );
  await page.getByRole('button', { name: 'The other way round' }).click();
  await expect(page).toHaveURL(/\?a=2&b=1$/);
  await expect(nodeIn(canvas, 'read').getByRole('img')).toHaveAccessibleName('Added');
  await page.getByLabel('To', { exact: true }).selectOption('draft');
  await expect(steps).toContainText(/label\s*Answer\s*→\s*Reply/);
  await page.getByRole('tab', { name: 'Text' }).click();
  await expect(page.getByLabel('The whole workflow as text')).toContainText('"label": "Reply"');
  await check(page, 'versions compared as text');
  // What is folded opens by key, too.
  const text = page.getByLabel('The whole workflow as text');
  await expect(text).not.toContainText('"name": "Check amounts"');
  await page.getByRole('switch', { name: 'Show unchanged lines' }).press('Space');
  await expect(text).toContainText('"name": "Check amounts"');
  await page.screenshot({ path: test.info().outputPath('text.png') });

  await page.getByRole('button', { name: 'Publish…' }).click();
  const question = page.getByRole('dialog', { name: 'Publish this workflow' });
  await expect(question).toBeVisible();
  await question.getByRole('button', { name: 'Cancel' }).click();
  await page.goBack();
  await page.getByRole('button', { name: 'Discard…' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Discard the changes' }).click();
  await expect(nodeOf(page, 'answer')).toContainText('Answer');
  await expect(page.getByText('Unpublished changes')).toBeHidden();
  await page.getByRole('button', { name: 'Undo load version 2' }).click();
  await expect(nodeOf(page, 'answer')).toContainText('Reply');
});
