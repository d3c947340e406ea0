// Server-sent events from text in arbitrary pieces. Pure; no network.

export interface ServerEvent {
  event: string;
  id: string | null;
  data: string;
}

/** Feed it text as it comes; it gives the events that are complete. Comments give nothing. */
export class SseParser {
  #rest = '';
  #event = '';
  #data: string[] = [];
  #id: string | null = null;

  push(text: string): ServerEvent[] {
    const events: ServerEvent[] = [];
    // A lone CR at the very end may be half of a CRLF: keep it for the next piece.
    let buffer = this.#rest + text;
    const held = buffer.endsWith('\r') ? '\r' : '';
    if (held !== '') buffer = buffer.slice(0, -1);
    const lines = buffer.split(/\r\n|\n|\r/);
    this.#rest = (lines.pop() ?? '') + held;
    for (const line of lines) {
      const event = this.#line(line);
      if (event) events.push(event);
    }
    return events;
  }

  #line(line: string): ServerEvent | null {
    if (line === '') return this.#dispatch();
    if (line.startsWith(':')) return null;
    const colon = line.indexOf(':');
    const field = colon < 0 ? line : line.slice(0, colon);
    const value = colon < 0 ? '' : line.slice(colon + 1).replace(/^ /, '');
    if (field === 'event') this.#event = value;
    else if (field === 'data') this.#data.push(value);
    else if (field === 'id') this.#id = value;
    return null;
  }

  #dispatch(): ServerEvent | null {
    const complete = this.#data.length > 0;
    const event = {
      event: this.#event === '' ? 'message' : this.#event,
      id: this.#id,
      data: this.#data.join('\n'),
    };
    this.#event = '';
    this.#data = [];
    this.#id = null;
    return complete ? event : null;
  }
}
