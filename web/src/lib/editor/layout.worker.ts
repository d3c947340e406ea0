/** The layout of large graphs, off the page's thread. One message in, one message out. */

import { computeLayout, type LayoutInput } from './compute-layout';

self.onmessage = (event: MessageEvent<LayoutInput>) => {
  computeLayout(event.data).then(
    (output) => self.postMessage(output),
    // Outside of the promise, where the page hears of it as an error of the worker.
    (error: unknown) => setTimeout(() => reportError(error)),
  );
};
