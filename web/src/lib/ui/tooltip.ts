// One tooltip for the whole page: shown after a moment of hovering, at once on keyboard focus,
// dismissed with Esc. The control has its own accessible name, so the tooltip is hidden from
// assistive technology.
import type { Attachment } from 'svelte/attachments';

const delayMs = 350;
let box: HTMLDivElement | null = null;
let timer: ReturnType<typeof setTimeout> | undefined;

export function tooltip(
  text: () => string,
  keys: () => readonly string[] = () => [],
): Attachment<HTMLElement> {
  return (element) => {
    const later = () => {
      clearTimeout(timer);
      timer = setTimeout(() => show(element, text(), keys()), delayMs);
    };
    const focused = () => {
      if (element.matches(':focus-visible')) show(element, text(), keys());
    };
    const escaped = (event: KeyboardEvent) => {
      if (event.key === 'Escape') hide();
    };
    element.addEventListener('pointerenter', later);
    element.addEventListener('pointerleave', hide);
    element.addEventListener('pointerdown', hide);
    element.addEventListener('focus', focused);
    element.addEventListener('blur', hide);
    element.addEventListener('keydown', escaped);
    return () => {
      hide();
      element.removeEventListener('pointerenter', later);
      element.removeEventListener('pointerleave', hide);
      element.removeEventListener('pointerdown', hide);
      element.removeEventListener('focus', focused);
      element.removeEventListener('blur', hide);
      element.removeEventListener('keydown', escaped);
    };
  };
}

function show(anchor: HTMLElement, text: string, keys: readonly string[]): void {
  hide();
  if (text === '' || !anchor.isConnected) return;
  box = document.createElement('div');
  box.className =
    'pointer-events-none fixed z-60 flex items-center gap-2 rounded-control border border-border ' +
    'bg-surface-3 px-2 py-1 text-sm font-medium text-fg-1 shadow-float';
  box.setAttribute('aria-hidden', 'true');
  box.append(text);
  for (const key of keys) {
    const cap = document.createElement('kbd');
    cap.className = 'rounded-chip border border-border-strong px-1 font-sans text-xs';
    cap.append(key);
    box.append(cap);
  }
  // Inside an open dialog, else it would lie under the top layer.
  (anchor.closest('dialog') ?? document.body).append(box);
  const at = anchor.getBoundingClientRect();
  const { width, height } = box.getBoundingClientRect();
  const left = at.left + at.width / 2 - width / 2;
  const below = at.bottom + 6 + height < innerHeight;
  box.style.left = `${Math.max(8, Math.min(left, innerWidth - width - 8))}px`;
  box.style.top = `${below ? at.bottom + 6 : at.top - height - 6}px`;
}

function hide(): void {
  clearTimeout(timer);
  box?.remove();
  box = null;
}
