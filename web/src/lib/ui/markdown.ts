// Markdown as a model writes it, as HTML that can do no harm: the text is hostile until proven
// otherwise. HTML in it is shown as text, images become links, links lead to the web or to mail,
// and whatever the writer here lets slip, the sanitizer takes away. Loaded on demand.
import DOMPurify from 'dompurify';
import { Marked, type Tokens } from 'marked';

const tags = [
  ...['a', 'blockquote', 'br', 'code', 'del', 'div', 'em', 'h3', 'h4', 'h5', 'h6', 'hr', 'li'],
  ...['ol', 'p', 'pre', 'strong', 'table', 'tbody', 'td', 'th', 'thead', 'tr', 'ul'],
];
const schemes = ['http:', 'https:', 'mailto:'];

const marked = new Marked({
  gfm: true,
  renderer: {
    html: ({ text, block }: Tokens.HTML | Tokens.Tag) =>
      block ? `<p>${escaped(text)}</p>` : escaped(text),
    image: ({ href, text }) => `<a href="${escaped(href)}">${escaped(text || href)}</a>`,
    // The page has headings of its own above these.
    heading({ tokens, depth }) {
      const level = String(Math.min(6, depth + 2));
      return `<h${level}>${this.parser.parseInline(tokens)}</h${level}>`;
    },
    checkbox: ({ checked }) => (checked ? '☑ ' : '☐ '),
    // What scrolls can be reached with the keyboard.
    code: ({ text }) => `<pre tabindex="0"><code>${escaped(text)}\n</code></pre>`,
  },
  hooks: {
    postprocess: (html) =>
      html
        .replaceAll('<table>', '<div tabindex="0"><table>')
        .replaceAll('</table>', '</table></div>'),
  },
});

const purify = DOMPurify(window);
purify.addHook('afterSanitizeAttributes', (element) => {
  const href = element.getAttribute('href');
  if (href === null) return;
  if (!isPlainLink(href)) return element.removeAttribute('href');
  element.setAttribute('target', '_blank');
  element.setAttribute('rel', 'noopener noreferrer nofollow');
  // The text of a link may say anything; where it leads is shown as it is.
  element.setAttribute('title', href);
});

export function htmlOf(markdown: string): string {
  return purify.sanitize(writtenOut(markdown), {
    ALLOWED_TAGS: tags,
    ALLOWED_ATTR: ['align', 'href', 'start', 'tabindex'],
    ALLOW_ARIA_ATTR: false,
    ALLOW_DATA_ATTR: false,
  });
}

/** Some thousand nested quotes are more than the parser's stack holds. */
function writtenOut(markdown: string): string {
  try {
    return marked.parse(markdown, { async: false });
  } catch {
    return `<pre tabindex="0">${escaped(markdown)}</pre>`;
  }
}

/** To the web or to mail, without a name and a password that look like another address. */
function isPlainLink(href: string): boolean {
  if (!URL.canParse(href)) return false;
  const { protocol, username, password } = new URL(href);
  return schemes.includes(protocol) && username === '' && password === '';
}

function escaped(text: string): string {
  const entities: Record<string, string> = {
    '&': '&amp;',
    '<': '&lt;',
    '>': '&gt;',
    '"': '&quot;',
  };
  return text.replace(/[&<>"]/g, (character) => entities[character] ?? character);
}
