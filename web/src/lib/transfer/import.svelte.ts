// One import: a file or a text is read, the server says what would become of it, and after a yes it
// is made. Nothing is made before.
import { ApiError, asApiError } from '$lib/api/client';
import { importFlows } from '$lib/api/flows';
import type { ImportResult } from '$lib/api/types';
import { t } from '$lib/shared/t';

/** As the server's bound of a request. */
export const import_bytes_max = 16 * 1024 * 1024;

export class Import {
  text = $state('');
  publish = $state(false);
  /** Errors of the workflows refuse nothing. */
  drafts = $state(false);
  busy = $state(false);
  error = $state.raw<ApiError>();
  /** What would be made. */
  preview = $state.raw<ImportResult>();
  /** What was made. */
  result = $state.raw<ImportResult>();
  #document: unknown;

  get shown(): ImportResult | undefined {
    return this.result ?? this.preview;
  }

  async readFile(file: File): Promise<void> {
    if (file.size > import_bytes_max) {
      this.#refuse(t('transfer.tooLarge', { megabytes: import_bytes_max / 1024 / 1024 }));
      return;
    }
    let text: string;
    try {
      text = await file.text();
    } catch {
      this.#refuse(t('transfer.unreadable'));
      return;
    }
    await this.look(text);
  }

  /** Asks the server what would become of the text. */
  async look(text = this.text): Promise<void> {
    this.preview = undefined;
    this.error = undefined;
    this.drafts = false;
    try {
      this.#document = JSON.parse(text);
    } catch (cause) {
      this.#refuse(t('transfer.notJson', { reason: (cause as Error).message }));
      return;
    }
    await this.#ask(async () => {
      this.preview = await importFlows(this.#document, { dryRun: true, drafts: this.drafts });
    });
  }

  /** The same file once more, with its errors. */
  async takeWithErrors(): Promise<void> {
    this.drafts = true;
    await this.#ask(async () => {
      this.preview = await importFlows(this.#document, { dryRun: true, drafts: true });
    });
  }

  async confirm(): Promise<void> {
    await this.#ask(async () => {
      this.result = await importFlows(this.#document, {
        publish: this.publish,
        drafts: this.drafts,
      });
    });
  }

  /** Back to the choice of a file. */
  forget(): void {
    this.preview = undefined;
    this.error = undefined;
    this.#document = undefined;
  }

  async #ask(work: () => Promise<void>): Promise<void> {
    this.busy = true;
    this.error = undefined;
    try {
      await work();
    } catch (cause) {
      this.error = asApiError(cause);
    } finally {
      this.busy = false;
    }
  }

  #refuse(detail: string): void {
    this.error = new ApiError(0, { code: 'unreadable_file', detail });
  }
}
