import { cleanup, render, screen } from '@testing-library/svelte';
import userEvent from '@testing-library/user-event';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { ApiError } from '$lib/api/client';
import ListEnd from './ListEnd.svelte';

afterEach(() => {
  cleanup();
  vi.unstubAllGlobals();
});

/** Says once that an element is seen, as browsers do when one stays where it is. */
class SeenOnce {
  readonly #tell: IntersectionObserverCallback;
  constructor(tell: IntersectionObserverCallback) {
    this.#tell = tell;
  }
  observe() {
    const entries = [{ isIntersecting: true } as IntersectionObserverEntry];
    this.#tell(entries, this as unknown as IntersectionObserver);
  }
  disconnect() {
    // Nothing is held.
  }
}

describe('the end of a list', () => {
  it('asks on after a page that was too short to push it out of sight', async () => {
    vi.stubGlobal('IntersectionObserver', SeenOnce);
    const onmore = vi.fn();
    const always = { hasMore: true, error: null, onmore, onretry: vi.fn() };
    const { rerender } = render(ListEnd, { ...always, rows: [1] });
    expect(onmore).toHaveBeenCalledTimes(1);
    await rerender({ rows: [1, 2] });
    expect(onmore).toHaveBeenCalledTimes(2);
    await rerender({ rows: [1, 2, 3], hasMore: false });
    expect(onmore).toHaveBeenCalledTimes(2);
  });

  it('says why the next page is missing, and lets it be asked for again', async () => {
    vi.stubGlobal('IntersectionObserver', SeenOnce);
    const onmore = vi.fn();
    const onretry = vi.fn();
    const error = new ApiError(503, { detail: 'too busy' });
    render(ListEnd, { rows: [1], hasMore: true, error, onmore, onretry });
    expect(screen.getByRole('alert')).toHaveTextContent('too busy');
    expect(onmore).not.toHaveBeenCalled();
    await userEvent.click(screen.getByRole('button', { name: 'Try again' }));
    expect(onretry).toHaveBeenCalledOnce();
  });
});
