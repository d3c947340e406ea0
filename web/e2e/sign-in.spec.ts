// Getting in: by the link that the server prints, or by the token; and being sent there.
import { expect, test } from './server';

test.describe('with a token', () => {
  test.use({ signedIn: false });

  test('is sent to sign in and comes back to the wished page', async ({ page, server }) => {
    await page.goto('/runs?status=failed');
    await expect(page.getByText('You are not signed in')).toBeVisible();
    await page.getByLabel('API token').fill('wrong');
    await page.getByRole('button', { name: 'Sign in' }).click();
    await expect(page.getByText('The server does not accept this token')).toBeVisible();
    await page.getByLabel('API token').fill(server.token ?? '');
    await page.getByRole('button', { name: 'Sign in' }).click();
    await expect(page.getByRole('heading', { name: 'Runs' })).toBeVisible();
    await expect(page).toHaveURL(/\/runs\?status=failed$/);
  });
});

test.describe('without a token', () => {
  test.use({ signedIn: false, serverOptions: { token: null } });

  test('the printed link works once', async ({ page, server, browser }) => {
    await expect.poll(() => server.output).toMatch(/\/sign-in#\S+/);
    const link = /https?:\/\/\S+\/sign-in#[\w-]+/.exec(server.output)?.[0] ?? '';
    await page.goto(link);
    await expect(page.getByRole('heading', { name: 'Build your first workflow' })).toBeVisible();
    expect(page.url()).not.toContain('#');

    const stranger = await browser.newPage();
    await stranger.goto(link);
    await expect(stranger.getByText('was used before or has expired')).toBeVisible();
    await stranger.close();

    await page.getByRole('button', { name: 'More actions', exact: true }).click();
    await page.getByRole('menuitem', { name: 'Sign out' }).click();
    await page.goto('/');
    await expect(page.getByRole('heading', { name: 'Sign in' })).toBeVisible();
  });
});
