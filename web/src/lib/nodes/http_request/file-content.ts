/** Files that are kept inside of a workflow. */

/** A workflow is no place for large files; steps can download those. */
export const file_max = 1024 * 1024;

export async function readBase64(file: Blob): Promise<string> {
  const bytes = new Uint8Array(await file.arrayBuffer());
  let binary = '';
  // In pieces: a function takes only so many arguments.
  for (let at = 0; at < bytes.length; at += 0x8000) {
    binary += String.fromCharCode(...bytes.subarray(at, at + 0x8000));
  }
  return btoa(binary);
}

/** How many bytes the text stands for; nothing when it is no base64. */
export function sizeOfBase64(text: string): number | undefined {
  if (!/^[A-Za-z0-9+/\s]*={0,2}\s*$/.test(text)) return undefined;
  return Math.floor((text.replace(/[\s=]/g, '').length * 3) / 4);
}
