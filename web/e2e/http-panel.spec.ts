// A curl command from a manual becomes a step, runs, and shows where its time went.
import { nodeOf, statusOf } from './build-flow';
import { check } from './axe';
import { expect, test } from './server';

test('turns a pasted curl command into a request, and back', async ({
  page,
  context,
  api,
  server,
}) => {
  await context.grantPermissions(['clipboard-read', 'clipboard-write']);
  const { id } = await api.post<{ id: string }>('/api/flows', {
    name: 'Order',
    graph: {
      nodes: [
        { id: 'http', type: 'http-request', position: { x: 320, y: 60 }, data: { label: 'Order' } },
      ],
      edges: [],
    },
  });
  await page.goto(`/workflows/${id}`);
  await nodeOf(page, 'http').click();
  const command = [
    `curl '/api/echo?q=1' \\`,
    `  -H 'X-Id: 7' \\`,
    `  -H 'Content-Type: application/json' \\`,
    `  --data-raw $'{"note":"it\\'s"}'`,
  ].join('\n');
  await page.evaluate((text) => navigator.clipboard.writeText(text), command);
  await page.getByLabel('URL', { exact: true }).click();
  await page.keyboard.press('ControlOrMeta+v');
  const dialog = page.getByRole('dialog', { name: 'Import from curl' });
  await expect(dialog.getByRole('status')).toContainText('1 parameter · 1 header · JSON');
  await check(page, 'import from curl');
  await dialog.getByRole('button', { name: 'Cancel' }).click();

  // An address of this server is written without its host; curl would ask for one.
  const absolute = command.replace('/api/echo', `${server.url}/api/echo`);
  await page.evaluate((text) => navigator.clipboard.writeText(text), absolute);
  await page.getByLabel('URL', { exact: true }).click();
  await page.keyboard.press('ControlOrMeta+v');
  await dialog.getByRole('button', { name: 'Use this request' }).click();
  await expect(page.getByLabel('Method')).toHaveValue('POST');
  await expect(page.getByLabel('Value of parameter q')).toHaveValue('1');
  await page.getByRole('tab', { name: /^Headers/ }).click();
  await expect(page.getByLabel('Name of header 1')).toHaveValue('X-Id');
  await page.getByRole('tab', { name: 'Body' }).click();
  await expect(page.getByLabel('Kind of body')).toHaveValue('json');

  // One step of the history.
  await page.getByRole('button', { name: /^Undo/ }).click();
  await expect(page.getByLabel('Method')).toHaveValue('GET');
  await page.getByRole('button', { name: /^Redo/ }).click();
  await expect(page.getByLabel('Method')).toHaveValue('POST');

  await page.getByRole('button', { name: 'Run', exact: true }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Run', exact: true }).click();
  await expect(statusOf(page, 'http')).toHaveAccessibleName('Succeeded');
  const results = page.getByRole('region', { name: 'Results' });
  await expect(results.getByRole('row', { name: /^Total/ })).toBeVisible();
});
