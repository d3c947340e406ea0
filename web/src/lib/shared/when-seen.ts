// Calls back whenever the element scrolls into view: the next page of a list.
import type { Attachment } from 'svelte/attachments';

export function whenSeen(callback: () => void): Attachment {
  return (element) => {
    const observer = new IntersectionObserver(
      (entries) => {
        if (entries.some((entry) => entry.isIntersecting)) callback();
      },
      { rootMargin: '400px' },
    );
    observer.observe(element);
    return () => observer.disconnect();
  };
}
