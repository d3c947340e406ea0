/** Lets the browser save what an address of ours answers; it says itself how the file is called. */
export function saveFile(address: string): void {
  const link = document.createElement('a');
  link.href = address;
  link.download = '';
  link.click();
}
