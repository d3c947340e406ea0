import type { FlowDocument } from '$lib/editor/document';

declare global {
  namespace App {
    interface Error {
      message: string;
      code?: string;
      requestId?: string;
    }
    interface PageState {
      /** The editor opens on a draft that was just replaced by a version: undo brings `before` back. */
      restored?: { version: number; before: FlowDocument };
      /** The editor opens with the question what to publish. */
      publish?: true;
    }
  }
}
