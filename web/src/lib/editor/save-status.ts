/** What the header says about the draft. The text is the truth or it is worth nothing. */

import { t } from '$lib/shared/t';

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
      return state.at === undefined
        ? t('save.saved')
        : t('save.savedAgo', { ago: ago(now - state.at) });
    case 'changed':
      return t('save.changed');
    case 'saving':
      return t('save.saving');
    case 'offline':
      return t('save.offline');
    case 'conflict':
      return t('save.conflict');
    case 'failed':
      return t('save.failed', { reason: state.reason });
  }
}

export function isTrouble(state: SaveState): boolean {
  return state.kind === 'offline' || state.kind === 'conflict' || state.kind === 'failed';
}

function ago(ms: number): string {
  const seconds = Math.max(0, Math.round(ms / 1000));
  if (seconds < 2) return t('save.now');
  if (seconds < 60) return t('save.seconds', { seconds });
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return t('save.minutes', { minutes });
  return t('save.hours', { hours: Math.floor(minutes / 60) });
}
