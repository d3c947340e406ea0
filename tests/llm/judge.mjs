// The official client of OpenAI's protocol talks to our fake server: whatever it understands, a
// lawful server may send. Usage: node judge.mjs BASE_URL. Exits with 1 and says what differs.

import assert from 'node:assert/strict';
import { createRequire } from 'node:module';

const require = createRequire(new URL('../../web/package.json', import.meta.url));
const { OpenAI } = require('openai');

const client = new OpenAI({ baseURL: process.argv[2], apiKey: 'sk-judge', maxRetries: 0 });
const messages = [{ role: 'user', content: 'Hello' }];

async function streamed(model, options = {}) {
  const stream = await client.chat.completions.create({
    model,
    messages,
    stream: true,
    stream_options: { include_usage: true },
    ...options,
  });
  const seen = { text: '', reasons: [], usage: null, chunks: 0 };
  for await (const chunk of stream) {
    seen.chunks += 1;
    seen.text += chunk.choices?.[0]?.delta?.content ?? '';
    if (chunk.choices?.[0]?.finish_reason) seen.reasons.push(chunk.choices[0].finish_reason);
    if (chunk.usage) seen.usage = chunk.usage;
  }
  return seen;
}

const whole = await client.chat.completions.create({ model: 'count:3', messages });
assert.equal(whole.choices[0].message.content, 'w1 w2 w3');
assert.equal(whole.choices[0].finish_reason, 'stop');
assert.equal(whole.usage.total_tokens, 12);

const counted = await streamed('count:200');
assert.equal(counted.text.split(' ').length, 200);
assert.deepEqual(counted.reasons, ['stop']);
assert.equal(counted.usage.completion_tokens, 200);
assert.equal((await streamed('count:2', { stream_options: undefined })).usage, null);

// What we recorded from the published formats is understood by the client, too, cut at every byte.
for (const [name, text] of Object.entries({
  openai: 'Grüße, 世界 😀!',
  ollama: 'Hello there',
  vllm: 'One two',
  llama_cpp: 'The end',
  groq: 'Fast',
  deepseek: 'Then speak.',
  azure: 'Blocks of tokens',
  openrouter: 'Claude here',
}))
  assert.equal((await streamed(`recorded:${name}`)).text, text, name);
await assert.rejects(streamed('recorded:openrouter_error'), /Provider returned error/);

const statusOf = (promise) => promise.then(() => 200, (error) => error.status);
assert.equal(await statusOf(streamed('status:401')), 401);
assert.equal(await statusOf(streamed('status:429')), 429);
assert.equal(await statusOf(streamed('no-such-model')), 404);
assert.equal((await client.models.list()).data[0].id, 'count:3');

const patient = new OpenAI({ baseURL: process.argv[2], apiKey: 'sk-judge' });
const stalled = await patient.chat.completions.create({ model: 'stall', messages, stream: true });
for await (const chunk of stalled) if (chunk.choices[0].delta.content === ' there') break;

console.log('the client understands the server');
process.exit(0);
