// The first account, signing in and out, people with roles, tokens for programs.
import type { Page } from '@playwright/test';
import { check } from './axe';
import { makeCheckingFlow } from './flows';
import { expect, test, type Server } from './server';
import { makeChain } from './waiting-flows';

const email = 'mia@example.com';
const password = 'correct horse battery';

async function openLink(page: Page, server: Server) {
  await expect.poll(() => server.output).toMatch(/\/sign-in#\S+/);
  await page.goto(/https?:\/\/\S+\/sign-in#[\w-]+/.exec(server.output)?.[0] ?? '');
  await expect(page.getByRole('heading', { name: 'Build your first workflow' })).toBeVisible();
}
async function signIn(page: Page, name: string, secret: string) {
  await page.getByLabel('Email').fill(name);
  await page.getByLabel('Password').fill(secret);
  await page.getByRole('button', { name: 'Sign in' }).click();
}
async function choose(page: Page, entry: string) {
  await page.getByRole('button', { name: 'More actions', exact: true }).click();
  await page.getByRole('menuitem', { name: entry }).click();
}

test.describe('a new server', () => {
  test.use({ signedIn: false, serverOptions: { token: null } });

  test('is set up, left, entered again, and gives a token to a program', async ({
    page,
    server,
  }) => {
    await openLink(page, server);
    await page.getByRole('link', { name: 'Create your account' }).click();
    await expect(page.getByRole('heading', { name: 'Create the first account' })).toBeVisible();
    await page.getByLabel('Email').fill(email);
    await page.getByLabel('Password').fill('short');
    await page.getByRole('button', { name: 'Create account' }).click();
    await expect(page.getByText('At least 12 characters.', { exact: true })).toBeVisible();
    await page.getByLabel('Password').fill(password);
    await page.getByRole('button', { name: 'Create account' }).click();
    await expect(page.getByRole('heading', { name: 'Build your first workflow' })).toBeVisible();
    await expect(page.getByRole('link', { name: 'Create your account' })).toBeHidden();

    await choose(page, 'Sign out');
    await signIn(page, email, 'not the password');
    await expect(page.getByText('Email or password is wrong.')).toBeVisible();
    await signIn(page, email, password);
    await expect(page.getByRole('heading', { name: 'Build your first workflow' })).toBeVisible();

    await choose(page, 'API tokens');
    await page.getByRole('button', { name: 'New token' }).click();
    await page.getByLabel('Name').fill('ci-deploy');
    await page.getByLabel('Role').selectOption('Viewer');
    await page.getByLabel('Name').press('Enter');
    const token = await page.getByRole('textbox', { name: 'Token' }).inputValue();
    expect(token).toMatch(/^sg_live_/);
    await page.getByRole('button', { name: 'Done' }).click();
    expect(await page.content()).not.toContain(token);
    const call = (path: string, method = 'GET') =>
      fetch(server.url + path, {
        method,
        headers: { Authorization: `Bearer ${token}`, 'Content-Type': 'application/json' },
        ...(method === 'GET' ? {} : { body: '{"name":"x"}' }),
      }).then(({ status }) => status);
    expect(await call('/api/flows')).toBe(200);
    expect(await call('/api/flows', 'POST')).toBe(403);
    await page.getByRole('button', { name: 'Revoke ci-deploy' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Revoke' }).click();
    await expect(page.getByRole('heading', { name: 'Let programs use the API' })).toBeVisible();
    expect(await call('/api/flows')).toBe(401);
  });
});

test('people get accounts, and a viewer is offered nothing to change', async ({
  page,
  api,
  browser,
  server,
}) => {
  const flow = await makeCheckingFlow(api);
  const data = { label: 'Fetch', url: 'https://example.com', headers: { 'X-Id': '7' } };
  const fetching = await makeChain(api, 'Fetch', [{ id: 'fetch', type: 'http-request', data }]);
  await api.post('/api/auth/setup', { email, password, setupToken: server.token });
  await page.goto('/sign-in');
  await signIn(page, email, password);
  await expect(page.getByRole('link', { name: 'Check amounts' })).toBeVisible();
  await choose(page, 'People');
  await page.getByRole('button', { name: 'Add somebody' }).click();
  await page.getByLabel('Email').fill('ada@example.com');
  await page.getByRole('dialog').getByLabel('Role').selectOption('Viewer');
  await page.getByRole('button', { name: 'Create', exact: true }).click();
  const made = await page.getByRole('textbox', { name: 'Password' }).inputValue();
  await page.getByRole('button', { name: 'Done' }).click();
  await expect(page.getByLabel(`Role of ${email}`)).toBeDisabled();

  const ada = await (await browser.newContext({ baseURL: server.url })).newPage();
  await ada.goto('/');
  await signIn(ada, 'ada@example.com', made);
  await expect(ada.getByRole('link', { name: 'Check amounts' })).toBeVisible();
  await expect(ada.getByRole('button', { name: 'New workflow' })).toBeHidden();
  await expect(ada.getByRole('button', { name: 'Run Check amounts' })).toBeHidden();
  await ada.goto(`/workflows/${flow.id}`);
  await expect(ada.getByText('Read only')).toBeVisible();
  await expect(ada.getByRole('button', { name: 'Publish' })).toBeHidden();
  await expect(ada.getByRole('button', { name: 'Add step' })).toBeHidden();
  await ada.locator('.svelte-flow__node[data-id="check"]').click();
  await expect(ada.getByLabel('Name of the step')).not.toBeEditable();
  await ada.keyboard.press('Delete');
  await expect(ada.locator('.svelte-flow__node')).toHaveCount(3);
  await check(ada, 'editor for looking only');
  await ada.getByRole('button', { name: 'Limits of a run' }).click();
  const limits = ada.getByRole('dialog', { name: 'Limits of a run' });
  await expect(limits.getByLabel('Tokens of language models')).toBeDisabled();
  await limits.getByRole('button', { name: 'Done' }).click();
  await ada.goto(`/workflows/${fetching.id}`);
  await ada.locator('.svelte-flow__node[data-id="fetch"]').click();
  await expect(ada.getByLabel('Id of the step')).not.toBeEditable();
  await ada.getByRole('tab', { name: 'Headers 1' }).click();
  await expect(ada.getByLabel('Name of header 1')).toHaveValue('X-Id');
  await expect(ada.getByLabel('Name of header 1')).toBeDisabled();
  await ada.goto('/settings/people');
  await expect(ada.getByText(/needs the role 'owner'/)).toBeVisible();

  // A new role counts at once; a deleted account is out.
  await page.getByLabel('Role of ada@example.com').selectOption('Editor');
  await expect(page.getByText('ada@example.com is Editor now')).toBeVisible();
  await ada.goto(`/workflows/${flow.id}`);
  await expect(ada.getByRole('button', { name: 'Publish' })).toBeVisible();
  await page.getByRole('button', { name: 'More actions: ada@example.com' }).click();
  await page.getByRole('menuitem', { name: 'Delete' }).click();
  await page.getByRole('button', { name: 'Delete account' }).click();
  await expect(page.getByText('ada@example.com has no account any more')).toBeVisible();
  await ada.goto('/runs');
  await expect(ada.getByRole('heading', { name: 'Sign in' })).toBeVisible();
  await ada.close();
});

test('one changes the password and ends other sessions', async ({ page, api, browser, server }) => {
  await api.post('/api/auth/setup', { email, password, setupToken: server.token });
  const other = await browser.newPage({ baseURL: server.url });
  await other.goto('/');
  await signIn(other, email, password);
  await expect(other.getByRole('heading', { name: 'Build your first workflow' })).toBeVisible();
  await page.goto('/sign-in');
  await signIn(page, email, password);
  await expect(page.getByRole('heading', { name: 'Build your first workflow' })).toBeVisible();
  await choose(page, `Account: ${email}`);
  await expect(page.getByText('This one')).toBeVisible();
  await page.getByLabel('Current password').fill(password);
  await page.getByLabel('New password').fill('another horse battery');
  await page.getByRole('button', { name: 'Change password' }).click();
  await expect(page.getByText('The password is changed')).toBeVisible();
  await other.goto('/runs');
  await expect(other.getByText('your session has ended')).toBeVisible();
  await other.close();
});

test('the pages about accounts are readable for everyone', async ({ page, api, server }) => {
  test.slow();
  await page.goto('/settings/account');
  await expect(page.getByText('This one')).toBeVisible();
  await check(page, 'account without one');
  await page.goto('/settings/people');
  await expect(page.getByRole('heading', { name: 'Nobody has an account yet' })).toBeVisible();
  await check(page, 'nobody');
  await page.goto('/setup');
  await check(page, 'set-up');
  await api.post('/api/auth/setup', { email, password, setupToken: server.token });
  await page.goto('/sign-in');
  await expect(page.getByLabel('Password')).toBeVisible();
  await check(page, 'sign-in with a password');
  await signIn(page, email, password);
  await expect(page.getByRole('heading', { name: 'Build your first workflow' })).toBeVisible();
  await page.goto('/settings/tokens');
  await expect(page.getByRole('heading', { name: 'Let programs use the API' })).toBeVisible();
  await check(page, 'no tokens');
  await page.keyboard.press('n');
  await page.getByLabel('Name').fill('ci-deploy');
  await check(page, 'new token');
  await page.getByRole('button', { name: 'Create' }).click();
  await expect(page.getByRole('textbox', { name: 'Token' })).toBeVisible();
  await check(page, 'token');
  await page.keyboard.press('Escape');
  await check(page, 'tokens');
  await page.goto('/settings/people');
  await expect(page.getByLabel(`Role of ${email}`)).toBeVisible();
  await check(page, 'people');
  await page.goto('/settings/account');
  await expect(page.getByLabel('Current password')).toBeVisible();
  await check(page, 'account');
});
