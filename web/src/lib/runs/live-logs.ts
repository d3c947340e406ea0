// Console lines of steps that are still running, from the chunks of the stream. Pure.
import type { Chunk, LogLine } from '$lib/api/types';
import { isSettled, stepOf, type RunView } from './fold';

export interface LiveLog {
  readonly lines: readonly LogLine[];
  /** Index of the next chunk. */
  readonly next: number;
}
export type LiveLogs = Readonly<Record<string, LiveLog>>;

export const noLiveLogs: LiveLogs = {};
const linesMax = 1000;

/**
 * The logs with more chunks. After a reconnect the server sends those so far again: what is known is
 * left out by its index, and index 0 starts anew (a new attempt counts from 0 too). A line may come
 * before the event that says its step started. Steps that are over have their final logs.
 */
export function keepLogs(known: LiveLogs, chunks: readonly Chunk[], view: RunView): LiveLogs {
  const all: Record<string, LiveLog> = { ...known };
  for (const { type, nodeId, index, content } of chunks) {
    if (type !== 'log') continue;
    const log = index === 0 ? undefined : all[nodeId];
    if (index < (log?.next ?? 0)) continue;
    const lines = [...(log?.lines ?? []), lineOf(content)].slice(-linesMax);
    all[nodeId] = { lines, next: index + 1 };
  }
  return Object.fromEntries(
    Object.entries(all).filter(([id]) => !isSettled(stepOf(view, id).status)),
  );
}

function lineOf(content: unknown): LogLine {
  return typeof content === 'string' ? { level: 'log', text: content } : (content as LogLine);
}
