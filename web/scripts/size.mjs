// The budgets of a first visit (brotli, JavaScript only) and of the embedded page. Run after a build.
import { readdirSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const build = path.join(root, 'build');
const client = path.join(root, '.svelte-kit/output/client/.vite/manifest.json');

/** @type {Record<string, { file: string, imports?: string[] }>} */
const manifest = JSON.parse(readFileSync(client, 'utf8'));
const kilobyte = 1000;
const pages = [
  { name: 'workflow list', route: '/', budget: 110 * kilobyte },
  { name: 'editor', route: '/workflows/[id]', budget: 190 * kilobyte },
  { name: 'run list', route: '/runs', budget: 110 * kilobyte },
  { name: 'run page', route: '/runs/[id]', budget: 160 * kilobyte },
];
const embedded_budget = 1_600 * kilobyte;

/** @param {string[]} keys */
function filesOf(keys) {
  const files = new Set();
  const open = [...keys];
  for (let key = open.pop(); key !== undefined; key = open.pop()) {
    const chunk = manifest[key];
    if (!chunk || files.has(chunk.file)) continue;
    files.add(chunk.file);
    open.push(...(chunk.imports ?? []));
  }
  return [...files];
}

/** The generated module of a route's node: the one that imports its +page.svelte. */
function nodeOf(/** @type {string} */ route) {
  const source = `src/routes${route === '/' ? '' : route}/+page.svelte`;
  const own = Object.entries(manifest).filter(([key]) => key.includes('/nodes/'));
  return own.filter(([key, { imports }]) => {
    const text = readFileSync(path.join(root, key), 'utf8');
    return text.includes(`/${source}"`) || (imports ?? []).includes(source);
  });
}

const always = Object.keys(manifest).filter((key) =>
  /(client\/entry|generated\/client-optimized\/app|nodes\/0\.js)/.test(key),
);
let failed = false;
for (const { name, route, budget } of pages) {
  const keys = [...always, ...nodeOf(route).map(([key]) => key)];
  const bytes = filesOf(keys)
    .filter((file) => file.endsWith('.js'))
    .reduce((sum, file) => sum + statSync(path.join(build, `${file}.br`)).size, 0);
  report(name, bytes, budget);
}

const compressible = readdirSync(build, { recursive: true, withFileTypes: true })
  .filter((entry) => entry.isFile() && !/\.(br|gz)$/.test(entry.name))
  .map((entry) => path.join(entry.parentPath, entry.name));
const embedded = compressible.reduce((sum, file) => {
  const brotli = statSync(`${file}.br`, { throwIfNoEntry: false });
  return sum + (brotli ?? statSync(file)).size;
}, 0);
report('embedded, brotli', embedded, embedded_budget);
process.exit(failed ? 1 : 0);

/**
 * @param {string} name
 * @param {number} bytes
 * @param {number} budget
 */
function report(name, bytes, budget) {
  const over = bytes > budget;
  failed ||= over;
  const text = `${(bytes / kilobyte).toFixed(0)} kB of ${budget / kilobyte} kB`;
  console.log(`${name}: ${text}${over ? '  OVER BUDGET' : ''}`);
}
