// What the owner opens and what a run may spend: settings count at once, and a budget that is set in
// the editor stops the run that exceeds it.
import { check } from './axe';
import { nodeOf, statusOf } from './build-flow';
import { FakeModel } from './fake-model';
import { expect, test as base } from './server';
import { makeChain } from './waiting-flows';

const test = base.extend<{ model: FakeModel }>({
  // eslint-disable-next-line no-empty-pattern -- Playwright reads the names of fixtures from here
  model: async ({}, use) => {
    const model = await FakeModel.make();
    await use(model);
    model.close();
  },
});

function ask(model: FakeModel, id: string) {
  const data = { provider: 'custom', baseUrl: model.baseUrl, apiKey: '', model: 'tiny-1' };
  return { id, type: 'llm-chat', data: { ...data, label: id, userPrompt: 'Hello' } };
}

test('opens a model for workflows, and stops the run that spends too much on it', async ({
  page,
  api,
  model,
}) => {
  test.slow();
  const flow = await makeChain(api, 'Triage', [ask(model, 'first'), ask(model, 'second')]);

  await page.goto('/');
  await page.getByRole('link', { name: 'Settings' }).click();
  await page.getByLabel('Address to open').fill('no such host');
  await page.getByRole('button', { name: 'Open', exact: true }).click();
  await expect(page.getByText(/'no such host' is neither host/)).toBeVisible();
  await page.getByLabel('Address to open').fill(model.address);
  await page.getByRole('button', { name: 'Open', exact: true }).click();
  await expect(page.getByRole('button', { name: `Close ${model.address}` })).toBeVisible();
  await expect(page.getByRole('row', { name: /Steps of a workflow/ })).toContainText('2,000');
  await check(page, 'settings');
  await page.reload();
  await expect(page.getByRole('button', { name: `Close ${model.address}` })).toBeVisible();

  await page.goto(`/workflows/${flow.id}`);
  await expect(nodeOf(page, 'second')).toBeVisible();
  await page.getByRole('button', { name: 'Limits of a run' }).click();
  const dialog = page.getByRole('dialog', { name: 'Limits of a run' });
  await dialog.getByLabel('Tokens of language models').fill('16');
  await check(page, 'limits of a run');
  await dialog.getByRole('button', { name: 'Done' }).click();
  await expect(page.getByText(/^Saved/).first()).toBeVisible();
  await page.getByRole('button', { name: 'Run', exact: true }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Run', exact: true }).click();
  const writing = await model.asked();
  writing.say('one', ' two', ' three', ' four', ' five');
  writing.end();
  await expect(statusOf(page, 'first')).toHaveAccessibleName('Succeeded');
  await expect(page.getByText(/its token budget is 16/).first()).toBeVisible();
  await expect(statusOf(page, 'second')).toHaveAccessibleName('Skipped');

  await page.reload();
  await page.getByRole('button', { name: 'Limits of a run' }).click();
  await expect(dialog.getByLabel('Tokens of language models')).toHaveValue('16');
});
