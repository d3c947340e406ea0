// Every journey runs against the real server: its own process, data folder and free port. The
// binary comes from SWIFTGRID_BIN. kill9() and start() again is how a crash looks from the browser.
import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { test as base, type APIRequestContext } from '@playwright/test';

const binary = process.env['SWIFTGRID_BIN'] ?? '';
const startMs = 20_000;

export interface ServerOptions {
  basePath?: string;
  /** Without a token the server makes one and prints a one-time sign-in link. */
  token?: string | null;
  /** Private addresses that steps may call, as host:port. */
  allowEgress?: readonly string[];
}

export class Server {
  readonly token: string | null;
  readonly #basePath: string;
  readonly #dataDir: string;
  readonly #allowEgress: readonly string[];
  #process: ChildProcess | null = null;
  #origin = '';
  /** Everything the server has printed. */
  output = '';

  constructor(dataDir: string, options: ServerOptions = {}) {
    this.#dataDir = dataDir;
    this.#basePath = options.basePath ?? '';
    this.#allowEgress = options.allowEgress ?? [];
    this.token = options.token === undefined ? 'journey-token-0123456789abcdef' : options.token;
  }

  static async make(options: ServerOptions = {}): Promise<Server> {
    if (binary === '') throw new Error('Set SWIFTGRID_BIN to the swiftgrid binary.');
    const server = new Server(await mkdtemp(path.join(tmpdir(), 'swiftgrid-e2e-')), options);
    await server.start();
    return server;
  }

  /** With the base path, without a slash at the end. */
  get url(): string {
    return this.#origin + this.#basePath;
  }

  /** The first start takes a free port; later ones come back at the same address. */
  async start(): Promise<void> {
    const listen = this.#origin === '' ? '127.0.0.1:0' : new URL(this.#origin).host;
    const args = ['serve', '--listen', listen, '--data-dir', this.#dataDir];
    if (this.#basePath !== '') args.push('--base-path', this.#basePath);
    for (const address of this.#allowEgress) args.push('--allow-egress', address);
    const env = { ...process.env };
    delete env['SWIFTGRID_API_TOKEN'];
    if (this.token !== null) env['SWIFTGRID_API_TOKEN'] = this.token;
    this.output = '';
    const child = spawn(binary, args, { env, stdio: ['ignore', 'pipe', 'pipe'] });
    this.#process = child;
    this.#origin = await this.#whenReady(child);
  }

  /** The process gets no chance to tidy up. */
  async kill9(): Promise<void> {
    await this.#end('SIGKILL');
  }

  async close(): Promise<void> {
    await this.#end('SIGTERM');
    await rm(this.#dataDir, { recursive: true, force: true });
  }

  #whenReady(child: ChildProcess): Promise<string> {
    return new Promise((resolve, reject) => {
      const fail = (why: string) => reject(new Error(`${why}. It printed:\n${this.output}`));
      const timer = setTimeout(() => fail('The server did not get ready'), startMs);
      const read = (data: Buffer) => {
        this.output += data.toString();
        const origin = /https?:\/\/[\d.]+:\d+/.exec(this.output);
        if (!origin) return;
        clearTimeout(timer);
        resolve(origin[0]);
      };
      child.stdout?.on('data', read);
      child.stderr?.on('data', read);
      child.once('error', (error) => fail(error.message));
      child.once('exit', (code) => fail(`The server ended with ${String(code)}`));
    });
  }

  async #end(signal: NodeJS.Signals): Promise<void> {
    const child = this.#process;
    this.#process = null;
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const ended = new Promise((resolve) => child.once('exit', resolve));
    child.kill(signal);
    await ended;
  }
}

/** Calls the API as a script would, with the token. */
export class Api {
  readonly #request: APIRequestContext;
  readonly #server: Server;

  constructor(request: APIRequestContext, server: Server) {
    this.#request = request;
    this.#server = server;
  }

  get<T>(path: string): Promise<T> {
    return this.#ask(path, { method: 'GET' });
  }

  post<T>(path: string, data: object = {}): Promise<T> {
    return this.#ask(path, { method: 'POST', data });
  }

  async #ask<T>(path: string, options: { method: string; data?: object }): Promise<T> {
    const headers = { Authorization: `Bearer ${this.#server.token ?? ''}` };
    const answer = await this.#request.fetch(this.#server.url + path, { ...options, headers });
    if (!answer.ok()) throw new Error(`${path}: ${answer.status()} ${await answer.text()}`);
    return (await answer.json()) as T;
  }
}

interface Fixtures {
  serverOptions: ServerOptions;
  server: Server;
  api: Api;
  /** False: the browser starts without a session. */
  signedIn: boolean;
}

export const test = base.extend<Fixtures>({
  serverOptions: [{}, { option: true }],
  signedIn: [true, { option: true }],
  server: async ({ serverOptions }, use) => {
    const server = await Server.make(serverOptions);
    await use(server);
    await server.close();
  },
  baseURL: async ({ server }, use) => {
    await use(server.url);
  },
  api: async ({ playwright, server }, use) => {
    const request = await playwright.request.newContext();
    await use(new Api(request, server));
    await request.dispose();
  },
  context: async ({ context, server, signedIn }, use) => {
    if (signedIn) {
      const data = { token: server.token };
      const answer = await context.request.post(`${server.url}/api/auth/login`, { data });
      if (!answer.ok()) throw new Error(`Signing in failed: ${answer.status()}`);
    }
    await use(context);
  },
});

export { expect } from '@playwright/test';
