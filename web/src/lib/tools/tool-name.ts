// What a tool may be called and how long its description may be. Pure.

export const toolNameMax = 128;
export const toolDescriptionMax = 4000;

export function isToolName(name: string): boolean {
  return name.length <= toolNameMax && /^[A-Za-z0-9_.-]+$/.test(name);
}

/** Code points, as the server counts. */
export function isDescriptionShort(text: string): boolean {
  return [...text].length <= toolDescriptionMax;
}
