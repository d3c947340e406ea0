import '@testing-library/jest-dom/vitest';
import { configure } from '@testing-library/svelte';

// What is loaded on demand takes its time on a machine that does other things, too.
configure({ asyncUtilTimeout: 20_000 });
