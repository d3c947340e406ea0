// J and K walk the rows of a list; a row is whatever carries `data-row` and can have the focus.

export function moveRowFocus(step: 1 | -1): void {
  const rows = [...document.querySelectorAll<HTMLElement>('[data-row]')];
  const here = rows.findIndex(
    (row) => row === document.activeElement || row.closest('tr')?.contains(document.activeElement),
  );
  const target = rows[here < 0 ? (step === 1 ? 0 : rows.length - 1) : here + step];
  target?.focus();
  target?.scrollIntoView({ block: 'nearest' });
}

/** The value of `data-<name>` on the table row that has the focus. */
export function focusedRow(name: string): string | null {
  const row = document.activeElement?.closest<HTMLElement>(`[data-${name}]`);
  return row?.dataset[name] ?? null;
}
