/** Which version of another workflow is meant. Pure. */

import type { Json } from '$lib/editor/document';
import { t } from '$lib/shared/t';

export function versionLabel(version: Json | undefined): string {
  if (version === 'snapshot') return t('nodes.versionSnapshot');
  if (version === undefined || version === null || version === 'latest') {
    return t('nodes.versionLatest');
  }
  return typeof version === 'number' || /^\d+$/.test(String(version))
    ? `v${String(version)}`
    : String(version);
}

/** As the document stores it: the usual one is left out, numbers are numbers. */
export function storedVersion(choice: string): Json | undefined {
  if (choice === 'latest') return undefined;
  return /^\d+$/.test(choice) ? Number(choice) : choice;
}
