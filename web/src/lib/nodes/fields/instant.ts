/** Between a point in time as the document writes it and what a calendar field shows. Pure. */

/** In the browser's zone, to the second; "" for expressions and texts that are no point in time. */
export function toLocal(text: string): string {
  const at = text.includes('{{') ? NaN : Date.parse(text);
  if (Number.isNaN(at)) return '';
  const shifted = new Date(at - new Date(at).getTimezoneOffset() * 60_000);
  return shifted.toISOString().slice(0, 19);
}

/** With its zone, so that it means the same everywhere. */
export function fromLocal(local: string): string {
  const at = Date.parse(local);
  return Number.isNaN(at) ? '' : new Date(at).toISOString().replace('.000Z', 'Z');
}
