import js from '@eslint/js';
import prettier from 'eslint-config-prettier';
import svelte from 'eslint-plugin-svelte';
import globals from 'globals';
import ts from 'typescript-eslint';
import svelteConfig from './svelte.config.js';

const lucideBarrel = {
  name: '@lucide/svelte',
  message: "The barrel compiles 2,000 components. Import '@lucide/svelte/icons/<name>'.",
};

export default ts.config(
  { ignores: ['build/', '.svelte-kit/', 'node_modules/', 'src/lib/api/types.gen.ts'] },
  { ignores: ['test-results/', 'playwright-report/'] },
  js.configs.recommended,
  ...ts.configs.strict,
  ...svelte.configs['flat/recommended'],
  prettier,
  ...svelte.configs['flat/prettier'],
  {
    languageOptions: {
      globals: { ...globals.browser, ...globals.node },
      parserOptions: {
        projectService: true,
        extraFileExtensions: ['.svelte'],
        tsconfigRootDir: import.meta.dirname,
      },
    },
    rules: {
      'no-undef': 'off',
      'no-restricted-imports': ['error', { paths: [lucideBarrel] }],
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/no-misused-promises': ['error', { checksVoidReturn: false }],
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/no-non-null-assertion': 'error',
      '@typescript-eslint/consistent-type-imports': 'error',
      'max-params': ['error', 3],
      // Collections are replaced whole in $state.raw, or are not reactive on purpose (see RunState).
      'svelte/prefer-svelte-reactivity': 'off',
      // There are no stores, and it asks for the type of everything that looks like one.
      'svelte/require-store-reactive-access': 'off',
      'no-restricted-syntax': [
        'error',
        { selector: 'TSEnumDeclaration', message: 'Use a union or an object with `as const`.' },
      ],
    },
  },
  {
    files: ['**/*.svelte', '**/*.svelte.ts'],
    languageOptions: { parserOptions: { parser: ts.parser, svelteConfig } },
  },
  {
    // Only client.ts and the event stream talk to the network.
    files: ['src/**/*.svelte'],
    rules: { 'no-restricted-globals': ['error', 'fetch', 'EventSource'] },
  },
);
