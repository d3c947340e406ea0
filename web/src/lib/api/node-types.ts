// Node types and the preview of templates.
import { request } from './client';
import type { NodeType, Page, PreviewAnswer, PreviewRequest } from './types';

export async function listNodeTypes(): Promise<NodeType[]> {
  return (await request<Page<NodeType>>('GET', '/api/node-types')).items;
}

export function previewExpression(preview: PreviewRequest, signal?: AbortSignal) {
  return request<PreviewAnswer>('POST', '/api/expressions/preview', {
    body: preview,
    ...(signal && { signal }),
  });
}
