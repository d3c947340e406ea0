/** Focus on appearing. (`autofocus` does nothing while another element has the focus.) */

export function takeFocus(element: HTMLElement): void {
  element.focus();
}
