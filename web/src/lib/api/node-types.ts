// Node types, the preview of templates and of the ways of a router.
import { request } from './client';
import type {
  NodeType,
  Page,
  PreviewAnswer,
  PreviewRequest,
  RouterPreview,
  RouterPreviewRequest,
} from './types';

export async function listNodeTypes(): Promise<NodeType[]> {
  return (await request<Page<NodeType>>('GET', '/api/node-types')).items;
}

export function previewExpression(preview: PreviewRequest, signal?: AbortSignal) {
  return request<PreviewAnswer>('POST', '/api/expressions/preview', {
    body: preview,
    ...(signal && { signal }),
  });
}

/** Judges a value by conditions that need not be saved. */
export function previewRouter(preview: RouterPreviewRequest, signal?: AbortSignal) {
  return request<RouterPreview>('POST', '/api/router/preview', {
    body: preview,
    ...(signal && { signal }),
  });
}
