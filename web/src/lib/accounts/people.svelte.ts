// The accounts of the server, for its owners.
import { changeUser, deleteUser, listUsers } from '$lib/api/accounts';
import { asApiError, type ApiError } from '$lib/api/client';
import type { Role, User } from '$lib/api/types';

export class People {
  users = $state.raw<readonly User[]>([]);
  known = $state(false);
  error = $state.raw<ApiError | null>(null);

  async load(): Promise<void> {
    try {
      this.users = await listUsers();
      this.known = true;
      this.error = null;
    } catch (cause) {
      this.error = asApiError(cause);
    }
  }

  keep(user: User): void {
    const shown = { ...user };
    delete shown.password;
    const others = this.users.filter(({ id }) => id !== user.id);
    this.users = [shown, ...others].sort((a, b) => (a.id < b.id ? 1 : -1));
  }

  async setRole(user: User, role: Role): Promise<void> {
    this.keep(await changeUser(user.id, { role }));
  }

  /** Gives the new password, once. */
  async resetPassword(user: User): Promise<string> {
    const changed = await changeUser(user.id, { resetPassword: true });
    this.keep(changed);
    return changed.password ?? '';
  }

  async remove(user: User): Promise<void> {
    await deleteUser(user.id);
    this.users = this.users.filter(({ id }) => id !== user.id);
  }
}
