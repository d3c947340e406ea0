import { cleanup, screen } from '@testing-library/svelte';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { NodeData } from '$lib/editor/document';
import type { StepTools } from '../step-context';
import { showForm } from '../testing.svelte';
import Form from './Form.svelte';

const steps = (published?: NodeData): StepTools => ({
  last: () => undefined,
  problems: () => [],
  targets: () => [],
  liveVersion: 3,
  published: () => Promise.resolve(published),
});

beforeEach(() => {
  // jsdom lays nothing out.
  Range.prototype.getClientRects ??= () => [] as unknown as DOMRectList;
});
afterEach(() => {
  cleanup();
  vi.restoreAllMocks();
});

describe('a script', () => {
  it('is laid out anew, and says where it does not parse', async () => {
    const { user, data } = showForm(Form, { code: 'return {a:1}' });
    const format = screen.getByRole('button', { name: 'Format' });
    await user.click(format);
    await vi.waitFor(() => expect(data()['code']).toBe('return { a: 1 };'));
    expect(screen.queryByRole('button', { name: /^Compare/ })).toBeNull();
  });

  it('that does not parse stays as it is', async () => {
    const { user, data } = showForm(Form, { code: 'const a = 1;\nreturn {' });
    await user.click(screen.getByRole('button', { name: 'Format' }));
    expect(await screen.findByRole('alert')).toHaveTextContent(/^Not formatted: .+ in line 2$/);
    expect(data()['code']).toBe('const a = 1;\nreturn {');
  });

  it('is compared with what is live', async () => {
    const { user } = showForm(Form, { code: 'return 2' }, { steps: steps({ code: 'return 1' }) });
    await user.click(screen.getByRole('button', { name: 'Compare with v3' }));
    const diff = await screen.findByLabelText('The script of the live version and this one');
    await vi.waitFor(() => expect(diff).toHaveTextContent(/return 1.*return 2/));
    expect(screen.getByRole('button', { name: 'Format' })).toBeDisabled();
    await user.click(screen.getByRole('button', { name: 'Compare with v3' }));
    expect(screen.queryByLabelText('The script of the live version and this one')).toBeNull();
  });

  it.each([
    ['The live version has the same script.', { code: 'return 2' }],
    ['The live version does not have this step.', undefined],
  ])('says: %s', async (sentence, published) => {
    const { user } = showForm(Form, { code: 'return 2' }, { steps: steps(published) });
    await user.click(screen.getByRole('button', { name: 'Compare with v3' }));
    expect(await screen.findByText(sentence)).toBeInTheDocument();
  });
});
