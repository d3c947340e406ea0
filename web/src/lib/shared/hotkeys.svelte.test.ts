import { describe, expect, it } from 'vitest';
import { isTyping } from './hotkeys';

describe('isTyping', () => {
  it('is true in fields of text only', () => {
    document.body.innerHTML =
      '<input id="a"><input id="b" type="checkbox"><textarea id="c"></textarea>';
    const typing = (id: string) => isTyping(document.getElementById(id));
    expect([typing('a'), typing('b'), typing('c')]).toEqual([true, false, true]);
  });
});
