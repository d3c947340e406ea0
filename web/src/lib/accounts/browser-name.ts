// "Firefox on Linux" of what a browser calls itself. Pure, and only for people: it may be anything.

const browsers: readonly [RegExp, string][] = [
  [/\bEdg(?:e|A|iOS)?\//, 'Edge'],
  [/\bOPR\//, 'Opera'],
  [/\bFirefox\//, 'Firefox'],
  [/\bHeadlessChrome\//, 'Chrome'],
  [/\bChrom(?:e|ium)\//, 'Chrome'],
  [/\bSafari\//, 'Safari'],
];
const systems: readonly [RegExp, string][] = [
  [/\bAndroid\b/, 'Android'],
  [/\b(?:iPhone|iPad)\b/, 'iOS'],
  [/\bWindows\b/, 'Windows'],
  [/\bMac OS X\b/, 'macOS'],
  [/\bLinux\b/, 'Linux'],
];

/** Undefined for an empty text; a program that is no browser keeps its first word. */
export function browserName(userAgent: string): string | undefined {
  const find = (table: typeof browsers) => table.find(([mark]) => mark.test(userAgent))?.[1];
  const browser = find(browsers);
  if (browser === undefined) return userAgent.trim().split(/\s+/)[0]?.slice(0, 60) || undefined;
  const system = find(systems);
  return system === undefined ? browser : `${browser} · ${system}`;
}
