import { cleanup, fireEvent, screen, within } from '@testing-library/svelte';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import * as api from '$lib/api/secrets';
import type { NodeData } from '$lib/editor/document';
import { vault } from '$lib/secrets/vault.svelte';
import { showForm } from '../testing.svelte';
import Form from './Form.svelte';

const item = {
  name: 'API_TOKEN',
  kind: 'secret' as const,
  updatedAt: '2026-11-30T07:00:00Z',
  usedBy: [],
};

beforeEach(() => {
  vi.spyOn(api, 'listSecrets').mockResolvedValue({ items: [item], missing: [], nextCursor: null });
  // jsdom draws dialogs, but has no modal ones.
  HTMLDialogElement.prototype.showModal = function () {
    this.open = true;
  };
  HTMLDialogElement.prototype.close = function () {
    this.open = false;
  };
});
afterEach(() => {
  cleanup();
  vi.restoreAllMocks();
});

const show = (start: NodeData) => showForm(Form, start);

async function open(user: ReturnType<typeof show>['user'], tab: string) {
  await user.click(screen.getByRole('tab', { name: new RegExp(`^${tab}`) }));
}

describe('HTTP request', () => {
  it('edits method, URL and headers', async () => {
    const { user, data } = show({ method: 'GET' });
    await user.type(screen.getByLabelText('URL'), 'https://example.org');
    await open(user, 'Headers');
    await user.click(screen.getByRole('button', { name: 'Add header' }));
    await user.type(screen.getByLabelText('Name of header 1'), 'Accept');
    await user.type(screen.getByLabelText('Value of header Accept'), 'text/csv');
    expect(data()).toEqual({
      method: 'GET',
      url: 'https://example.org',
      headers: { Accept: 'text/csv' },
    });
    await user.click(screen.getByRole('button', { name: 'Remove header Accept' }));
    expect(data()).not.toHaveProperty('headers');
  });

  it('counts what is set behind the tabs', () => {
    show({ query: { a: 1, b: 2 }, headers: '{{x}}', auth: { type: 'bearer' } });
    expect(screen.getByRole('tab', { name: /^Params ?2$/ })).toBeInTheDocument();
    expect(screen.getByRole('tab', { name: /^Headers ?1$/ })).toBeInTheDocument();
    expect(screen.getByRole('tab', { name: /^Sign-in ?1$/ })).toBeInTheDocument();
    expect(screen.getByRole('tab', { name: 'Body' })).toBeInTheDocument();
  });

  it('explains a status that is none and stores nothing meanwhile', async () => {
    const { user, data } = show({});
    const field = screen.getByLabelText('Also accept status');
    await user.type(field, '404, 5xx, 9');
    expect(screen.getByRole('alert')).toHaveTextContent('"9" is not a status');
    expect(data()['acceptStatus']).toEqual([404, '5xx']);
    await user.clear(field);
    await user.type(field, '200-299');
    expect(data()['acceptStatus']).toEqual(['200-299']);
  });

  it('keeps the kind of values that are no texts', async () => {
    const { user, data } = show({ query: { page: 3 } });
    await user.type(screen.getByLabelText('Value of parameter page'), '1');
    expect(data()['query']).toEqual({ page: 31 });
  });
});

describe('the body', () => {
  it('changes its kind and keeps what means something there', async () => {
    const { user, data } = show({ method: 'POST', body: { a: '1' } });
    await open(user, 'Body');
    const kind = screen.getByLabelText('Kind of body');
    expect(kind).toHaveValue('json');
    await user.selectOptions(kind, 'Form');
    expect(data()).toEqual({ method: 'POST', body: { a: '1' }, bodyType: 'form' });
    await user.selectOptions(kind, 'Text');
    expect(data()['body']).toBe('{\n  "a": "1"\n}');
    await user.selectOptions(kind, 'JSON');
    expect(data()['body']).toEqual({ a: '1' });
    await user.selectOptions(kind, 'None');
    expect(data()).toEqual({ method: 'POST' });
  });

  it('has fields and files in parts', async () => {
    const { user, data } = show({ method: 'POST', body: {}, bodyType: 'multipart' });
    await open(user, 'Body');
    await user.click(screen.getByRole('button', { name: 'Add part' }));
    await user.type(screen.getByLabelText('Name of part 1'), 'title');
    await user.type(screen.getByLabelText('Value of part title'), 'x');
    await user.click(screen.getByRole('button', { name: 'Add part' }));
    await user.type(screen.getByLabelText('Name of part 2'), 'doc');
    await user.selectOptions(screen.getByLabelText('Kind of part doc'), 'File from text');
    await user.type(screen.getByLabelText('Value of part doc'), 'hello');
    await user.type(screen.getByLabelText('File name of doc'), 'a.txt');
    expect(data()['body']).toEqual({ title: 'x', doc: { text: 'hello', filename: 'a.txt' } });
  });

  it('proposes what a part can hold', async () => {
    const { user, data } = show({
      method: 'POST',
      body: { doc: { base64: '' } },
      bodyType: 'multipart',
    });
    await open(user, 'Body');
    const field = screen.getByLabelText('Value of part doc');
    expect(field).toHaveAttribute('placeholder', '{{download.body.base64}}');
    await user.click(field);
    await user.paste('{{download.body.base64}}');
    expect(data()['body']).toEqual({ doc: { base64: '{{download.body.base64}}' } });
  });

  it('forgets the type of a file that a placeholder replaces', async () => {
    const base64 = 'A'.repeat(100);
    const { user, data } = show({
      method: 'POST',
      body: { base64, contentType: 'image/png' },
      bodyType: 'binary',
    });
    await open(user, 'Body');
    await user.click(screen.getByRole('button', { name: 'Clear' }));
    const body = screen.getByRole('tabpanel');
    await user.click(within(body).getByPlaceholderText('{{download.body}}'));
    await user.paste('{{download.body}}');
    expect(data()['body']).toBe('{{download.body}}');
  });

  it('takes a file from this machine', async () => {
    const { user, data } = show({ method: 'POST', body: '', bodyType: 'binary' });
    await open(user, 'Body');
    const input = document.querySelector('input[type=file]');
    if (!(input instanceof HTMLInputElement)) throw new Error('no file input');
    await user.upload(input, new File(['hello'], 'a.txt', { type: 'text/plain' }));
    await vi.waitFor(() => {
      expect(data()['body']).toEqual({ base64: 'aGVsbG8=', contentType: 'text/plain' });
    });
  });

  it('says when it is not sent', async () => {
    const { user } = show({ method: 'HEAD', body: 'x' });
    await open(user, 'Body');
    expect(screen.getByText('HEAD sends no body.')).toBeInTheDocument();
  });
});

describe('sign-in', () => {
  it('takes its value from a secret', async () => {
    const { user, data } = show({});
    await open(user, 'Sign-in');
    await user.selectOptions(screen.getByLabelText('How to sign in'), 'Key in a header');
    await user.type(screen.getByLabelText('Name of the header'), 'X-Key');
    const [first] = screen.getAllByRole('button', { name: /from a secret$/ });
    if (first) await user.click(first);
    await user.click(await screen.findByRole('menuitem', { name: 'API_TOKEN' }));
    expect(data()['auth']).toEqual({
      type: 'header',
      name: 'X-Key',
      value: '{{$env.API_TOKEN}}',
    });
  });

  it('moves a typed token into a secret', async () => {
    const created = vi
      .spyOn(api, 'createSecret')
      .mockResolvedValue({ ...item, name: 'API_TOKEN_2' });
    const { user, data } = show({ auth: { type: 'bearer', token: 'abc-123' } });
    await vault.load();
    await open(user, 'Sign-in');
    await user.click(screen.getByRole('button', { name: 'Store as a secret' }));
    const dialog = within(screen.getByRole('dialog', { name: 'New secret' }));
    expect(dialog.getByLabelText('Name')).toHaveValue('API_TOKEN_2');
    expect(dialog.getByLabelText('Value')).toHaveValue('abc-123');
    await user.click(dialog.getByRole('button', { name: 'Create' }));
    expect(created).toHaveBeenCalledWith({ name: 'API_TOKEN_2', value: 'abc-123', kind: 'secret' });
    await vi.waitFor(() => {
      expect(data()['auth']).toEqual({ type: 'bearer', token: '{{$env.API_TOKEN_2}}' });
    });
    expect(screen.queryByRole('dialog')).toBeNull();
  });

  it('offers to create the secret that is named and missing', async () => {
    const { user } = show({ auth: { type: 'bearer', token: '{{$env.GONE}}' } });
    await vault.load();
    await open(user, 'Sign-in');
    expect(screen.getByText('There is no secret GONE yet.')).toBeInTheDocument();
    await user.click(screen.getByRole('button', { name: 'Create' }));
    expect(screen.getByLabelText('Name')).toHaveValue('GONE');
    expect(screen.getByLabelText('Name')).toBeDisabled();
  });
});

describe('certificates', () => {
  it('keep their lines, and their section while it is edited', async () => {
    const { user, data } = show({ tls: { ca: '{{$env.CA}}' } });
    const field = screen.getByLabelText('Trusted authorities');
    await user.clear(field);
    expect(data()).not.toHaveProperty('tls');
    expect(field.closest('details')).toHaveProperty('open', true);
    await user.click(field);
    await user.paste('-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n');
    expect(data()['tls']).toEqual({
      ca: '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n',
    });
  });
});

describe('pages', () => {
  it('ask for what the way of paging needs', async () => {
    const { user, data } = show({});
    await open(user, 'Pages');
    await user.selectOptions(screen.getByLabelText('How pages are found'), 'Cursor in the answer');
    await user.type(screen.getByLabelText('List in each answer'), 'items');
    await user.type(screen.getByLabelText('Next cursor in the answer'), 'next');
    await user.type(screen.getByLabelText('At most so many pages'), '5');
    expect(data()['pagination']).toEqual({
      mode: 'cursor',
      items: 'items',
      next: 'next',
      maxPages: 5,
    });
    await user.selectOptions(screen.getByLabelText('How pages are found'), 'Link header');
    expect(screen.queryByLabelText('Next cursor in the answer')).toBeNull();
    await user.selectOptions(screen.getByLabelText('How pages are found'), 'One request');
    expect(data()).not.toHaveProperty('pagination');
  });
});

describe('a curl command', () => {
  it('that is pasted into the URL becomes the request, in one change', async () => {
    const { user, data, changes } = show({ method: 'GET', url: 'old', headers: { A: '1' } });
    const command = "curl https://a.b/c?x=1 \\\n -H 'Authorization: Bearer $TOKEN' -d y=2";
    await fireEvent.paste(screen.getByLabelText('URL'), {
      clipboardData: { getData: () => command },
    });
    expect(screen.getByLabelText('Command')).toHaveValue(command);
    expect(screen.getByRole('status')).toHaveTextContent('POST https://a.b/c');
    await user.click(screen.getByRole('button', { name: 'Use this request' }));
    expect(changes).toHaveBeenCalledTimes(1);
    expect(data()).toEqual({
      method: 'POST',
      url: 'https://a.b/c',
      query: { x: '1' },
      body: { y: '2' },
      bodyType: 'form',
      auth: { type: 'bearer', token: '$TOKEN' },
    });
  });

  it('can be typed, and says what is wrong with it', async () => {
    const { user, changes } = show({});
    await user.click(screen.getByRole('button', { name: 'Import from curl' }));
    await user.type(screen.getByLabelText('Command'), "curl 'https://a.b");
    expect(screen.getByText(/A quote is opened/)).toBeInTheDocument();
    expect(screen.getByRole('button', { name: 'Use this request' })).toBeDisabled();
    expect(changes).not.toHaveBeenCalled();
  });

  it('leaves other texts alone', async () => {
    show({});
    await fireEvent.paste(screen.getByLabelText('URL'), {
      clipboardData: { getData: () => 'https://curl.se' },
    });
    expect(screen.queryByRole('dialog')).toBeNull();
  });
});
