// Short notes at the corner: "Deleted Ticket triage", with at most one action.

export interface ToastNote {
  id: number;
  text: string;
  tone: 'plain' | 'failed';
  action?: { label: string; onselect: () => void };
}

const shownMs = 5_000;

class ToastList {
  notes = $state.raw<readonly ToastNote[]>([]);
  #next = 1;

  show(text: string, options: Partial<Pick<ToastNote, 'tone' | 'action'>> = {}): void {
    const note: ToastNote = { id: this.#next, text, tone: 'plain', ...options };
    this.#next += 1;
    this.notes = [...this.notes.slice(-3), note];
    setTimeout(() => this.dismiss(note.id), note.action ? 2 * shownMs : shownMs);
  }

  fail(text: string): void {
    this.show(text, { tone: 'failed' });
  }

  dismiss(id: number): void {
    this.notes = this.notes.filter((note) => note.id !== id);
  }
}

export const toast = new ToastList();
