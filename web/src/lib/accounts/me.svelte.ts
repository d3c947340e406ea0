// Who is signed in, and what they may do. Known before the first page is shown; what one may not do
// is not offered, and the server refuses it anyway.
import { getAuthStatus } from '$lib/api/auth';
import type { AuthStatus, Role } from '$lib/api/types';
import { t } from '$lib/shared/t';

export const roles: readonly Role[] = ['viewer', 'operator', 'editor', 'owner'];

export class Me {
  status = $state.raw<AuthStatus | null>(null);

  readonly name = $derived(
    this.status?.kind === 'person' ? (this.status.name ?? '') : t('account.noAccount'),
  );
  /** Signed in by the link or the server's token, where nobody has an account yet. */
  readonly needsAccount = $derived(this.status?.kind === 'serverToken' && !this.status.hasAccounts);

  #asked: Promise<void> | null = null;

  /** A server that cannot be reached says so elsewhere. */
  load(): Promise<void> {
    this.#asked ??= this.#read().finally(() => (this.#asked = null));
    return this.#asked;
  }

  /** The server has answered something: it can be asked for what it could not tell before. */
  async loadIfUnknown(): Promise<void> {
    if (this.status === null) await this.load();
  }

  async #read(): Promise<void> {
    try {
      this.status = await getAuthStatus();
    } catch {
      this.status = null;
    }
  }

  set(status: AuthStatus | null): void {
    this.status = status;
  }

  /** Everything, as long as nothing is known. */
  may(needed: Role): boolean {
    const role = this.status?.role;
    return !role || roles.indexOf(role) >= roles.indexOf(needed);
  }

  /** The roles that somebody may be given: none above one's own. */
  readonly grantable = $derived(roles.filter((role) => this.may(role)).toReversed());
}

export const me = new Me();
