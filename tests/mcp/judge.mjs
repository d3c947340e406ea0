// The official clients of the Model Context Protocol use a server of ours: the one of the older
// generations (@modelcontextprotocol/sdk) and the one of 2026-07-28 (@modelcontextprotocol/client),
// the latter also as it negotiates by itself. Usage: node judge.mjs SERVER_URL TOKEN. The server offers
// the tools `add`, `unlucky` and `slow`. Exits with 1 and says what differs.

import assert from 'node:assert/strict';
import { createRequire } from 'node:module';

const require = createRequire(new URL('../../web/package.json', import.meta.url));
const older = {
  ...require('@modelcontextprotocol/sdk/client/index.js'),
  ...require('@modelcontextprotocol/sdk/client/streamableHttp.js'),
};
const newer = require('@modelcontextprotocol/client');

const [server, token] = process.argv.slice(2);
const authorization = { Authorization: `Bearer ${token}` };

async function connect({ Client, StreamableHTTPClientTransport }, options = {}, headers = authorization) {
  const client = new Client({ name: 'judge', version: '1.0.0' }, options);
  await client.connect(
    new StreamableHTTPClientTransport(new URL(`${server}/mcp`), { requestInit: { headers } }),
  );
  return client;
}

async function api(path) {
  const answer = await fetch(`${server}${path}`, { headers: authorization });
  assert.equal(answer.status, 200, path);
  return answer.json();
}

/** Asks until it holds. */
async function eventually(what, condition) {
  for (const end = Date.now() + 20_000; Date.now() < end; ) {
    if (await condition()) return;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  assert.fail(`not in time: ${what}`);
}

// The second client has one parameter less.
const callsOf = {
  older: (client) => (params, options) => client.callTool(params, undefined, options),
  newer: (client) => (params, options) => client.callTool(params, options),
};

async function judge(name, client, call) {
  assert.equal(client.getServerVersion().name, 'swiftgrid', name);
  assert.match(client.getInstructions(), /get_run/);

  const { tools } = await client.listTools();
  const names = tools.map((tool) => tool.name);
  assert.deepEqual(names.slice(0, 3), ['list_workflows', 'list_runs', 'get_run'], name);
  const add = tools.find((tool) => tool.name === 'add');
  assert.equal(add.title, 'Add numbers');
  assert.deepEqual(add.inputSchema.required, ['a']);
  assert.equal(add.outputSchema.type, 'object');

  const told = [];
  const sum = await call(
    { name: 'add', arguments: { a: 2, b: 40 } },
    { onprogress: (progress) => told.push(progress) },
  );
  assert.equal(sum.isError ?? false, false);
  assert.deepEqual(sum.structuredContent, { sum: 42 });
  assert.deepEqual(JSON.parse(sum.content[0].text), { sum: 42 });

  const wrong = await call({ name: 'add', arguments: { a: 'two' } });
  assert.equal(wrong.isError, true);
  assert.match(wrong.content[0].text, /expected a number/);
  const failed = await call({ name: 'unlucky', arguments: {} });
  assert.equal(failed.isError, true);
  assert.match(failed.content[0].text, /no luck/);
  await assert.rejects(call({ name: 'nobody', arguments: {} }), (error) => error.code === -32602);

  await givesUp(name, call);
  await client.close();
}

/** A client that takes its call back: the run is cancelled. */
async function givesUp(name, call) {
  const { items } = await api('/api/flows');
  const slow = items.find((flow) => flow.name === 'Wait');
  const open = async () => {
    const runs = await api(`/api/flows/${slow.id}/runs?status=suspended`);
    return runs.items;
  };
  const controller = new AbortController();
  const told = [];
  const outcome = call(
    { name: 'slow', arguments: {} },
    { signal: controller.signal, onprogress: (progress) => told.push(progress) },
  ).then(
    () => 'answered',
    () => 'given up',
  );
  await eventually(`${name}: the run waits`, async () => (await open()).length === 1);
  const [run] = await open();
  assert.equal(run.trigger, 'mcp');
  controller.abort();
  assert.equal(await outcome, 'given up', name);
  await eventually(`${name}: the run is cancelled`, async () => {
    const { run: now } = await api(`/api/runs/${run.id}`);
    return now.status === 'cancelled';
  });
}

const first = await connect(older);
await judge('the older client', first, callsOf.older(first));

for (const mode of ['legacy', 'auto', { pin: '2026-07-28' }]) {
  const client = await connect(newer, { versionNegotiation: { mode } });
  const version = client.getNegotiatedProtocolVersion();
  assert.equal(version, mode === 'legacy' ? '2025-11-25' : '2026-07-28');
  await judge(`the newer client (${JSON.stringify(mode)})`, client, callsOf.newer(client));
}

for (const kind of [older, newer])
  await assert.rejects(connect(kind, {}, {}), 'a client without a token is let in');

console.log('The official clients of both generations understand the server.');
process.exit(0);
