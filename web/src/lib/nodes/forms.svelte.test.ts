import { cleanup, screen } from '@testing-library/svelte';
import { afterEach, describe, expect, it } from 'vitest';
import ErrorsForm from './ErrorsForm.svelte';
import CodeForm from './code_execution/Form.svelte';
import HttpForm from './http_request/Form.svelte';
import RouterForm from './router/Form.svelte';
import SchemaForm from './SchemaForm.svelte';
import { plain_descriptor as descriptor, showForm as show } from './testing.svelte';

afterEach(cleanup);

describe('headers that are one expression', () => {
  const expression = '{{prev.headers}}';

  it('are shown as what they are and survive the form', async () => {
    const { user, data } = show(HttpForm, { method: 'GET', headers: expression });
    await user.click(screen.getByRole('tab', { name: /^Headers/ }));
    expect(screen.getByRole('textbox', { name: 'Headers' })).toHaveValue(expression);
    expect(screen.queryByRole('button', { name: 'Add header' })).toBeNull();
    await user.type(screen.getByLabelText('URL'), 'x');
    await user.click(screen.getByLabelText('Follow redirects'));
    expect(data()['headers']).toBe(expression);
    await user.type(screen.getByRole('textbox', { name: 'Headers' }), ' ');
    expect(data()['headers']).toBe(`${expression} `);
  });

  it('can be typed, emptied and left for rows', async () => {
    const { user, data } = show(HttpForm, {});
    await user.click(screen.getByRole('tab', { name: 'Headers' }));
    await user.click(screen.getByRole('button', { name: 'Headers from one expression' }));
    await user.type(screen.getByRole('textbox', { name: 'Headers' }), '{{{{a}}');
    expect(data()['headers']).toBe('{{a}}');
    await user.clear(screen.getByRole('textbox', { name: 'Headers' }));
    expect(data()).not.toHaveProperty('headers');
    expect(screen.getByRole('textbox', { name: 'Headers' })).toHaveValue('');
    await user.click(screen.getByRole('button', { name: 'One by one instead' }));
    expect(screen.getByRole('button', { name: 'Add header' })).toBeInTheDocument();
  });

  it('keep the inputs of a code step that are one expression', async () => {
    const { user, data } = show(CodeForm, { code: '', inputs: expression });
    expect(screen.getByLabelText('Inputs')).toHaveValue(expression);
    await user.type(screen.getByLabelText('Time limit'), '9');
    expect(data()['inputs']).toBe(expression);
  });
});

describe('router', () => {
  const start = {
    routeBy: '{{a.x}}',
    conditions: [
      { id: 'yes', label: 'yes', expression: 'value' },
      { id: 'no', label: 'no', expression: '!value' },
    ],
  };

  it('adds, names and fills a branch', async () => {
    const { user, data, handles } = show(RouterForm, { ...start, conditions: [] });
    await user.click(screen.getByRole('button', { name: 'Add branch' }));
    await user.clear(screen.getByLabelText('Name of branch 1'));
    await user.type(screen.getByLabelText('Name of branch 1'), 'big');
    await user.type(screen.getByLabelText('Condition of big'), 'value > 9');
    expect(data()['conditions']).toEqual([
      { id: 'big', label: 'big', expression: 'value > 9', color: 'green' },
    ]);
    expect(handles).toHaveBeenCalled();
  });

  it('moves a branch with the arrow keys', async () => {
    const { user, data } = show(RouterForm, start);
    screen.getByRole('button', { name: /^Move no/ }).focus();
    await user.keyboard('{ArrowUp}');
    const order = (data()['conditions'] as unknown as { id: string }[]).map(({ id }) => id);
    expect(order).toEqual(['no', 'yes']);
  });

  it('tells where the edges of a removed branch go', async () => {
    const { user, handles } = show(RouterForm, start);
    await user.click(screen.getByRole('button', { name: 'Remove yes' }));
    expect(handles).toHaveBeenCalledWith(new Map([['yes', null]]));
  });

  it('puts a common pattern into the first empty condition', async () => {
    const { user, data } = show(RouterForm, { ...start, conditions: [] });
    await user.click(screen.getByText('Common patterns'));
    await user.click(screen.getByRole('button', { name: /is at least/ }));
    expect(data()['conditions']).toMatchObject([{ expression: 'value >= 100' }]);
  });
});

describe('errors and retries', () => {
  it('writes only what differs from the defaults', async () => {
    const { user, data } = show(ErrorsForm, {});
    await user.click(screen.getByLabelText(/Take the error branch/));
    await user.type(screen.getByLabelText('How often'), '5');
    expect(data()).toEqual({ onError: 'branch', retry: { maxRetries: 5 } });
    await user.click(screen.getByLabelText(/Fail the run/));
    await user.clear(screen.getByLabelText('How often'));
    expect(data()).toEqual({});
  });

  it('refuses a number outside of its limits', async () => {
    const { user, data } = show(ErrorsForm, {});
    await user.type(screen.getByLabelText('How often'), '101');
    expect(screen.getByRole('alert')).toHaveTextContent('At most 100.');
    expect(data()).toEqual({ retry: { maxRetries: 10 } });
  });

  it('offers no retries to steps without outside effects', () => {
    show(
      ErrorsForm,
      {},
      {
        descriptor: { ...descriptor, hasOutsideEffect: false },
      },
    );
    expect(screen.queryByText('Retries')).toBeNull();
  });
});

describe('the form made from a JSON Schema', () => {
  const dataSchema = {
    type: 'object',
    properties: {
      label: { type: 'string' },
      model: { type: 'string', title: 'Model', default: 'small' },
      stream: { type: 'boolean', description: 'Words as they come.' },
      mode: { type: 'string', enum: ['a', 'b'] },
      maxTokens: { type: ['integer', 'null'], minimum: 1 },
      inputMapping: { type: 'object' },
    },
  };

  it('has a control of the right kind for every field, and none for common ones', async () => {
    const { user, data } = show(
      SchemaForm,
      { label: 'L' },
      { descriptor: { ...descriptor, dataSchema } },
    );
    expect(screen.queryByLabelText('Label')).toBeNull();
    expect(screen.getByLabelText('Model')).toHaveValue('small');
    await user.click(screen.getByLabelText(/Stream/));
    await user.selectOptions(screen.getByLabelText('Mode'), 'b');
    await user.type(screen.getByLabelText('Max tokens'), '80');
    expect(data()).toEqual({ label: 'L', stream: true, mode: 'b', maxTokens: 80 });
    expect(screen.getByText('Words as they come.')).toBeInTheDocument();
    expect(screen.getByRole('button', { name: 'Add entry' })).toBeInTheDocument();
  });
});
