// A flow asks a real local model through the real binary: streamed, with a schema, and stopped in
// mid-answer. Usage: node ask.mjs SWIFTGRID_BINARY PACKAGES_FOLDER. Exits with 1 when something is
// not as it should be.

import assert from 'node:assert/strict';
import { execFile, spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';

import { listen } from './serve.mjs';

const [binary, packages] = process.argv.slice(2);
const folder = mkdtempSync(join(tmpdir(), 'swiftgrid-local-'));
const model = await listen(packages);

function flow(more) {
  const data = {
    label: 'Ask',
    baseUrl: model.url,
    apiKey: 'local',
    model: 'tiny',
    userPrompt: 'Is the order broken?',
    maxTokens: 24,
    temperature: 0,
    ...more,
  };
  const nodes = [{ id: 'ask', type: 'llm-chat', position: { x: 0, y: 0 }, data }];
  return { name: 'Local model', graph: { nodes, edges: [] } };
}

async function run(more) {
  const path = join(folder, 'flow.json');
  writeFileSync(path, JSON.stringify(flow(more)));
  const { stdout } = await promisify(execFile)(binary, ['run', path, '--allow-egress', model.address]);
  return JSON.parse(stdout);
}

const spoken = await run({});
assert.ok(spoken.content.length > 0);
assert.ok(spoken.usage.completion_tokens > 0 && !spoken.usage.estimated);
assert.ok(['stop', 'length'].includes(spoken.finish_reason));

const whole = await run({ stream: false });
assert.equal(whole.content, spoken.content, 'the same with and without a stream');

const schema = {
  type: 'object',
  properties: { intent: { enum: ['bug', 'refund', 'other'] }, urgent: { type: 'boolean' } },
  required: ['intent', 'urgent'],
  additionalProperties: false,
};
const structured = await run({ jsonSchema: schema, maxTokens: 200 });
assert.ok(schema.properties.intent.enum.includes(structured.json.intent));
assert.equal(typeof structured.json.urgent, 'boolean');

// A run that is cancelled stops the model.
const server = spawn(binary, ['serve', '--listen', '127.0.0.1:0', '--json', '--data-dir', join(folder, 'data'), '--allow-egress', model.address], {
  env: { ...process.env, SWIFTGRID_API_TOKEN: 'local-model-test-token' },
  stdio: ['ignore', 'pipe', 'inherit'],
});
const [line] = await new Promise((done) => createInterface(server.stdout).once('line', (text) => done([text])));
const { url } = JSON.parse(line);
const call = async (path, method = 'GET', body) => {
  const answer = await fetch(url + path, {
    method,
    headers: { Authorization: 'Bearer local-model-test-token', 'Content-Type': 'application/json' },
    body: body && JSON.stringify(body),
  });
  return answer.json();
};
const { id } = await call('/api/flows', 'POST', flow({ maxTokens: 900 }));
const { runId } = await call(`/api/flows/${id}/runs`, 'POST', {});
const stream = await fetch(`${url}/api/runs/${runId}/stream`, {
  headers: { Authorization: 'Bearer local-model-test-token' },
});
let seen = '';
for await (const piece of stream.body) {
  seen += Buffer.from(piece).toString('utf8');
  if (seen.includes('"type":"token"')) break;
}
await call(`/api/runs/${runId}/cancel`, 'POST');
const deadline = Date.now() + 20_000;
while (model.stats.stopped === 0) {
  assert.ok(Date.now() < deadline, 'the model was not stopped');
  await new Promise((later) => setTimeout(later, 10));
}
assert.equal((await call(`/api/runs/${runId}`)).run.status, 'cancelled');

server.kill('SIGTERM');
await new Promise((ended) => server.once('exit', ended));
model.close();
rmSync(folder, { recursive: true });
console.log('a real local model answered, kept to a schema and was stopped');
process.exit(0);
