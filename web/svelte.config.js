import adapter from '@sveltejs/adapter-static';
import { vitePreprocess } from '@sveltejs/vite-plugin-svelte';

// The server does not know its base path before it starts. The build carries a marker, which the
// server replaces in index.html alone; every other file stays byte-identical and cacheable.
const base = process.argv.includes('build') ? '/__SG_BASE__' : '';

/** @type {import('@sveltejs/kit').Config} */
export default {
  preprocess: vitePreprocess(),
  kit: {
    adapter: adapter({ fallback: 'index.html', precompress: true }),
    paths: { base },
    version: { pollInterval: 300_000 },
    typescript: {
      config: (config) => ({
        ...config,
        include: [
          ...config['include'],
          '../e2e/**/*.ts',
          '../scripts/**/*.mjs',
          '../static/*.js',
          '../*.config.*',
        ],
      }),
    },
  },
};
