import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { parse } from 'svelte/compiler';
import { describe, expect, it } from 'vitest';
import { count, messageKeys, t } from './t';

const source = path.resolve(import.meta.dirname, '../..');
const files = readdirSync(source, { recursive: true, encoding: 'utf8' }).map((name) => ({
  name,
  text: () => readFileSync(path.join(source, name), 'utf8'),
}));

interface Part {
  type: string;
  name?: string;
  data?: string;
  value?: unknown;
  operator?: string;
  callee?: { name?: string };
}
/** Attributes whose text is for the browser; every other one may be read by a person. */
const technical = new Set(
  'class style type id for role name autocomplete inputmode list target href src size variant tone axis language mode keys scope width aria-live aria-controls aria-labelledby aria-describedby aria-haspopup aria-autocomplete'.split(
    ' ',
  ),
);
const words = /\p{L}{2,}/u;
/** In code: several words, or a capital letter as sentences and names of things begin with. */
const sentence = /^\p{Lu}\p{Ll}|\p{Ll} \p{L}/u;

/** The literal text that a person would see, or hear, in the template of a component. */
function visibleText(code: string): string[] {
  const found: string[] = [];
  const visit = (part: unknown, attribute = ''): void => {
    if (Array.isArray(part)) return part.forEach((each) => visit(each, attribute));
    if (typeof part !== 'object' || part === null) return;
    const { type, name = '', data = '', value, callee, operator = '' } = part as Part;
    if (type === 'Comment' || type === 'StyleDirective') return;
    if (type === 'BinaryExpression' && /==/.test(operator)) return;
    if (type === 'RegularElement' && (name === 'code' || name === 'style')) return;
    if (type === 'CallExpression' && (callee?.name === 't' || callee?.name === 'count')) return;
    if (type === 'Attribute' && (technical.has(name) || /^on|Key$/.test(name))) return;
    if (type === 'Attribute') return visit(value, name);
    if (type === 'Text' && (attribute === '' ? words : sentence).test(data))
      found.push(data.trim());
    const text = type === 'TemplateElement' ? (value as { raw: string }).raw : value;
    if (/^(Literal|TemplateElement)$/.test(type) && typeof text === 'string') {
      if (sentence.test(text)) found.push(text);
    }
    for (const [key, child] of Object.entries(part)) {
      if (key !== 'metadata' && key !== 'parent') visit(child, attribute);
    }
  };
  visit(parse(code, { modern: true }).fragment.nodes);
  return found;
}

describe('the texts of the page', () => {
  it('stand in the tables of t(), none in a template', () => {
    const components = files.filter(({ name }) => name.endsWith('.svelte'));
    expect(components.length).toBeGreaterThan(50);
    const inline = components.flatMap(({ name, text }) =>
      visibleText(text()).map((each) => `${name}: ${each}`),
    );
    expect(inline).toEqual([]);
  });

  it('would be found in a template', () => {
    const found = visibleText(
      '<p class="a b" title="Not here">Hello {ok ? `On ${x}` : t("a.b")}<b>{"No runs"}</b></p>',
    );
    expect(found).toEqual(['Not here', 'Hello', 'On ', 'No runs']);
  });

  it('are all in use', () => {
    const code = files
      .filter(({ name }) => /\.(svelte|ts)$/.test(name) && !/messages|shared.t\.ts/.test(name))
      .map(({ text }) => text())
      .join('\n');
    const families = [...code.matchAll(/t\(\s*`([\w.]+\.)\$\{/g)].map(([, start = '']) => start);
    const unused = messageKeys.filter(
      (key) => !code.includes(`'${key}'`) && !families.some((start) => key.startsWith(start)),
    );
    expect(unused).toEqual([]);
  });

  it('take values, and keep braces that are none', () => {
    expect(t('nodeId.reserved', { id: 'map' })).toContain('{{map}} already');
    expect(t('nodes.onErrorContinueHint')).toContain('{ error }');
    expect([count(1, 'connection'), count(1_284, 'run')]).toEqual(['1 connection', '1,284 runs']);
  });
});
