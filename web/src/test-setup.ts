import '@testing-library/jest-dom/vitest';
import { configure } from '@testing-library/svelte';

// What is loaded on demand takes its time on a machine that does other things, too.
configure({ asyncUtilTimeout: 20_000 });

// What jsdom lacks: closing a dialog, and where a text stands (nowhere).
HTMLDialogElement.prototype.close ??= function () {
  this.open = false;
};
Range.prototype.getClientRects ??= () => [] as unknown as DOMRectList;
