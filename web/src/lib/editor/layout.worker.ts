/** The layout of large graphs, off the page's thread. One message in, one message out. */

import { computeLayout, type LayoutInput } from './layout';

self.onmessage = (event: MessageEvent<LayoutInput>) => {
  void computeLayout(event.data).then((output) => {
    self.postMessage(output);
  });
};
