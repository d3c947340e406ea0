import { sveltekit } from '@sveltejs/kit/vite';
import tailwindcss from '@tailwindcss/vite';
import { svelteTesting } from '@testing-library/svelte/vite';
import { defineConfig } from 'vitest/config';

// What imports $app/… needs a window, even when it draws nothing.
const needWindow = ['src/**/*.svelte.test.ts', 'src/lib/api/{client,event-stream}.test.ts'];

const server = process.env['SWIFTGRID_SERVER'] ?? 'http://127.0.0.1:8080';

export default defineConfig({
  plugins: [tailwindcss(), sveltekit(), svelteTesting()],
  // Inlined fonts become data: URLs, which the content security policy refuses.
  build: { assetsInlineLimit: 0, cssTarget: ['chrome123', 'firefox120', 'safari17.5'] },
  server: {
    // The examples of the node types stand beside their C++.
    fs: { allow: ['..'] },
    proxy: {
      '/api': { target: server, changeOrigin: true },
      '/healthz': server,
      '/metrics': server,
      '/readyz': server,
    },
  },
  test: {
    maxWorkers: 1,
    // Long enough for a machine that does other things, too: no test is about how fast it is.
    testTimeout: 60_000,
    projects: [
      {
        extends: true,
        test: {
          name: 'pure',
          environment: 'node',
          isolate: false,
          include: ['src/**/*.test.ts'],
          exclude: needWindow,
        },
      },
      {
        extends: true,
        test: {
          name: 'dom',
          environment: 'jsdom',
          // A window and the packages of a file cost more than its tests; src/test-setup.ts cleans
          // up after each test, and no test replaces a module.
          isolate: false,
          include: needWindow,
          setupFiles: ['src/test-setup.ts'],
        },
      },
    ],
  },
});
