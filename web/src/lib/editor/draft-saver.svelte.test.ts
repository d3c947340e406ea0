import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { ApiError } from '$lib/api/client';
import type { Flow, SavedFlow } from '$lib/api/types';
import type { FlowDocument } from './document';
import { renameFlow } from './edits';
import { DraftSaver, autosave_ms, type DraftStore } from './draft-saver.svelte';
import { flow as makeFlow, step } from './testing';
import { storedCopies } from './unsaved-copies';

const server = {
  id: 'f1',
  name: 'Flow',
  revision: 7,
  graph: { nodes: [], edges: [] },
} as unknown as Flow;

/** A store in memory that follows the revision rule, and can be made to fail. */
class MemoryStore implements DraftStore {
  revision = 7;
  saves: FlowDocument[] = [];
  failure: ApiError | undefined;

  save(document: FlowDocument, revision: number): Promise<SavedFlow> {
    if (this.failure) return Promise.reject(this.failure);
    if (revision !== this.revision) return Promise.reject(new ApiError(412, { code: 'stale' }));
    this.revision += 1;
    this.saves.push(document);
    const problems = [{ severity: 'warning', pointer: '', code: 'x', detail: 'y' } as const];
    return Promise.resolve({ ...server, revision: this.revision, problems: [...problems] });
  }
  load(): Promise<Flow> {
    return Promise.resolve({ ...server, name: 'Theirs', revision: this.revision });
  }
}

function setUp() {
  const state = { document: makeFlow([step('a')]) };
  const store = new MemoryStore();
  const copies = storedCopies(localStorage);
  const saver = new DraftSaver({ flow: server, store, copies, current: () => state.document });
  const edit = (name: string) => {
    state.document = renameFlow(state.document, name).document;
    saver.changed();
  };
  return { state, store, copies, saver, edit };
}

beforeEach(() => {
  vi.useFakeTimers();
  localStorage.clear();
});
afterEach(() => vi.useRealTimers());

describe('DraftSaver', () => {
  it('takes over what it sees of its own draft, and asks when the draft is another', async () => {
    const { store, saver, edit } = setUp();
    saver.seen({ ...server, activeVersion: 3 });
    expect(saver.flow.activeVersion).toBe(3);
    expect(saver.theirs).toBeUndefined();

    store.revision = 8;
    saver.seen({ ...server, name: 'Theirs', revision: 8 });
    expect(saver.theirs?.name).toBe('Theirs');
    edit('mine');
    await vi.advanceTimersByTimeAsync(autosave_ms * 2);
    expect(store.saves).toEqual([]);
  });

  it('saves once, two seconds after the last change', async () => {
    const { store, saver, edit } = setUp();
    edit('one');
    await vi.advanceTimersByTimeAsync(autosave_ms - 100);
    edit('two');
    await vi.advanceTimersByTimeAsync(autosave_ms - 100);
    expect(store.saves).toHaveLength(0);
    expect(saver.status.kind).toBe('changed');
    await vi.advanceTimersByTimeAsync(100);
    expect(store.saves.map((document) => document.name)).toEqual(['two']);
    expect(saver.status.kind).toBe('saved');
    expect(saver.problems).toHaveLength(1);
    expect(saver.flow.revision).toBe(8);
  });

  it('keeps a copy until the server has the change', async () => {
    const { copies, saver, edit } = setUp();
    edit('one');
    expect(copies.read('f1')).toMatchObject({ revision: 7, document: { name: 'one' } });
    await saver.flush();
    expect(copies.read('f1')).toBeUndefined();
  });

  it('says "saving" and not "saved" while a later change is unsaved', async () => {
    const { store, saver, edit } = setUp();
    edit('one');
    const first = saver.flush();
    expect(saver.status.kind).toBe('saving');
    edit('two');
    expect(await first).toBe(false);
    expect(saver.status.kind).toBe('changed');
    expect(await saver.flush()).toBe(true);
    expect(store.saves.map((document) => document.name)).toEqual(['one', 'two']);
  });

  it('shows both versions on a conflict and saves over the other one when told', async () => {
    const { store, saver, edit } = setUp();
    store.revision = 9;
    edit('mine');
    expect(await saver.flush()).toBe(false);
    expect(saver.status.kind).toBe('conflict');
    expect(saver.theirs?.name).toBe('Theirs');
    edit('mine again');
    await vi.advanceTimersByTimeAsync(60_000);
    expect(store.saves).toHaveLength(0);
    await saver.resolve('mine');
    expect(store.saves.map((document) => document.name)).toEqual(['mine again']);
    expect(saver.status.kind).toBe('saved');
  });

  it('saves over the other version also what was saved before', async () => {
    const { state, store, saver, edit } = setUp();
    const before = state.document;
    store.revision = 9;
    edit('mine');
    await saver.flush();
    state.document = before;
    saver.changed();
    await saver.resolve('mine');
    expect(store.saves).toEqual([before]);
    expect(saver.status.kind).toBe('saved');
  });

  it('hands the other version over when that is the choice', async () => {
    const { store, saver, edit } = setUp();
    store.revision = 9;
    edit('mine');
    await saver.flush();
    expect((await saver.resolve('theirs'))?.revision).toBe(9);
    expect(store.saves).toHaveLength(0);
  });

  it('retries by itself after a lost connection, and at once when it is back', async () => {
    const { store, saver, edit } = setUp();
    store.failure = new ApiError(0, { code: 'offline' });
    edit('one');
    await saver.flush();
    expect(saver.status.kind).toBe('offline');
    store.failure = undefined;
    saver.online();
    await vi.advanceTimersByTimeAsync(0);
    expect(saver.status.kind).toBe('saved');
    store.failure = new ApiError(503, { code: 'overload' });
    edit('two');
    await saver.flush();
    expect(saver.status.kind).toBe('failed');
    store.failure = undefined;
    await vi.advanceTimersByTimeAsync(2000);
    expect(saver.status.kind).toBe('saved');
  });

  it('does not repeat what the server refuses for its content', async () => {
    const { store, saver, edit } = setUp();
    store.failure = new ApiError(413, { detail: 'The document is too large.' });
    edit('one');
    await saver.flush();
    store.failure = undefined;
    await vi.advanceTimersByTimeAsync(60_000);
    expect(store.saves).toHaveLength(0);
    expect(saver.status).toEqual({ kind: 'failed', reason: 'The document is too large.' });
  });
});
