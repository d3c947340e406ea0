import { describe, expect, it } from 'vitest';
import { SseParser } from './sse-parser';

const text =
  'retry: 2000\n\nevent: run_event\nid: 7\ndata: {"a":\ndata: 1}\n\n: hb\n\r\nevent: end\r\ndata: {}\r\n\r\n';
const expected = [
  { event: 'run_event', id: '7', data: '{"a":\n1}' },
  { event: 'end', id: null, data: '{}' },
];

describe('SseParser', () => {
  it('gives the same events however the text is cut', () => {
    for (let size = 1; size <= text.length; size += 1) {
      const parser = new SseParser();
      const events = [];
      for (let at = 0; at < text.length; at += size) {
        events.push(...parser.push(text.slice(at, at + size)));
      }
      expect(events).toEqual(expected);
    }
  });

  it('calls an event without a name a message and gives none without data', () => {
    const parser = new SseParser();
    expect(parser.push('data:x\n\n')).toEqual([{ event: 'message', id: null, data: 'x' }]);
    expect(parser.push('event: lonely\n\n')).toEqual([]);
  });
});
