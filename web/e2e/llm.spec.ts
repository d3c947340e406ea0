// A step asks a language model: its words are seen as they come, again after a reload, and do no
// harm whatever they say.
import { check } from './axe';
import { nodeOf, openNewWorkflow, statusOf, stepOption } from './build-flow';
import { FakeModel } from './fake-model';
import { expect, test as base, type Api } from './server';
import { makeChain, start } from './waiting-flows';

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

function makeQuestion(api: Api, model: FakeModel) {
  return makeChain(api, 'Triage', [
    {
      id: 'ask',
      type: 'llm-chat',
      data: {
        label: 'Classify intent',
        provider: 'custom',
        baseUrl: model.baseUrl,
        apiKey: '',
        model: 'tiny-1',
        systemPrompt: 'Name the intent.',
        userPrompt: '{{$trigger.text}}',
      },
    },
  ]);
}

test('draws a question, and sees the words of the answer as they come', async ({ page, model }) => {
  test.slow();
  await openNewWorkflow(page, () =>
    page.getByRole('button', { name: 'New workflow' }).first().click(),
  );
  await page.getByRole('button', { name: 'Add step', exact: true }).click();
  await stepOption(page, 'LLM chat').click();
  const ask = page.locator('.svelte-flow__node').first();
  await ask.dblclick();
  await page.getByLabel('Base URL').click();
  await page.keyboard.press('ControlOrMeta+a');
  await page.keyboard.insertText(model.baseUrl);
  await page.getByRole('textbox', { name: 'API key' }).click();
  await page.keyboard.press('ControlOrMeta+a');
  await page.keyboard.press('Delete');
  await page.getByLabel('Model', { exact: true }).click();
  await page.keyboard.press('ControlOrMeta+a');
  await page.keyboard.insertText('tiny-1');
  await page.getByLabel('User prompt').click();
  await page.keyboard.insertText('Which intent has "Where is my order"?');
  await expect(ask.getByText('tiny-1')).toBeVisible();
  await expect(ask.getByText('~10 est.')).toBeVisible();
  await expect(page.getByText('Saved', { exact: false }).first()).toBeVisible();

  await page.getByRole('button', { name: 'Run', exact: true }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Run', exact: true }).click();
  const writing = await model.asked();
  expect(writing.asked.messages).toEqual([
    { role: 'user', content: 'Which intent has "Where is my order"?' },
  ]);
  const results = page.getByRole('region', { name: 'Results' });
  await expect(results.getByText('Waiting for the first words…')).toBeVisible();
  writing.say('**Intent', ':** ', 'order', ' status');
  await expect(results.getByText('Intent:')).toBeVisible();
  await expect(ask.getByText('order status▌')).toBeVisible();
  await expect(results.getByRole('status').getByText('Streaming')).toBeVisible();
  writing.say(', with high confidence.');
  writing.end();
  await expect(results.getByText('order status, with high confidence.')).toBeVisible();
  await expect(ask.getByText('12 in · 5 out')).toBeVisible();
  await expect(results.getByRole('status').getByText('Complete')).toBeVisible();
});

test('finds the words so far after a reload, and the rest as it comes', async ({
  page,
  api,
  model,
}) => {
  const runId = await start(api, await makeQuestion(api, model), { text: 'Where is it?' });
  const writing = await model.asked();
  await page.goto(`/runs/${runId}?node=ask`);
  const step = page.getByRole('region', { name: 'Classify intent' });
  writing.think('They look for a parcel.');
  writing.say('# Order', ' status\n\n', 'The customer ');
  await expect(step.getByRole('heading', { name: 'Order status' })).toBeVisible();
  await page.reload();
  await expect(step.getByText('The customer')).toBeVisible();
  writing.say('asks for a parcel.\n\n- late', '\n- lost');
  writing.end();
  await expect(statusOf(page, 'ask')).toHaveAccessibleName('Succeeded');
  await expect(step.getByText('The customer asks for a parcel.')).toBeVisible();
  await expect(step.getByRole('listitem').filter({ hasText: 'lost' })).toBeVisible();
  await expect(step.getByText('They look for a parcel.')).toBeHidden();
  await step.getByText('Reasoning', { exact: true }).click();
  await expect(step.getByText('They look for a parcel.')).toBeVisible();
  await step.getByText('Messages sent').click();
  await expect(step.getByText('Where is it?')).toBeVisible();
});

test('keeps up with thousands of tokens', async ({ page, api, model }) => {
  const runId = await start(api, await makeQuestion(api, model), { text: 'Count.' });
  const writing = await model.asked();
  await page.goto(`/runs/${runId}?node=ask`);
  const step = page.getByRole('region', { name: 'Classify intent' });
  writing.say(
    ...Array.from({ length: 5_000 }, (_, at) => `w${at}${at % 20 === 19 ? '\n\n' : ' '}`),
  );
  await expect(step.getByText('w4999')).toBeVisible();
  writing.end();
  await expect(nodeOf(page, 'ask').getByText('12 in · 5,000 out')).toBeVisible();
  await expect(step.getByText('w4999')).toBeVisible();
});

test('lets no answer do anything to the page', async ({ page, api, model }) => {
  const elsewhere: string[] = [];
  page.on('request', (request) => {
    if (request.url().includes('tracker.example')) elsewhere.push(request.url());
  });
  const runId = await start(api, await makeQuestion(api, model), { text: 'Be evil.' });
  const writing = await model.asked();
  await page.goto(`/runs/${runId}?node=ask`);
  writing.say(
    '<script>document.title = "hacked"</script>\n\n<img src=x onerror="document.title = 1">\n\n',
    '![chart](https://tracker.example/a.png)\n\n[click](javascript:document.title=1)\n\n',
    '<style>* { display: none }</style>\n\n[safe](https://example.org/)\n\nThe end.',
  );
  writing.end();
  const step = page.getByRole('region', { name: 'Classify intent' });
  await expect(step.getByText('The end.')).toBeVisible();
  await expect(step.locator('img, script, style, iframe')).toHaveCount(0);
  await expect(step.getByRole('link')).toHaveText(['chart', 'safe']);
  await expect(step.getByText('<script>')).toBeVisible();
  expect(elsewhere).toEqual([]);
  expect(await page.title()).not.toContain('hacked');
});

test('shows what had come when the server broke off', async ({ page, api, model }) => {
  const runId = await start(api, await makeQuestion(api, model), { text: 'Break.' });
  const writing = await model.asked();
  writing.say('Half an ', 'answer');
  await page.goto(`/runs/${runId}?node=ask`);
  const step = page.getByRole('region', { name: 'Classify intent' });
  await expect(step.getByText('Half an answer')).toBeVisible();
  writing.breakOff();
  await expect(statusOf(page, 'ask')).toHaveAccessibleName('Failed');
  await step.getByRole('tab', { name: 'Answer' }).click();
  await expect(step.getByText('What had come before it broke off')).toBeVisible();
  await expect(step.getByText('Half an answer')).toBeVisible();
});

test('is readable for everyone', async ({ page, api, model }) => {
  test.slow();
  const flow = await makeQuestion(api, model);
  await page.goto(`/workflows/${flow.id}`);
  await nodeOf(page, 'ask').dblclick();
  await expect(page.getByLabel('User prompt')).toBeVisible();
  await page.getByText('Connection details').click();
  await page.getByText('Help and example').click();
  await check(page, 'settings of LLM chat');

  const runId = await start(api, flow, { text: 'Hello' });
  const writing = await model.asked();
  await page.goto(`/runs/${runId}?node=ask`);
  writing.think('Greeting.');
  writing.say('# Hello\n\n| a | b |\n|---|--:|\n| 1 | 2 |\n\n> quoted [link](https://example.org)');
  await expect(page.getByRole('heading', { name: 'Hello' })).toBeVisible();
  await check(page, 'an answer that is being written');
  writing.say('\n\n```js\nconst answer = 42;\n```\n\n1. one\n2. two `code`');
  writing.end();
  await expect(statusOf(page, 'ask')).toHaveAccessibleName('Succeeded');
  await expect(page.getByText('const answer = 42;')).toBeVisible();
  await check(page, 'an answer');
});
