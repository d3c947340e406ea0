/**
 * Unsaved changes in the browser's storage: written with every change, removed when the server has
 * them. A closed tab, a crash or a lost connection costs nothing.
 */

import type { FlowDocument } from './document';

export interface UnsavedCopy {
  /** The revision of the draft that the changes were made on. */
  readonly revision: number;
  readonly document: FlowDocument;
}

export interface UnsavedCopies {
  read(flowId: string): UnsavedCopy | undefined;
  write(flowId: string, copy: UnsavedCopy): void;
  remove(flowId: string): void;
}

export function storedCopies(storage: Storage): UnsavedCopies {
  const key = (flowId: string) => `swiftgrid.unsaved.${flowId}`;
  return {
    read(flowId) {
      try {
        const copy = JSON.parse(storage.getItem(key(flowId)) ?? 'null') as UnsavedCopy | null;
        return copy && Array.isArray(copy.document.nodes) ? copy : undefined;
      } catch {
        return undefined;
      }
    },
    write(flowId, copy) {
      try {
        storage.setItem(key(flowId), JSON.stringify(copy));
      } catch {
        // Storage is full or forbidden: the draft on the server is still saved as usual.
      }
    },
    remove(flowId) {
      storage.removeItem(key(flowId));
    },
  };
}
