// Light, dark or as the system says. static/theme.js sets the same before the first paint.

export type Theme = 'system' | 'light' | 'dark';
const order: readonly Theme[] = ['system', 'light', 'dark'];

function remembered(): Theme {
  const set = document.documentElement.dataset['theme'];
  return set === 'light' || set === 'dark' ? set : 'system';
}

class ThemeChoice {
  #theme = $state<Theme>(typeof document === 'undefined' ? 'system' : remembered());

  get value(): Theme {
    return this.#theme;
  }

  set value(theme: Theme) {
    this.#theme = theme;
    document.documentElement.dataset['theme'] = theme;
    try {
      localStorage.setItem('sg.theme', theme);
    } catch {
      // The choice lasts as long as the page.
    }
  }

  next(): void {
    this.value = order[(order.indexOf(this.#theme) + 1) % order.length] ?? 'system';
  }
}

export const theme = new ThemeChoice();
