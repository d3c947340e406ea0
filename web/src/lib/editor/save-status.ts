/** What the header says about the draft. The text is the truth or it is worth nothing. */

export type SaveState =
  | { readonly kind: 'saved'; readonly at: number | undefined }
  | { readonly kind: 'changed' }
  | { readonly kind: 'saving' }
  | { readonly kind: 'offline' }
  | { readonly kind: 'conflict' }
  | { readonly kind: 'failed'; readonly reason: string };

export function saveText(state: SaveState, now: number): string {
  switch (state.kind) {
    case 'saved':
      return state.at === undefined ? 'Saved' : `Saved ${ago(now - state.at)}`;
    case 'changed':
      return 'Unsaved changes';
    case 'saving':
      return 'Saving';
    case 'offline':
      return 'Not saved: offline';
    case 'conflict':
      return 'Not saved: changed elsewhere';
    case 'failed':
      return `Not saved: ${state.reason}`;
  }
}

export function isTrouble(state: SaveState): boolean {
  return state.kind === 'offline' || state.kind === 'conflict' || state.kind === 'failed';
}

function ago(ms: number): string {
  const seconds = Math.max(0, Math.round(ms / 1000));
  if (seconds < 2) return 'just now';
  if (seconds < 60) return `${String(seconds)} s ago`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${String(minutes)} m ago`;
  return `${String(Math.floor(minutes / 60))} h ago`;
}
