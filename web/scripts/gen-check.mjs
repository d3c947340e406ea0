// Fails when src/lib/api/types.gen.ts is not what the OpenAPI document says (npm run gen:check).
import { readFile } from 'node:fs/promises';
import openapiTS, { astToString } from 'openapi-typescript';
import { format, resolveConfig } from 'prettier';

const document = new URL('../../src/api/openapi.yaml', import.meta.url);
const target = new URL('../src/lib/api/types.gen.ts', import.meta.url);

/** @param {string} text */
const header = (text) => text.slice(text.indexOf('export '));
const config = await resolveConfig(target);
const fresh = await format(astToString(await openapiTS(document)), {
  ...config,
  parser: 'typescript',
});
const committed = await readFile(target, 'utf8');

if (header(fresh) !== header(committed)) {
  console.error('types.gen.ts is stale. Run `npm run gen` and commit the result.');
  process.exit(1);
}
console.log('types.gen.ts is fresh.');
