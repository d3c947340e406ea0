/**
 * The words of a shell command, read as a POSIX shell (and bash's `$'…'`) would: quotes, escapes,
 * lines that go on. A variable becomes the placeholder of the secret or variable of that name.
 */

export interface ShellWords {
  readonly words: readonly string[];
  /** Names of the shell variables that were read, in order. */
  readonly variables: readonly string[];
  /** A pipe, a redirection or another command followed and was left out. */
  readonly more: boolean;
}

export type ShellProblem = 'quote' | 'substitution';

const variable_pattern = /\$(?:([A-Za-z_]\w*)|\{([A-Za-z_]\w*)\})/y;
const ends = new Set(['|', ';', '&', '<', '>', '(', ')']);

/** Lines of Windows' command prompt as the browsers copy them: `^` escapes. */
function fromCommandPrompt(text: string): string {
  if (!/\^["\r\n]/.test(text)) return text;
  return text.replace(/\^\r?\n/g, ' ').replace(/\^(.)/g, '$1');
}

export function shellWords(source: string): ShellWords | ShellProblem {
  const reader = new Reader(fromCommandPrompt(source));
  try {
    return reader.read();
  } catch (problem) {
    if (problem instanceof Stop) return problem.why;
    throw problem;
  }
}

class Stop extends Error {
  readonly why: ShellProblem;
  constructor(why: ShellProblem) {
    super(why);
    this.why = why;
  }
}

class Reader {
  readonly #text: string;
  #at = 0;
  #word: string | undefined;
  readonly #words: string[] = [];
  readonly #variables: string[] = [];

  constructor(text: string) {
    this.#text = text.replaceAll('\r\n', '\n');
  }

  read(): ShellWords {
    let more = false;
    while (this.#at < this.#text.length) {
      const char = this.#next();
      // An unquoted URL with `&` in it is a mistake of many a manual: whoever wrote it means the URL.
      if (ends.has(char) && !(char === '&' && this.#insideUrl())) {
        more = this.#text.slice(this.#at).trim() !== '' || char === '|';
        break;
      }
      this.#take(char);
    }
    this.#endWord();
    return { words: this.#words, variables: this.#variables, more };
  }

  #take(char: string): void {
    if (char === '\n' && this.#word === undefined && this.#words.length === 0) return;
    if (/\s/.test(char)) return this.#endWord();
    if (char === '#' && this.#word === undefined) return this.#skipComment();
    if (char === '\\') return this.#escape();
    if (char === "'") return this.#add(this.#until("'"));
    if (char === '"') return this.#doubleQuoted();
    if (char === '`') throw new Stop('substitution');
    if (char !== '$') return this.#add(char);
    if (this.#peek() === "'") {
      this.#at += 1;
      return this.#add(this.#ansiQuoted());
    }
    if (this.#peek() === '"') return;
    this.#add(this.#variable());
  }

  #next(): string {
    const char = this.#text.charAt(this.#at);
    this.#at += 1;
    return char;
  }
  #peek(): string {
    return this.#text.charAt(this.#at);
  }
  #add(text: string): void {
    this.#word = (this.#word ?? '') + text;
  }
  #endWord(): void {
    if (this.#word !== undefined) this.#words.push(this.#word);
    this.#word = undefined;
  }
  #skipComment(): void {
    const end = this.#text.indexOf('\n', this.#at);
    this.#at = end < 0 ? this.#text.length : end;
  }
  #insideUrl(): boolean {
    return /^(https?:\/\/|\{\{)\S*\?/.test(this.#word ?? '') && /[\w[]/.test(this.#peek());
  }

  #escape(): void {
    const char = this.#next();
    // Backslash and line end: the line goes on. Trailing blanks after the backslash are forgiven.
    if (char === '\n' || char === '') return;
    if (/^[ \t]+(\n|$)/.test(this.#text.slice(this.#at - 1))) return this.#endWord();
    this.#add(char);
  }

  #until(quote: string): string {
    const end = this.#text.indexOf(quote, this.#at);
    if (end < 0) throw new Stop('quote');
    const inside = this.#text.slice(this.#at, end);
    this.#at = end + 1;
    return inside;
  }

  #doubleQuoted(): void {
    this.#add('');
    for (;;) {
      if (this.#at >= this.#text.length) throw new Stop('quote');
      const char = this.#next();
      if (char === '"') return;
      if (char === '`') throw new Stop('substitution');
      if (char === '$') this.#add(this.#variable());
      else if (char === '\\') this.#add(this.#escapeInQuotes());
      else this.#add(char);
    }
  }

  #escapeInQuotes(): string {
    const char = this.#next();
    if (char === '\n') return '';
    return '$`"\\'.includes(char) ? char : `\\${char}`;
  }

  /** After `$`. */
  #variable(): string {
    if (this.#peek() === '(') throw new Stop('substitution');
    variable_pattern.lastIndex = this.#at - 1;
    const match = variable_pattern.exec(this.#text);
    if (!match) return '$';
    this.#at = variable_pattern.lastIndex;
    const name = match[1] ?? match[2] ?? '';
    if (!this.#variables.includes(name)) this.#variables.push(name);
    return `{{$env.${name}}}`;
  }

  /** Bash's `$'…'`: escapes as in C. */
  #ansiQuoted(): string {
    let out = '';
    for (;;) {
      if (this.#at >= this.#text.length) throw new Stop('quote');
      const char = this.#next();
      if (char === "'") return out;
      out += char === '\\' ? this.#ansiEscape() : char;
    }
  }

  #ansiEscape(): string {
    const rest = this.#text.slice(this.#at);
    const code =
      /^(?:x([0-9A-Fa-f]{1,2})|u([0-9A-Fa-f]{1,4})|U([0-9A-Fa-f]{1,8}))/.exec(rest) ??
      /^([0-7]{1,3})/.exec(rest);
    if (code) {
      this.#at += code[0].length;
      const octal = /^[0-7]/.test(code[0]);
      const value = parseInt(code[1] ?? code[2] ?? code[3] ?? '', octal ? 8 : 16);
      return value <= 0x10ffff ? String.fromCodePoint(value) : '';
    }
    const char = this.#next();
    return ansi_escapes[char] ?? (`'"\\?`.includes(char) ? char : `\\${char}`);
  }
}

const ansi_escapes: Readonly<Record<string, string>> = {
  a: '\x07',
  b: '\b',
  e: '\x1b',
  E: '\x1b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v',
};
