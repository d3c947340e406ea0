// The panels of steps and the pages of secrets, schedules and runs: no rule of WCAG 2.2 A or AA that axe
// can see is broken, in either theme, and the keyboard gets everywhere.
import type { Page } from '@playwright/test';
import { check } from './axe';
import { nodeOf } from './build-flow';
import { FakeModel } from './fake-model';
import { expect, test as base, type Api } from './server';
import { start } from './waiting-flows';

const test = base.extend<{ model: FakeModel }>({
  // eslint-disable-next-line no-empty-pattern -- Playwright reads the names of fixtures from here
  model: async ({}, use) => {
    const model = await FakeModel.make();
    await use(model);
    model.close();
  },
  serverOptions: async ({ model }, use) => {
    await use({ allowEgress: [model.address] });
  },
});

const at = (y: number) => ({ x: 320, y });

function makePanels(api: Api, model: FakeModel) {
  return api.post<{ id: string }>('/api/flows', {
    name: 'Every panel',
    graph: {
      nodes: [
        {
          id: 'http',
          type: 'http-request',
          position: at(0),
          data: {
            label: 'Fetch',
            method: 'POST',
            url: '/api/echo',
            query: { q: '1' },
            headers: { 'X-Id': '7' },
            bodyType: 'multipart',
            body: { note: 'x', doc: { text: 'hello', filename: 'a.txt' } },
            auth: { type: 'bearer', token: '{{$env.CRM_TOKEN}}' },
            tls: { ca: '{{$env.CRM_TOKEN}}' },
          },
        },
        {
          id: 'code',
          type: 'code-execution',
          position: at(160),
          data: { label: 'Count', code: 'return { n: nodes.http.status };', inputs: { a: '1' } },
        },
        {
          id: 'route',
          type: 'router',
          position: at(280),
          data: {
            label: 'Route',
            routeBy: '{{code.n}}',
            conditions: [{ id: 'ok', label: 'ok', expression: 'value < 300' }],
          },
        },
        {
          id: 'ask',
          type: 'llm-chat',
          position: at(440),
          data: {
            label: 'Ask',
            provider: 'custom',
            baseUrl: model.baseUrl,
            apiKey: '{{$env.CRM_TOKEN}}',
            model: 'tiny-1',
            userPrompt: 'Count to {{code.n}}',
            messages: [{ role: 'user', content: 'Hello' }],
          },
        },
      ],
      edges: [
        { id: 'e1', source: 'http', target: 'code' },
        { id: 'e2', source: 'code', target: 'route' },
        { id: 'e3', source: 'route', sourceHandle: 'ok', target: 'ask' },
      ],
    },
  });
}

async function open(page: Page, id: string, field: string): Promise<void> {
  await nodeOf(page, id).focus();
  await page.keyboard.press('Enter');
  await expect(page.getByLabel(field).first()).toBeVisible();
}

/** Opens the closed section with this name by key. */
async function unfold(page: Page, name: string): Promise<void> {
  const summary = page.locator('summary').filter({ hasText: name });
  await summary.focus();
  await page.keyboard.press('Enter');
  await expect(summary.locator('..')).toHaveAttribute('open', '');
}

test('panels and pages', async ({ page, api, model }) => {
  test.setTimeout(300_000);
  await api.post('/api/secrets', { name: 'CRM_TOKEN', value: 'token-123456', kind: 'secret' });
  await api.post('/api/secrets', { name: 'REGION', value: 'eu', kind: 'variable' });
  const { id } = await makePanels(api, model);
  await page.goto(`/workflows/${id}`);

  await open(page, 'http', 'URL');
  const tabs = page.getByRole('tablist', { name: 'Parts of the request' });
  await tabs.getByRole('tab').first().focus();
  for (const name of ['Params 1', 'Headers 1', 'Body 1', 'Sign-in 1', 'Pages']) {
    await expect(tabs.getByRole('tab', { name, exact: true })).toHaveAttribute(
      'aria-selected',
      'true',
    );
    await check(page, `HTTP request: ${name}`);
    if (name === 'Sign-in 1') {
      await page
        .getByRole('button', { name: /from a secret$/ })
        .first()
        .click();
      await expect(page.getByRole('menuitem', { name: 'CRM_TOKEN' })).toBeVisible();
      await check(page, 'choice of a secret');
      await page.keyboard.press('Escape');
      await tabs.getByRole('tab', { name, exact: true }).focus();
    }
    await page.keyboard.press('ArrowRight');
  }
  await expect(page.getByText('Trusted authorities')).toBeVisible();
  await unfold(page, 'Help and example');
  await check(page, 'HTTP request: certificates and help');

  await open(page, 'code', 'JavaScript');
  await expect(page.locator('.cm-content').first()).toBeVisible();
  await page.getByRole('button', { name: 'Format' }).focus();
  await page.keyboard.press('Enter');
  await check(page, 'code');

  await open(page, 'route', 'Route by');
  await page.getByLabel('Test value').fill('200');
  await expect(page.getByText(/goes to/i).first()).toBeVisible();
  await check(page, 'router');

  await open(page, 'ask', 'Base URL');
  await page.getByLabel('Answer as').selectOption('JSON of a schema');
  await unfold(page, 'Connection details');
  await check(page, 'LLM chat');
  await page.getByLabel('Answer as').selectOption('Text');
  await page.getByRole('button', { name: 'API key from a secret' }).focus();
  await page.keyboard.press('Enter');
  await page.getByRole('menuitem', { name: 'New secret…' }).press('Enter');
  await expect(page.getByRole('dialog', { name: 'New secret' })).toBeVisible();
  await check(page, 'a secret made in place');
  await page.keyboard.press('Escape');

  await expect(page.getByText(/^Saved/).first()).toBeVisible();
  await page.goto('/secrets');
  await expect(page.getByRole('row').filter({ hasText: 'REGION' })).toBeVisible();
  await check(page, 'secrets');
  await page.getByRole('button', { name: 'More actions: CRM_TOKEN' }).press('Enter');
  await page.getByRole('menuitem', { name: 'Delete' }).press('Enter');
  await expect(page.getByRole('dialog', { name: 'Delete CRM_TOKEN?' })).toBeVisible();
  await check(page, 'question before a secret is deleted');
  await page.keyboard.press('Escape');

  const run = await start(api, { id }, {});
  const writing = await model.asked();
  writing.say('One, ', '**two**');
  writing.end();
  await page.goto(`/runs/${run}?node=ask`);
  await expect(page.getByRole('tab', { name: 'Answer' })).toBeVisible();
  await expect(page.getByRole('status').getByText('Succeeded')).toBeVisible({ timeout: 30_000 });
  await check(page, 'run with an answer');
  await page.goto(`/runs/${run}?node=http`);
  await page.getByRole('tab', { name: 'Facts' }).click();
  await expect(page.getByRole('row', { name: /^Total/ })).toBeVisible();
  await check(page, 'run with a request');
  await page.goto(`/workflows/${id}/runs`);
  await expect(page.getByRole('row')).toHaveCount(2);
  await check(page, 'runs of a workflow');
});
