// Times, durations, sizes and ids as people read them. Pure; `now` is an argument.

/** <1 ms, 184 ms, 3.1 s, 48 s, 6 m 12 s, 1 h 4 m, 2 d 3 h. */
export function formatDuration(milliseconds: number): string {
  const ms = Math.max(0, Math.round(milliseconds));
  if (ms === 0) return '<1 ms';
  if (ms < 1_000) return `${ms} ms`;
  if (ms < 9_950) return `${(ms / 1_000).toFixed(1)} s`;
  const seconds = Math.round(ms / 1_000);
  if (seconds < 60) return `${seconds} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return pair(minutes, 'm', [seconds % 60, 's']);
  const hours = Math.floor(minutes / 60);
  if (hours < 24) return pair(hours, 'h', [minutes % 60, 'm']);
  return pair(Math.floor(hours / 24), 'd', [hours % 24, 'h']);
}

function pair(large: number, unit: string, [small, smallUnit]: [number, string]): string {
  return small === 0 ? `${large} ${unit}` : `${large} ${unit} ${small} ${smallUnit}`;
}

/** now, 12 s ago, 26 m ago, 2 h ago; after a day "21 Nov 10:00". */
export function relativeTime(time: string, now: number): string {
  const seconds = Math.round((now - Date.parse(time)) / 1_000);
  if (seconds < 5) return 'now';
  if (seconds < 60) return `${seconds} s ago`;
  if (seconds < 3_600) return `${Math.floor(seconds / 60)} m ago`;
  if (seconds < 86_400) return `${Math.floor(seconds / 3_600)} h ago`;
  return shortDate(time);
}

const shortFormat = new Intl.DateTimeFormat('en-GB', {
  day: 'numeric',
  month: 'short',
  hour: '2-digit',
  minute: '2-digit',
});
const exactFormat = new Intl.DateTimeFormat('en-GB', {
  day: 'numeric',
  month: 'short',
  year: 'numeric',
  hour: '2-digit',
  minute: '2-digit',
  second: '2-digit',
  fractionalSecondDigits: 3,
  timeZoneName: 'short',
});
const listFormat = new Intl.DateTimeFormat('en-GB', {
  day: 'numeric',
  month: 'short',
  hour: '2-digit',
  minute: '2-digit',
  second: '2-digit',
});

/** 21 Nov 10:00 */
export function shortDate(time: string): string {
  return shortFormat.format(new Date(time)).replace(',', '');
}

/** 21 Nov 10:00:03 */
export function listDate(time: string): string {
  return listFormat.format(new Date(time)).replace(',', '');
}

/** 21 Nov 2026 10:00:03.120 CET */
export function exact(time: string): string {
  return exactFormat.format(new Date(time)).replace(',', '');
}

const dayFormat = new Intl.DateTimeFormat('en-GB', {
  day: 'numeric',
  month: 'short',
  year: 'numeric',
});

/** 21 Nov 2026 */
export function dayDate(milliseconds: number): string {
  return dayFormat.format(new Date(milliseconds));
}

/** Seconds since the start with three digits: 4.210 */
export function offset(time: string, start: string): string {
  return (Math.max(0, Date.parse(time) - Date.parse(start)) / 1_000).toFixed(3);
}

/** 812 B, 14 kB, 1.2 MB, 62.8 GB */
export function formatSize(bytes: number): string {
  if (bytes < 1_000) return `${bytes} B`;
  if (bytes < 1_000_000) return `${Math.round(bytes / 1_000)} kB`;
  // 999.95 MB would be rounded to 1000.0 MB.
  if (bytes < 999_950_000) return `${(bytes / 1_000_000).toFixed(1)} MB`;
  if (bytes < 999_950_000_000) return `${(bytes / 1_000_000_000).toFixed(1)} GB`;
  return `${(bytes / 1_000_000_000_000).toFixed(1)} TB`;
}

/** The end of the id: the beginning is the time, which runs of the same minute share. */
export function shortId(id: string): string {
  return id.slice(-8);
}

/** Middle value of durations; null when there are none. */
export function median(values: readonly number[]): number | null {
  if (values.length === 0) return null;
  const sorted = [...values].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const upper = sorted[middle] ?? 0;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? 0) + upper) / 2;
}
