/**
 * Disables every control below an element, also those that come later; not tabs, and not what only
 * shows or copies something (`data-looks`). A disabled field set would do the same, but then nothing
 * in it counts as focusable, and code that scrolls has to be.
 */

const controls = 'input, select, textarea, button';
const looking = '[role=tab], [data-looks], [data-looks] *';
type Control = HTMLElement & { disabled: boolean };

export function readOnlyForm(form: HTMLElement): () => void {
  const disable = () => {
    for (const control of form.querySelectorAll<Control>(controls)) {
      if (!control.disabled && !control.matches(looking)) control.disabled = true;
    }
  };
  disable();
  const observer = new MutationObserver(disable);
  observer.observe(form, { subtree: true, childList: true, attributeFilter: ['disabled'] });
  return () => observer.disconnect();
}
