// A workflow of n8n comes in with a report, goes out as a file, and comes in again from that file.
import { readFile } from 'node:fs/promises';
import { check } from './axe';
import { makeCheckingFlow } from './flows';
import { expect, test } from './server';

const n8n = {
  name: 'Greet',
  nodes: [
    {
      id: '1',
      name: 'Start',
      type: 'n8n-nodes-base.manualTrigger',
      typeVersion: 1,
      position: [0, 0],
      parameters: {},
    },
    {
      id: '2',
      name: 'Make text',
      type: 'n8n-nodes-base.set',
      typeVersion: 3.4,
      position: [220, 0],
      parameters: {
        assignments: {
          assignments: [
            { id: 'a', name: 'text', type: 'string', value: '=Hello {{ $json.name }}' },
          ],
        },
      },
    },
    {
      id: '3',
      name: 'Tell Slack',
      type: 'n8n-nodes-base.slack',
      typeVersion: 2,
      position: [440, 0],
      parameters: { text: '={{ $json.text }}' },
    },
  ],
  connections: {
    Start: { main: [[{ node: 'Make text', type: 'main', index: 0 }]] },
    'Make text': { main: [[{ node: 'Tell Slack', type: 'main', index: 0 }]] },
  },
};

test('imports from n8n after a look at the report', async ({ page, api }) => {
  await makeCheckingFlow(api);
  await page.goto('/');
  await page.getByRole('button', { name: 'Import' }).click();
  const dialog = page.getByRole('dialog', { name: 'Import workflows' });
  await dialog.getByLabel('Or paste JSON').fill(JSON.stringify(n8n));
  await dialog.getByRole('button', { name: 'Look at it' }).click();
  await expect(dialog.getByText('These workflows would be made')).toBeVisible();
  await expect(
    dialog.getByText(/Tell Slack: nodes of the type 'n8n-nodes-base.slack'/),
  ).toBeVisible();
  await check(page, 'the report of an import');
  await dialog.getByRole('button', { name: 'Import 1 workflow' }).click();
  await dialog.getByRole('link', { name: 'Greet' }).click();
  await expect(page.locator('.svelte-flow__node[data-id="make_text"]')).toBeVisible();
  await expect(page.locator('.svelte-flow__node[data-id="tell_slack"]')).toBeVisible();
});

test('exports a file and imports it by dropping it on the list', async ({ page, api }) => {
  await makeCheckingFlow(api, 'Check amounts');
  await page.goto('/');
  await page.getByRole('button', { name: 'More actions: Check amounts' }).click();
  const saved = page.waitForEvent('download');
  await page.getByRole('menuitem', { name: 'Export' }).click();
  const download = await saved;
  expect(download.suggestedFilename()).toBe('check-amounts.json');
  const text = await readFile(await download.path(), 'utf8');
  expect(text.endsWith('}\n')).toBe(true);

  const files = await page.evaluateHandle((content) => {
    const transfer = new DataTransfer();
    transfer.items.add(new File([content], 'check-amounts.json', { type: 'application/json' }));
    return transfer;
  }, text);
  await page.dispatchEvent('body', 'dragenter', { dataTransfer: files });
  await expect(page.getByText('Drop the file to import it')).toBeVisible();
  await page.dispatchEvent('body', 'drop', { dataTransfer: files });
  const dialog = page.getByRole('dialog', { name: 'Import workflows' });
  await expect(dialog.getByText('Everything was taken over.')).toBeVisible();
  await dialog.getByRole('button', { name: 'Import 1 workflow' }).click();
  await dialog.getByRole('button', { name: 'Close' }).last().click();
  await expect(page.getByRole('link', { name: 'Check amounts' })).toHaveCount(2);

  const { items } = await api.get<{ items: { id: string }[] }>('/api/flows');
  const [first, second] = await Promise.all(
    items.map(({ id }) => api.get(`/api/flows/${id}/export`)),
  );
  expect(second).toEqual(first);
});

test('says what is wrong with a file, and makes nothing of it', async ({ page, api }) => {
  await makeCheckingFlow(api);
  await page.goto('/');
  await page.getByRole('button', { name: 'Import' }).click();
  const dialog = page.getByRole('dialog', { name: 'Import workflows' });
  await dialog.getByLabel('Choose a file').setInputFiles({
    name: 'bad.json',
    mimeType: 'application/json',
    buffer: Buffer.from('{"format":"swiftgrid.bundle","formatVersion":1,"flows":[]}'),
  });
  await expect(dialog.getByText('Nothing was imported')).toBeVisible();
  await expect(dialog.getByText('/flows', { exact: true })).toBeVisible();
});
