/**
 * The kinds of bodies and what each holds. Documents without a `bodyType` mean `auto`: text as text,
 * everything else as JSON. Pure.
 */

import type { Json, NodeData } from '$lib/editor/document';
import { jsonText, parseJson, type ParsedJson } from '../fields/json-text';
import { asRecord, text, type DataPatch } from '../node-view';

export const body_kinds = ['none', 'json', 'form', 'multipart', 'text', 'binary'] as const;
export type BodyKind = (typeof body_kinds)[number];

/** A text that is nothing but one placeholder: its value is the body, whatever its kind. */
const only_placeholder = /^\s*\{\{(?:[^{}]|\{[^{}]*\})*\}\}\s*$/;

export function bodyKind(data: NodeData): BodyKind {
  const body = data['body'];
  if (body === undefined || body === null) return 'none';
  const type = text(data, 'bodyType', 'auto');
  const named = body_kinds.find((kind) => kind === type && kind !== 'none');
  return named ?? (typeof body === 'string' ? 'text' : 'json');
}

/** A text in a JSON body is a template: it is shown as it was typed, without quotes around it. */
export function bodyText(body: Json | undefined): string {
  return typeof body === 'string' ? body : jsonText(body ?? undefined);
}

export function parseJsonBody(source: string): ParsedJson {
  return only_placeholder.test(source) ? { ok: true, value: source.trim() } : parseJson(source);
}

/** The same content as another kind, as far as it means anything there. */
export function withKind(data: NodeData, kind: BodyKind): DataPatch {
  const body = data['body'];
  if (kind === 'none') return { body: undefined, bodyType: undefined };
  return { body: converted(body, kind), bodyType: kind };
}

function converted(body: Json | undefined, kind: BodyKind): Json {
  const is_text = typeof body === 'string';
  if (is_text && only_placeholder.test(body)) return body;
  switch (kind) {
    case 'text':
      return bodyText(body);
    case 'json': {
      const parsed = is_text ? parseJsonBody(body) : undefined;
      if (parsed) return parsed.ok ? parsed.value : {};
      return body ?? {};
    }
    case 'form':
    case 'multipart':
      return is_text ? {} : asRecord(body);
    default:
      return is_text ? body : '';
  }
}
