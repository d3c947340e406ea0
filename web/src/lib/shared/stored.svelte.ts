// A small setting that the browser remembers.

export class Stored<T> {
  #value = $state.raw() as T;
  readonly #key: string;

  constructor(key: string, initial: T) {
    this.#key = `sg.${key}`;
    this.#value = initial;
    try {
      const text = localStorage.getItem(this.#key);
      if (text !== null) this.#value = JSON.parse(text) as T;
    } catch {
      // A full or forbidden store: the setting lasts as long as the page.
    }
  }

  get value(): T {
    return this.#value;
  }

  set value(value: T) {
    this.#value = value;
    try {
      localStorage.setItem(this.#key, JSON.stringify(value));
    } catch {
      // As above.
    }
  }
}
