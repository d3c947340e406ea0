import { cleanup, fireEvent, render, screen, waitFor } from '@testing-library/svelte';
import userEvent from '@testing-library/user-event';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { ApiError } from '$lib/api/client';
import * as api from '$lib/api/flows';
import type { ImportResult } from '$lib/api/types';
import { dropTarget } from './drop-target';
import { Import, import_bytes_max } from './import.svelte';
import ImportDialog from './ImportDialog.svelte';
import ImportReport from './ImportReport.svelte';

const result = (id: string | null): ImportResult => ({
  flows: [
    {
      id,
      name: 'Ticket triage',
      sourceId: 'w1',
      nodes: 2,
      published: false,
      problems: [{ severity: 'error', pointer: '/graph', code: 'x', detail: 'wrong' }],
    },
  ],
  report: {
    format: 'n8n',
    converted: 1,
    partial: [{ node: 'Ask', reason: 'its key is a secret' }],
    unsupported: [],
    notes: [
      {
        severity: 'info',
        flow: 'Ticket triage',
        node: null,
        nodeId: null,
        pointer: '',
        reason: 'lists of items',
        mend: null,
      },
      {
        severity: 'error',
        flow: 'Ticket triage',
        node: 'Post',
        nodeId: 'post',
        pointer: '/nodes/1',
        reason: 'has no counterpart',
        mend: 'Replace it.',
      },
    ],
    nodes: [
      {
        flow: 'Ticket triage',
        node: 'Post',
        nodeId: 'post',
        from: 'n8n-nodes-base.slack',
        to: 'code-execution',
        outcome: 'unsupported',
      },
    ],
    secretsNeeded: ['OPENAI_API_KEY'],
  },
});

beforeEach(() => {
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

describe('an import', () => {
  it('makes nothing before it is confirmed', async () => {
    const asked = vi.spyOn(api, 'importFlows').mockResolvedValueOnce(result(null));
    const work = new Import();
    await work.look('{"nodes":[]}');
    expect(asked).toHaveBeenCalledExactlyOnceWith({ nodes: [] }, { dryRun: true, drafts: false });
    expect(work.shown).toEqual(result(null));
    asked.mockResolvedValueOnce(result('f'));
    work.publish = true;
    await work.confirm();
    expect(asked).toHaveBeenLastCalledWith({ nodes: [] }, { publish: true, drafts: false });
    expect(work.shown?.flows[0]?.id).toBe('f');
  });

  it('says where a text is no JSON, and asks nobody', async () => {
    const asked = vi.spyOn(api, 'importFlows');
    const work = new Import();
    await work.look('{"nodes": oh}');
    expect(work.error?.message).toContain('This is not JSON');
    expect(asked).not.toHaveBeenCalled();
  });

  it('refuses a file that no server would take', async () => {
    const file = new File(['{}'], 'big.json');
    Object.defineProperty(file, 'size', { value: import_bytes_max + 1 });
    const work = new Import();
    await work.readFile(file);
    expect(work.error?.message).toContain('larger than 16 MB');
  });

  it('goes back to the choice of a file', async () => {
    vi.spyOn(api, 'importFlows').mockResolvedValue(result(null));
    const work = new Import();
    await work.look('{}');
    work.forget();
    expect(work.shown).toBeUndefined();
  });
});

describe('the dialog', () => {
  it('shows the report before and after', async () => {
    const user = userEvent.setup();
    const asked = vi.spyOn(api, 'importFlows').mockResolvedValueOnce(result(null));
    const onimported = vi.fn();
    render(ImportDialog, { onimported, onclose: vi.fn() });
    expect(screen.getByRole('button', { name: 'Look at it' })).toBeDisabled();
    expect(screen.getByRole('button', { name: 'Choose a file' })).toHaveFocus();
    await user.click(screen.getByLabelText('Or paste JSON'));
    await user.paste('{"nodes":[],"connections":{}}');
    await user.click(screen.getByRole('button', { name: 'Look at it' }));
    expect(await screen.findByText('These workflows would be made')).toHaveFocus();
    expect(screen.queryByRole('link')).toBeNull();
    asked.mockResolvedValueOnce(result('f'));
    await user.click(screen.getByRole('button', { name: 'Import 1 workflow' }));
    expect(await screen.findByText('Imported')).toHaveFocus();
    expect(screen.getByRole('link', { name: 'Ticket triage' })).toHaveAttribute(
      'href',
      '/workflows/f',
    );
    expect(onimported).toHaveBeenCalledOnce();
  });

  it('looks at a file that was dropped, and shows every problem of it', async () => {
    vi.spyOn(api, 'importFlows').mockRejectedValue(
      new ApiError(422, {
        detail: 'the file has errors; nothing was imported',
        errors: [
          {
            severity: 'error',
            pointer: '/flows/1/id',
            code: 'duplicate_id',
            detail: 'another has it too',
            mend: 'Give it another.',
          },
        ],
      }),
    );
    render(ImportDialog, {
      file: new File(['{"format":"swiftgrid.bundle"}'], 'a.json'),
      onimported: vi.fn(),
      onclose: vi.fn(),
    });
    expect(await screen.findByText('/flows/1/id')).toBeInTheDocument();
    expect(screen.getByText(/Give it another\./)).toBeInTheDocument();
    expect(screen.getByText('Nothing was imported')).toBeInTheDocument();
    const asked = vi.mocked(api.importFlows).mockResolvedValueOnce(result(null));
    await userEvent.click(screen.getByRole('button', { name: 'Take it with its errors' }));
    expect(await screen.findByText('These workflows would be made')).toBeInTheDocument();
    expect(asked).toHaveBeenLastCalledWith(
      { format: 'swiftgrid.bundle' },
      { dryRun: true, drafts: true },
    );
  });
});

describe('the report', () => {
  it('has what is lost first, with what to do', () => {
    render(ImportReport, { result: result(null), done: false });
    const notes = screen.getByRole('region', { name: 'What to know' });
    expect(notes.querySelectorAll('li')[0]).toHaveTextContent(
      'Lost Post: has no counterpart Replace it.',
    );
    expect(screen.getByText('OPENAI_API_KEY')).toBeInTheDocument();
    expect(screen.getByText('1 problem to mend before it can be published')).toBeInTheDocument();
    expect(screen.getByText('not converted')).toBeInTheDocument();
  });
});

describe('dropping', () => {
  function drag(name: string, files: File[]) {
    const event = new Event(name, { bubbles: true, cancelable: true });
    Object.assign(event, { dataTransfer: { types: ['Files'], files } });
    return event;
  }

  it('takes one file, and knows when it is gone again', async () => {
    const onhover = vi.fn();
    const ondrop = vi.fn();
    const target = document.createElement('div');
    const stop = dropTarget({ accepts: () => true, onhover, ondrop })(target);
    await fireEvent(target, drag('dragenter', []));
    await fireEvent(target, drag('dragenter', []));
    await fireEvent(target, drag('dragleave', []));
    expect(onhover).toHaveBeenLastCalledWith(true);
    const file = new File(['{}'], 'a.json');
    const drop = drag('drop', [file]);
    await fireEvent(target, drop);
    expect(ondrop).toHaveBeenCalledExactlyOnceWith(file);
    expect(drop.defaultPrevented).toBe(true);
    await waitFor(() => expect(onhover).toHaveBeenLastCalledWith(false));
    stop();
    await fireEvent(target, drag('drop', [file]));
    expect(ondrop).toHaveBeenCalledOnce();
  });

  it('leaves files alone that nobody may import', async () => {
    const ondrop = vi.fn();
    const target = document.createElement('div');
    dropTarget({ accepts: () => false, onhover: vi.fn(), ondrop })(target);
    const drop = drag('drop', [new File(['{}'], 'a.json')]);
    await fireEvent(target, drop);
    expect(ondrop).not.toHaveBeenCalled();
    expect(drop.defaultPrevented).toBe(false);
  });
});
