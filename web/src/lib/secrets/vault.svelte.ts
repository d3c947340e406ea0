// The secrets and variables that exist, and the names that workflows want in vain. One list for the
// whole page: a secret made in a step's panel is at once in every completion and picker.
import { asApiError, type ApiError } from '$lib/api/client';
import { allPages } from '$lib/api/pages';
import { createSecret, deleteSecret, listSecrets, replaceSecret } from '$lib/api/secrets';
import type { MissingSecret, SecretItem, SecretKind, SecretList } from '$lib/api/types';

export class Vault {
  items = $state.raw<readonly SecretItem[]>([]);
  missing = $state.raw<readonly MissingSecret[]>([]);
  error = $state.raw<ApiError | null>(null);
  /** The list has been read at least once. */
  known = $state(false);
  #reading: Promise<void> | null = null;

  readonly names = $derived(this.items.map(({ name }) => name));

  /** Reads the list; whoever asks meanwhile waits for the same answer. */
  load(): Promise<void> {
    this.#reading ??= this.#read().finally(() => (this.#reading = null));
    return this.#reading;
  }

  async #read(): Promise<void> {
    try {
      this.items = await allPages<SecretItem, SecretList>(listSecrets, (page) => {
        this.missing = page.missing;
      });
      this.known = true;
      this.error = null;
    } catch (error) {
      this.error = asApiError(error);
    }
  }

  find(name: string): SecretItem | undefined {
    return this.items.find((item) => item.name === name);
  }

  async create(secret: { name: string; value: string; kind: SecretKind }): Promise<void> {
    this.#keep(await createSecret(secret));
    this.missing = this.missing.filter(({ name }) => name !== secret.name);
  }

  async replace(name: string, value: string): Promise<void> {
    this.#keep(await replaceSecret(name, value));
  }

  async remove(name: string, force: boolean): Promise<void> {
    await deleteSecret(name, force);
    this.items = this.items.filter((item) => item.name !== name);
    // Whoever used it misses it now.
    await this.load();
  }

  #keep(item: SecretItem): void {
    const others = this.items.filter(({ name }) => name !== item.name);
    this.items = [...others, item].sort((a, b) => (a.name < b.name ? -1 : 1));
  }
}

export const vault = new Vault();
