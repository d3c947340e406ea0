/** curl's options: which take a value, and what the short letters stand for. */

/** Long options that matter here, by what they do with the request. */
const short_names: Readonly<Record<string, string>> = {
  A: 'user-agent',
  b: 'cookie',
  d: 'data',
  e: 'referer',
  E: 'cert',
  F: 'form',
  G: 'get',
  H: 'header',
  I: 'head',
  k: 'insecure',
  K: 'config',
  L: 'location',
  m: 'max-time',
  T: 'upload-file',
  u: 'user',
  U: 'proxy-user',
  x: 'proxy',
  X: 'request',
};

/** Options with a value that says nothing about the request: where the answer goes, how it is shown. */
const short_with_ignored_value = new Set([
  'o',
  'w',
  'c',
  'D',
  'r',
  'y',
  'Y',
  'z',
  'C',
  'P',
  'Q',
  't',
]);

const long_with_value = new Set([
  ...['user-agent', 'cookie', 'referer', 'cert', 'form', 'form-string', 'header', 'config', 'key'],
  ...['data', 'data-raw', 'data-ascii', 'data-binary', 'data-urlencode', 'json', 'url', 'cacert'],
  ...['max-time', 'upload-file', 'user', 'proxy-user', 'proxy', 'request', 'oauth2-bearer'],
  ...['url-query', 'max-redirs', 'retry', 'connect-timeout', 'output', 'write-out', 'cookie-jar'],
  ...['dump-header', 'range', 'retry-delay', 'retry-max-time', 'resolve', 'connect-to', 'ciphers'],
  ...['interface', 'limit-rate', 'max-filesize', 'output-dir', 'proto', 'proto-redir', 'rate'],
  ...['request-target', 'speed-limit', 'speed-time', 'stderr', 'time-cond', 'tls-max', 'trace'],
  ...['trace-ascii', 'unix-socket', 'aws-sigv4', 'cert-type', 'key-type', 'pass', 'capath'],
  ...['noproxy', 'dns-servers', 'doh-url', 'expect100-timeout', 'keepalive-time', 'netrc-file'],
  ...['pinnedpubkey', 'local-port', 'continue-at', 'alt-svc', 'hsts', 'etag-save', 'etag-compare'],
  ...['socks4', 'socks4a', 'socks5', 'socks5-hostname', 'preproxy', 'proxy-header'],
]);

/** `positional`: a word that is no option, the URL. */
export interface CurlOption {
  readonly name: string;
  readonly value: string;
}

export function readOptions(words: readonly string[]): CurlOption[] {
  const options: CurlOption[] = [];
  let only_urls = false;
  for (let at = 0; at < words.length; at += 1) {
    const word = words[at] ?? '';
    const take = () => words[(at += 1)] ?? '';
    if (only_urls || !word.startsWith('-') || word === '-') {
      options.push({ name: 'positional', value: word });
    } else if (word === '--') {
      only_urls = true;
    } else if (word.startsWith('--')) {
      options.push(longOption(word.slice(2), take));
    } else {
      options.push(...shortOptions(word.slice(1), take));
    }
  }
  return options;
}

function longOption(word: string, take: () => string): CurlOption {
  if (long_with_value.has(word)) return { name: word, value: take() };
  // curl itself refuses `--name=value`, but people write it.
  const [name = '', ...value] = word.split('=');
  if (value.length > 0 && long_with_value.has(name)) return { name, value: value.join('=') };
  return { name: word, value: '' };
}

/** `-sSL` is three switches; `-XPOST` and `-X POST` are the same. */
function shortOptions(letters: string, take: () => string): CurlOption[] {
  const options: CurlOption[] = [];
  for (let at = 0; at < letters.length; at += 1) {
    const letter = letters.charAt(at);
    const name = short_names[letter] ?? '';
    const has_value = long_with_value.has(name) || short_with_ignored_value.has(letter);
    if (!has_value) {
      options.push({ name: name === '' ? letter : name, value: '' });
      continue;
    }
    const rest = letters.slice(at + 1);
    options.push({ name, value: rest === '' ? take() : rest });
    break;
  }
  return options.filter((option) => option.name !== '');
}
