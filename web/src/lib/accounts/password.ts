// What the server wants of a password, so that the form can say it first.
export const passwordMin = 12;

/** Counted as people count: an emoji is one. */
export function isShort(password: string): boolean {
  return [...password].length < passwordMin;
}
