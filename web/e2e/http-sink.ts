// A real HTTP server that takes what the server sends and answers as it is told: somebody else's
// service.
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface Taken {
  path: string;
  headers: IncomingMessage['headers'];
  body: string;
}

export class HttpSink {
  readonly #server: Server;
  readonly #taken: Taken[] = [];
  readonly #waiting: ((taken: Taken) => void)[] = [];
  /** What the next requests are answered with. */
  status = 200;
  says = 'ok';

  private constructor() {
    this.#server = createServer((request, response) => void this.#answer(request, response));
  }

  static async make(): Promise<HttpSink> {
    const sink = new HttpSink();
    await new Promise<void>((resolve) => sink.#server.listen(0, '127.0.0.1', resolve));
    return sink;
  }

  get address(): string {
    return `127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** The next request that nobody has taken yet, as soon as it comes. */
  next(): Promise<Taken> {
    const known = this.#taken.shift();
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
    const taken = {
      path: request.url ?? '',
      headers: request.headers,
      body: Buffer.concat(parts).toString(),
    };
    response.writeHead(this.status, { 'Content-Type': 'text/plain' }).end(this.says);
    const next = this.#waiting.shift();
    if (next) next(taken);
    else this.#taken.push(taken);
  }
}
