import { expect, it, vi } from 'vitest';
import { readOnlyForm } from './read-only-form';

it('disables what is there, what comes later, and what was enabled again', async () => {
  const form = document.createElement('div');
  form.innerHTML = '<input><p><select></select></p>';
  const input = form.querySelector('input');
  const stop = readOnlyForm(form);
  expect(form.querySelectorAll(':disabled')).toHaveLength(2);
  form.append(document.createElement('button'));
  await vi.waitFor(() => expect(form.querySelectorAll(':disabled')).toHaveLength(3));
  if (input) input.disabled = false;
  await vi.waitFor(() => expect(input?.disabled).toBe(true));
  stop();
  form.append(document.createElement('textarea'));
  await Promise.resolve();
  expect(form.querySelectorAll(':disabled')).toHaveLength(3);
});

it('leaves tabs and what only looks', () => {
  const form = document.createElement('div');
  form.innerHTML =
    '<button role="tab"></button><button data-looks></button>' +
    '<div data-looks><button></button></div><button></button>';
  readOnlyForm(form)();
  expect([...form.querySelectorAll('button')].map(({ disabled }) => disabled)).toEqual([
    false,
    false,
    false,
    true,
  ]);
});
