// Files that are dragged over the window and dropped there.
export interface DropTarget {
  accepts: () => boolean;
  /** A file is above the page, or no longer. */
  onhover: (over: boolean) => void;
  ondrop: (file: File) => void;
}

const holdsFiles = (event: DragEvent) => event.dataTransfer?.types.includes('Files') ?? false;

/** An attachment for the window. */
export function dropTarget({ accepts, onhover, ondrop }: DropTarget) {
  return (target: EventTarget) => {
    // Every element that is entered says so, and so does every one that is left.
    let depth = 0;
    const listeners: Record<string, (event: DragEvent) => void> = {
      dragenter: (event) => {
        if (!holdsFiles(event) || !accepts()) return;
        depth += 1;
        onhover(true);
      },
      dragleave: () => {
        depth = Math.max(0, depth - 1);
        if (depth === 0) onhover(false);
      },
      dragover: (event) => {
        if (holdsFiles(event) && accepts()) event.preventDefault();
      },
      drop: (event) => {
        depth = 0;
        onhover(false);
        const file = event.dataTransfer?.files[0];
        if (!file || !accepts()) return;
        event.preventDefault();
        ondrop(file);
      },
    };
    const all = Object.entries(listeners) as [string, EventListener][];
    for (const [name, listener] of all) target.addEventListener(name, listener);
    return () => {
      for (const [name, listener] of all) target.removeEventListener(name, listener);
    };
  };
}
