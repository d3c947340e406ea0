// A secret is made where it is wanted, found on its page, and never shown again.
import { nodeOf } from './build-flow';
import { check } from './axe';
import { expect, test } from './server';

const value = 'sk-very-secret-123';

async function makeFlow(api: { post<T>(path: string, data: object): Promise<T> }, token: string) {
  return api.post<{ id: string }>('/api/flows', {
    name: 'Sync invoices',
    graph: {
      nodes: [
        {
          id: 'http',
          type: 'http-request',
          position: { x: 320, y: 60 },
          data: { label: 'Fetch', url: '/api/echo', headers: { 'X-Token': token } },
        },
      ],
      edges: [],
    },
  });
}

test('creates a missing secret when publishing asks for it', async ({ page, api }) => {
  const { id } = await makeFlow(api, '{{$env.STRIPE_KEY}}');
  await page.goto(`/workflows/${id}`);
  await page.getByRole('button', { name: 'Publish' }).click();
  const dialog = page.getByRole('dialog', { name: 'Publish' });
  await expect(dialog.getByText("there is no secret 'STRIPE_KEY'")).toBeVisible();
  await expect(dialog.getByRole('button', { name: 'Publish' })).toBeDisabled();
  await dialog.getByRole('button', { name: 'Create STRIPE_KEY' }).click();
  const create = page.getByRole('dialog', { name: 'New secret' });
  await expect(create.getByLabel('Name')).toHaveValue('STRIPE_KEY');
  await create.getByLabel('Value').fill(value);
  await create.getByRole('button', { name: 'Create' }).click();
  await expect(create).toBeHidden();
  await dialog.getByRole('button', { name: 'Publish' }).click();
  await expect(page.getByText('Version 1 is live')).toBeVisible();
});

test('keeps secrets and variables, by keyboard', async ({ page, api }) => {
  const { id } = await makeFlow(api, '{{$env.GONE}}');
  await page.goto('/');
  await expect(page.getByRole('link', { name: 'Sync invoices' })).toBeVisible();
  await page.keyboard.press('g');
  await page.keyboard.press('k');
  await expect(page.getByRole('heading', { name: 'Secrets' })).toBeVisible();
  const missing = page.getByRole('region', { name: 'Used by workflows, and not there' });
  await expect(missing.getByRole('link', { name: 'Sync invoices' })).toHaveAttribute(
    'href',
    new RegExp(id),
  );
  await missing.getByRole('button', { name: 'Create GONE' }).click();
  await page.getByLabel('Value').fill(value);
  await page.getByRole('dialog').getByRole('button', { name: 'Create' }).click();
  await expect(missing).toBeHidden();

  await page.keyboard.press('n');
  await page.getByRole('textbox', { name: 'Name' }).fill('BASE_URL');
  await page.getByLabel(/Variable/).check();
  await page.getByLabel('Value').fill('https://eu.example');
  await page.getByRole('textbox', { name: 'Name' }).press('Enter');
  await expect(page.getByRole('cell', { name: 'https://eu.example' })).toBeVisible();
  await page.reload();
  await expect(page.getByRole('cell', { name: 'https://eu.example' })).toBeVisible();
  expect(await page.content()).not.toContain(value);

  // J and K walk, Enter opens, Escape leaves.
  await page.keyboard.press('j');
  await expect(page.getByRole('button', { name: 'BASE_URL', exact: true })).toBeFocused();
  await page.keyboard.press('j');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('dialog', { name: 'Replace the value of GONE' })).toBeVisible();
  await expect(page.getByRole('textbox', { name: 'Value' })).toHaveValue('');
  await page.keyboard.press('Escape');

  await page.getByRole('button', { name: 'More actions: GONE' }).click();
  await page.getByRole('menuitem', { name: 'Delete' }).click();
  await expect(page.getByText(/Used by Sync invoices/)).toBeVisible();
  await page.getByRole('button', { name: 'Delete all the same' }).click();
  await expect(missing.getByText('GONE')).toBeVisible();
});

test('is readable for everyone', async ({ page, api }) => {
  await page.goto('/secrets');
  await expect(page.getByRole('heading', { name: 'Keep keys out of workflows' })).toBeVisible();
  await check(page, 'no secrets');
  await makeFlow(api, '{{$env.GONE}}');
  await api.post('/api/secrets', { name: 'API_TOKEN', value });
  await api.post('/api/secrets', { name: 'REGION', value: 'eu', kind: 'variable' });
  await page.reload();
  await expect(page.getByRole('button', { name: 'API_TOKEN', exact: true })).toBeVisible();
  await check(page, 'secrets');
  await page.getByRole('button', { name: 'New secret' }).click();
  await check(page, 'new secret');
});

test('a sign-in takes its token from the list, or makes one in place', async ({ page, api }) => {
  const { id } = await makeFlow(api, 'x');
  await page.goto(`/workflows/${id}`);
  await nodeOf(page, 'http').click();
  await page.getByRole('tab', { name: 'Sign-in' }).click();
  await page.getByLabel('How to sign in').selectOption('Bearer token');
  await page.getByRole('button', { name: 'From a secret' }).first().click();
  await page.getByRole('menuitem', { name: 'New secret…' }).click();
  await page.getByRole('dialog').getByLabel('Value').fill(value);
  await page.getByRole('dialog').getByRole('button', { name: 'Create' }).click();
  await expect(page.getByLabel('Token', { exact: true })).toHaveValue('{{$env.API_TOKEN}}');
});
