// A server that speaks OpenAI's chat protocol and says what a journey tells it to, when it tells it:
// so that a test can look while an answer is half written.
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface Asked {
  model: string;
  messages: { role: string; content: string }[];
  stream?: boolean;
}

/** One answer that is being written. */
export class Writing {
  readonly asked: Asked;
  readonly #response: ServerResponse;
  #tokens = 0;

  constructor(asked: Asked, response: ServerResponse) {
    this.asked = asked;
    this.#response = response;
    response.writeHead(200, { 'Content-Type': 'text/event-stream' });
  }

  say(...tokens: string[]): void {
    for (const content of tokens) this.#delta({ content });
    this.#tokens += tokens.length;
  }

  think(text: string): void {
    this.#delta({ reasoning_content: text });
  }

  end(finish = 'stop'): void {
    this.#event({ choices: [{ index: 0, delta: {}, finish_reason: finish }] });
    const usage = {
      prompt_tokens: 12,
      completion_tokens: this.#tokens,
      total_tokens: 12 + this.#tokens,
    };
    this.#event({ choices: [], usage });
    this.#response.end('data: [DONE]\n\n');
  }

  /** The connection is gone in the middle of a word. */
  breakOff(): void {
    this.#response.destroy();
  }

  #delta(delta: object): void {
    this.#event({ choices: [{ index: 0, delta, finish_reason: null }] });
  }

  #event(more: object): void {
    const chunk = {
      id: 'c1',
      object: 'chat.completion.chunk',
      created: 1,
      model: this.asked.model,
    };
    this.#response.write(`data: ${JSON.stringify({ ...chunk, ...more })}\n\n`);
  }
}

export class FakeModel {
  readonly #server: Server;
  readonly #answers: Writing[] = [];
  readonly #waiting: ((writing: Writing) => void)[] = [];

  private constructor() {
    this.#server = createServer((request, response) => void this.#answer(request, response));
  }

  static async make(): Promise<FakeModel> {
    const model = new FakeModel();
    await new Promise<void>((resolve) => model.#server.listen(0, '127.0.0.1', resolve));
    return model;
  }

  get address(): string {
    return `127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  get baseUrl(): string {
    return `http://${this.address}/v1`;
  }

  /** The next question, as soon as somebody asks one. */
  asked(): Promise<Writing> {
    const known = this.#answers.shift();
    if (known) return Promise.resolve(known);
    return new Promise((resolve) => this.#waiting.push(resolve));
  }

  close(): void {
    this.#server.closeAllConnections();
    this.#server.close();
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const parts: Buffer[] = [];
    for await (const part of request) parts.push(part as Buffer);
    const asked = JSON.parse(Buffer.concat(parts).toString()) as Asked;
    const writing = new Writing(asked, response);
    const waiting = this.#waiting.shift();
    if (waiting) waiting(writing);
    else this.#answers.push(writing);
  }
}
