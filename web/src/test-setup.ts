import '@testing-library/jest-dom/vitest';
import { cleanup, configure } from '@testing-library/svelte';
import { afterEach, vi } from 'vitest';
import { me } from '$lib/accounts/me.svelte';
import { toast } from '$lib/ui/toast.svelte';

// What is loaded on demand takes its time on a machine that does other things, too.
configure({ asyncUtilTimeout: 20_000 });

// What jsdom lacks: closing a dialog, and where a text stands (nowhere).
HTMLDialogElement.prototype.close ??= function () {
  this.open = false;
};
Range.prototype.getClientRects ??= () => [] as unknown as DOMRectList;

// All files share one window and one of each module: each test leaves them as it found them. This runs after what the file
// itself does after each.
afterEach(() => {
  cleanup();
  me.set(null);
  toast.notes = [];
  document.body.replaceChildren();
  vi.useRealTimers();
  vi.restoreAllMocks();
  vi.unstubAllGlobals();
  localStorage.clear();
  sessionStorage.clear();
  history.replaceState(null, '', '/');
});
