// The paragraphs, lists, tables … of a Markdown text that may still grow. Pure.
import { lexer } from 'marked';

export interface Block {
  readonly raw: string;
  /** Where it begins in the text. */
  readonly at: number;
  /** `[name]: address`: not shown, but the other blocks refer to it. */
  readonly names: boolean;
}

export interface Blocks {
  readonly text: string;
  readonly blocks: readonly Block[];
}

/** More text may still change these: a list goes on after an empty line, a line becomes a heading. */
const open_blocks = 2;

/**
 * A text that has grown is read from where it may have changed, so that a piece costs the same at
 * the end of a long answer as at its beginning.
 */
export function blocksOf(source: string, before?: Blocks): Blocks {
  const text = source.replace(/\r\n?/g, '\n');
  const settled = before?.blocks.slice(0, -open_blocks) ?? [];
  const start = before?.blocks[settled.length]?.at ?? 0;
  if (before && start > 0 && text.startsWith(before.text.slice(0, start))) {
    return { text, blocks: [...settled, ...read(text.slice(start), start)] };
  }
  return { text, blocks: read(text, 0) };
}

function read(text: string, start: number): Block[] {
  let at = start;
  return lexed(text).flatMap(({ type, raw }) => {
    const block = { raw, at, names: type === 'def' };
    at += raw.length;
    return type === 'space' ? [] : [block];
  });
}

/** Some thousand nested quotes are more than the reader's stack holds. */
function lexed(text: string): readonly { type: string; raw: string }[] {
  try {
    return lexer(text);
  } catch {
    return [{ type: 'text', raw: text }];
  }
}
