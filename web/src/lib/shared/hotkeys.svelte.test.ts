import { render } from '@testing-library/svelte';
import userEvent from '@testing-library/user-event';
import { describe, expect, it } from 'vitest';
import { isTyping } from './hotkeys';
import HotkeyHarness from './HotkeyHarness.svelte';

describe('isTyping', () => {
  it('is true in fields of text only', () => {
    document.body.innerHTML =
      '<input id="a"><input id="b" type="checkbox"><textarea id="c"></textarea>';
    const typing = (id: string) => isTyping(document.getElementById(id));
    expect([typing('a'), typing('b'), typing('c')]).toEqual([true, false, true]);
  });
});

describe('hotkeys', () => {
  const pressed: string[] = [];
  const note = (name: string) => () => {
    pressed.push(name);
  };

  it('lets "g r" of the layout win over "r" of the page', async () => {
    const user = userEvent.setup();
    render(HotkeyHarness, { bindings: { r: note('r') } });
    render(HotkeyHarness, { bindings: { 'g r': note('g r') } });
    await user.keyboard('r');
    await user.keyboard('gr');
    expect(pressed).toEqual(['r', 'g r']);
  });

  it('leaves fields alone', async () => {
    const user = userEvent.setup();
    pressed.length = 0;
    document.body.innerHTML = '<input>';
    render(HotkeyHarness, { bindings: { r: note('r') } });
    document.querySelector('input')?.focus();
    await user.keyboard('r');
    expect(pressed).toEqual([]);
  });
});
