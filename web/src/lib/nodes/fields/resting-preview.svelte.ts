// What a template gave last time. Asked for once it rests; what an older question answers is dropped.
import type { Json } from '$lib/editor/document';
import type { Preview, PreviewResult } from '../expression-context';

const restMs = 250;

export class RestingPreview {
  /** Absent until there is an answer, and when there is none. */
  result = $state.raw<PreviewResult>();

  /** Returns what takes the question back. */
  ask(preview: Preview | undefined, nodeId: string, template: Json): () => void {
    let stale = false;
    const keep = (answer: PreviewResult | undefined) => {
      if (!stale) this.result = answer;
    };
    const timer = setTimeout(() => {
      preview?.(nodeId, template).then(keep, () => keep(undefined));
    }, restMs);
    return () => {
      stale = true;
      clearTimeout(timer);
    };
  }
}
