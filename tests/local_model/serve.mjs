// A real local model behind OpenAI's protocol: llama.cpp (by node-llama-cpp) with the model of
// model.mjs. Exports listen(), which gives { url, stats, close }.

import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

import { writeModel } from './model.mjs';

async function loadModel(packages) {
  const require = createRequire(join(packages, 'package.json'));
  const { getLlama, LlamaChatSession } = await import(
    pathToFileURL(require.resolve('node-llama-cpp')).href
  );
  const folder = mkdtempSync(join(tmpdir(), 'swiftgrid-model-'));
  const path = join(folder, 'model.gguf');
  writeModel(path);
  const llama = await getLlama({ gpu: false, build: 'never', logLevel: 'error' });
  const model = await llama.loadModel({ modelPath: path, gpuLayers: 0 });
  const context = await model.createContext({ contextSize: 1024, sequences: 1, threads: 1 });
  rmSync(folder, { recursive: true });
  return { llama, model, context, LlamaChatSession };
}

const envelope = (object, model) => ({
  id: 'chatcmpl-local',
  object,
  created: Math.floor(Date.now() / 1000),
  model,
});

async function readBody(request) {
  let text = '';
  for await (const piece of request) text += piece;
  return JSON.parse(text);
}

export async function listen(packages) {
  const loaded = await loadModel(packages);
  const sequence = loaded.context.getSequence();
  const stats = { answered: 0, stopped: 0 };

  async function complete(asked, response) {
    const gone = new AbortController();
    response.on('close', () => gone.abort());
    const prompt = asked.messages.map((message) => message.content).join('\n');
    const schema = asked.response_format?.json_schema?.schema;
    const grammar = schema ? await loaded.llama.createGrammarForJsonSchema(schema) : undefined;
    const send = (choice, usage = null) =>
      response.write(
        `data: ${JSON.stringify({ ...envelope('chat.completion.chunk', asked.model), choices: choice ? [{ index: 0, finish_reason: null, ...choice }] : [], usage })}\n\n`,
      );
    if (asked.stream) {
      response.writeHead(200, { 'Content-Type': 'text/event-stream' });
      send({ delta: { role: 'assistant', content: '' } });
    }
    await sequence.clearHistory();
    const session = new loaded.LlamaChatSession({ contextSequence: sequence, autoDisposeSequence: false });
    let tokens = 0;
    const answer = session.promptWithMeta(prompt, {
      grammar,
      maxTokens: asked.max_tokens ?? 64,
      temperature: asked.temperature ?? 0,
      seed: 7,
      signal: gone.signal,
      stopOnAbortSignal: true,
      onToken: (added) => (tokens += added.length),
      onTextChunk: (text) => asked.stream && send({ delta: { content: text } }),
    });
    const { responseText, stopReason } = await answer.catch((error) => {
      if (gone.signal.aborted) return {};
      throw error;
    });
    session.dispose({ disposeSequence: false });
    if (gone.signal.aborted) {
      stats.stopped += 1;
      return;
    }
    stats.answered += 1;
    const reason = stopReason === 'maxTokens' ? 'length' : 'stop';
    const prompted = loaded.model.tokenize(prompt).length;
    const usage = {
      prompt_tokens: prompted,
      completion_tokens: tokens,
      total_tokens: prompted + tokens,
    };
    if (asked.stream) {
      send({ delta: {}, finish_reason: reason });
      if (asked.stream_options?.include_usage) send(null, usage);
      response.end('data: [DONE]\n\n');
      return;
    }
    response.writeHead(200, { 'Content-Type': 'application/json' });
    const message = { role: 'assistant', content: responseText };
    response.end(
      JSON.stringify({
        ...envelope('chat.completion', asked.model),
        choices: [{ index: 0, message, finish_reason: reason }],
        usage,
      }),
    );
  }

  const server = createServer(async (request, response) => {
    try {
      await complete(await readBody(request), response);
    } catch (error) {
      if (!response.headersSent) response.writeHead(500, { 'Content-Type': 'application/json' });
      response.end(JSON.stringify({ error: { message: String(error), type: 'server_error' } }));
    }
  });
  await new Promise((ready) => server.listen(0, '127.0.0.1', ready));
  const address = `127.0.0.1:${server.address().port}`;
  return { address, url: `http://${address}/v1`, stats, close: () => server.close() };
}
