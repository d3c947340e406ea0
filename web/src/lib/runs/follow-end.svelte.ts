// Who looks at the end of what is being written keeps seeing its end. The panel scrolls, never the
// page. Called while a component is made.

interface Follow {
  readonly element: () => HTMLElement | undefined;
  /** More may come. */
  readonly live: () => boolean;
  /** Changes whenever there is more. */
  readonly length: () => number;
}

export function followEnd({ element, live, length }: Follow): void {
  const panel = () => element()?.closest('[role=tabpanel]');
  // Scrolling is outside Svelte.
  let atEnd = true;
  $effect.pre(() => {
    void length();
    const box = panel();
    if (box) atEnd = box.scrollHeight - box.scrollTop - box.clientHeight < 24;
  });
  $effect(() => {
    void length();
    const box = panel();
    if (box && live() && atEnd) box.scrollTop = box.scrollHeight;
  });
}
