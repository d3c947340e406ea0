import { describe, expect, it } from 'vitest';
import { looksLikeCurl, parseCurl } from './curl';
import { dataOf } from './data';
import { describeRequest, type CurlRequest } from './request';

function read(command: string): CurlRequest {
  const result = parseCurl(command);
  if (!result.ok) throw new Error(result.problem);
  return result.request;
}
function problem(command: string): string {
  const result = parseCurl(command);
  return result.ok ? '' : result.problem;
}
/** The settings of the step, without those that stay empty. */
function settings(command: string): Record<string, unknown> {
  const entries = Object.entries(dataOf(read(command)));
  return Object.fromEntries(entries.filter(([, value]) => value !== undefined));
}

describe('looking like a curl command', () => {
  it('asks for the word and something after it', () => {
    for (const text of ['curl https://a.b', '$ curl -s x', '  /usr/bin/curl x', 'curl.exe x'])
      expect(looksLikeCurl(text)).toBe(true);
    for (const text of ['curl', 'curly https://a.b', 'https://curl.se', '', 'see curl x'])
      expect(looksLikeCurl(text)).toBe(false);
  });
});

describe('the URL', () => {
  it.each([
    ['curl https://a.b/c', 'https://a.b/c'],
    ["curl 'https://a.b/c'", 'https://a.b/c'],
    ['curl --url https://a.b/c', 'https://a.b/c'],
    ['curl -s -- https://a.b/c', 'https://a.b/c'],
    ['curl a.b/c', 'http://a.b/c'],
    ['curl localhost:8080/x', 'http://localhost:8080/x'],
    ['curl https://a.b/c#part', 'https://a.b/c'],
    ["curl '{{base.url}}/c'", '{{base.url}}/c'],
    ["curl 'https://a.b/{{x ?? 1}}/c'", 'https://a.b/{{x ?? 1}}/c'],
    ['curl https://a.b/?flag', 'https://a.b/?flag'],
    ['curl -o file.json https://a.b', 'https://a.b'],
  ])('of %s is %s', (command, url) => {
    expect(read(command)).toMatchObject({ url, query: [], method: 'GET' });
  });

  it('gives its query to the list of parameters, decoded', () => {
    expect(settings("curl 'https://a.b/c?q=a%20b+c&page=2&tag=x&tag=y'")).toMatchObject({
      url: 'https://a.b/c',
      query: { q: 'a b c', page: '2', tag: ['x', 'y'] },
    });
    expect(settings("curl 'https://a.b/{{x ?? 1}}?id={{$trigger.id}}'")).toMatchObject({
      url: 'https://a.b/{{x ?? 1}}',
      query: { id: '{{$trigger.id}}' },
    });
  });

  it('may hold an & that nobody quoted', () => {
    expect(read('curl https://a.b/c?x=1&y=2').query).toEqual([
      ['x', '1'],
      ['y', '2'],
    ]);
  });

  it('is the first of several', () => {
    const { url, notes } = read('curl https://a.b https://c.d');
    expect(url).toBe('https://a.b');
    expect(notes.join()).toContain('https://c.d');
  });

  it('is needed', () => {
    expect(problem('curl -X POST')).toContain('no URL');
    expect(problem('wget https://a.b')).toContain('does not begin with curl');
  });
});

describe('the method', () => {
  it.each([
    ['curl -X PUT https://a.b', 'PUT'],
    ['curl -XDELETE https://a.b', 'DELETE'],
    ['curl --request patch https://a.b', 'PATCH'],
    ['curl --request=PATCH https://a.b', 'PATCH'],
    ['curl -I https://a.b', 'HEAD'],
    ['curl -sI https://a.b', 'HEAD'],
    ['curl https://a.b -d x=1', 'POST'],
    ['curl -sSLXPOST https://a.b', 'POST'],
    ['curl -G https://a.b -d x=1', 'GET'],
    ['curl -X GET https://a.b -d x=1', 'GET'],
    ['curl -F a=b https://a.b', 'POST'],
    ["curl --json '{}' https://a.b", 'POST'],
    ['curl -T file https://a.b', 'PUT'],
    ['curl -d @in.txt https://a.b', 'POST'],
    ['curl --data-binary @in.txt https://a.b', 'POST'],
    ['curl --json @in.json https://a.b', 'POST'],
    ['curl --data-urlencode n@in.txt https://a.b', 'POST'],
    ['curl -G -d @in.txt https://a.b', 'GET'],
    ['curl -X PUT -d @in.txt https://a.b', 'PUT'],
  ])('of %s is %s', (command, method) => {
    expect(read(command).method).toBe(method);
  });

  it('is not one that a step cannot send', () => {
    const { method, notes } = read('curl -X PROPFIND https://a.b');
    expect(method).toBe('GET');
    expect(notes.join()).toContain('PROPFIND');
  });
});

describe('quotes', () => {
  const body = (command: string) => settings(command)['body'];
  it.each([
    [`curl a.b -H 'Content-Type: text/plain' -d 'it'\\''s'`, "it's"],
    [`curl a.b -H 'Content-Type: text/plain' -d "say \\"hi\\" \\$5 \\n"`, 'say "hi" $5 \\n'],
    [`curl a.b -H 'Content-Type: text/plain' -d $'a\\tb\\n\\'c\\' \\u00e9 \\x41'`, "a\tb\n'c' é A"],
    [`curl a.b -H 'Content-Type: text/plain' -d $'\\U0001F600 \\101'`, '😀 A'],
    [`curl a.b -H 'Content-Type: text/plain' -d a\\ b`, 'a b'],
    [`curl a.b -H "Content-Type: text/plain" -d 'a\nb'`, 'a\nb'],
    [`curl a.b -H "Content-Type: text/plain" -d ''`, ''],
  ])('%s', (command, text) => {
    expect(body(command)).toBe(text);
  });

  it('have to be closed', () => {
    expect(problem("curl 'https://a.b")).toContain('quote');
    expect(problem('curl "https://a.b')).toContain('quote');
    expect(problem("curl $'https://a.b")).toContain('quote');
  });

  it('keep other commands out', () => {
    expect(problem('curl https://a.b -H "X: $(cat key)"')).toContain('another command');
    expect(problem('curl https://a.b/`id`')).toContain('another command');
  });
});

describe('lines', () => {
  it('go on after a backslash, also with blanks or a return behind it', () => {
    const command = "curl \\\n  -X POST \\  \n  -H 'A: 1' \\\r\n  https://a.b";
    expect(settings(command)).toMatchObject({
      method: 'POST',
      url: 'https://a.b',
      headers: { A: '1' },
    });
  });

  it('go on after ^ as Windows copies them', () => {
    const command =
      'curl "https://a.b/c?x=1^&y=2" ^\r\n  -H "accept: */*" ^\r\n  --data-raw "^{^\\"a^\\":1^}" ^\r\n -H "content-type: application/json"';
    expect(settings(command)).toMatchObject({
      url: 'https://a.b/c',
      query: { x: '1', y: '2' },
      headers: { accept: '*/*' },
      body: { a: 1 },
    });
  });

  it('may be several without any mark', () => {
    expect(settings("curl https://a.b\n  -H 'A: 1'")).toMatchObject({ headers: { A: '1' } });
  });

  it('end where another command begins', () => {
    for (const more of [' | jq .', ' > out.json', '; echo', ' && echo', '\ncurl https://c.d']) {
      const { url, notes } = read(`curl https://a.b${more}`);
      expect(url).toBe('https://a.b');
      expect(notes.join()).toContain('left out');
    }
    expect(read('curl https://a.b # fetches it').notes).toEqual([]);
  });
});

describe('headers', () => {
  it('are taken with their names as written', () => {
    expect(
      settings('curl a.b -H "X-Id: 7" -H "Accept:text/csv" -A me -e https://r.s'),
    ).toMatchObject({
      headers: { 'X-Id': '7', Accept: 'text/csv', 'User-Agent': 'me', Referer: 'https://r.s' },
    });
  });
  it('twice are one line', () => {
    expect(settings('curl a.b -H "X-A: 1" -H "x-a: 2"')['headers']).toEqual({ 'X-A': '1, 2' });
  });
  it('may be empty or taken out', () => {
    expect(settings('curl a.b -H "X-Empty;" -H "Accept:"')['headers']).toEqual({ 'X-Empty': '' });
  });
  it('of the connection are left to the server', () => {
    const command = `curl a.b --compressed -H 'Host: a.b' -H 'Content-Length: 3' -H 'Accept-Encoding: gzip'`;
    expect(settings(command)).not.toHaveProperty('headers');
  });
  it('hold cookies', () => {
    expect(settings("curl a.b -b 'a=1; b=2' -H 'Cookie: c=3'")['headers']).toEqual({
      Cookie: 'a=1; b=2; c=3',
    });
    expect(read('curl a.b -b jar.txt').notes.join()).toContain('jar.txt');
  });
  it('in a file are named', () => {
    expect(read('curl a.b -H @headers.txt').notes.join()).toContain('headers.txt');
  });
});

describe('signing in', () => {
  it.each([
    ['curl -u me:pass:word a.b', { type: 'basic', username: 'me', password: 'pass:word' }],
    ['curl -ume:pw a.b', { type: 'basic', username: 'me', password: 'pw' }],
    ["curl -H 'Authorization: Bearer abc' a.b", { type: 'bearer', token: 'abc' }],
    ["curl -H 'authorization: bearer  abc' a.b", { type: 'bearer', token: 'abc' }],
    ['curl --oauth2-bearer abc a.b', { type: 'bearer', token: 'abc' }],
    [
      "curl -H 'Authorization: Basic bWU6cMO8Cg==' a.b",
      { type: 'basic', username: 'me', password: 'pü\n' },
    ],
  ])('%s', (command, auth) => {
    expect(settings(command)['auth']).toEqual(auth);
    expect(settings(command)).not.toHaveProperty('headers');
  });
  it('in another way stays a header', () => {
    expect(settings("curl -H 'Authorization: Token abc' a.b")['headers']).toEqual({
      Authorization: 'Token abc',
    });
  });
  it('with a user alone asks for the password', () => {
    expect(read('curl -u me a.b').notes.join()).toContain('password');
  });
  it('from a shell variable is from the secret of that name', () => {
    const command = 'curl -H "Authorization: Bearer $API_TOKEN" -u "${USER}:$PASS" a.b';
    const { auth, notes } = read(command);
    expect(auth).toEqual({ kind: 'basic', user: '{{$env.USER}}', password: '{{$env.PASS}}' });
    expect(notes.join()).toContain('API_TOKEN, USER, PASS');
    expect(read("curl -H 'X: $API_TOKEN' a.b").headers).toEqual([['X', '$API_TOKEN']]);
  });
});

describe('bodies', () => {
  it('are forms unless something else is said', () => {
    expect(settings('curl a.b -d x=1 -d "y=a b" --data-urlencode "z=ä &"')).toMatchObject({
      bodyType: 'form',
      body: { x: '1', y: 'a b', z: 'ä &' },
    });
    expect(settings('curl a.b -d x=1 -d x=2')['body']).toEqual({ x: ['1', '2'] });
    expect(settings("curl a.b -d 'x={{a.b && c}}'")['body']).toEqual({ x: '{{a.b && c}}' });
  });
  it('that are no forms keep what curl would say they are', () => {
    expect(settings(`curl a.b -d '{"a":1}'`)).toMatchObject({
      bodyType: 'text',
      body: '{"a":1}',
      headers: { 'Content-Type': 'application/x-www-form-urlencoded' },
    });
    expect(settings(`curl a.b -H 'Content-Type: text/csv' -d 'a;b'`)).toMatchObject({
      bodyType: 'text',
      body: 'a;b',
      headers: { 'Content-Type': 'text/csv' },
    });
  });
  it('are JSON by their type', () => {
    for (const flag of ['-d', '--data', '--data-raw', '--data-binary', '--data-ascii']) {
      expect(
        settings(`curl a.b -H 'Content-Type: application/json' ${flag} '{"a":[1,null]}'`),
      ).toMatchObject({ bodyType: 'json', body: { a: [1, null] } });
    }
    expect(
      settings(`curl a.b -H 'Content-Type: application/json' -d '{"a":[1]}'`),
    ).not.toHaveProperty('headers');
    expect(
      settings(`curl a.b -H 'Content-Type: application/vnd.api+json' -d '{}'`)['headers'],
    ).toEqual({ 'Content-Type': 'application/vnd.api+json' });
  });
  it('that are no JSON yet stay text with their type', () => {
    expect(settings(`curl a.b -H 'Content-Type: application/json' -d '{"a":{{b}}}'`)).toMatchObject(
      { bodyType: 'text', headers: { 'Content-Type': 'application/json' } },
    );
  });
  it('of --json bring their headers and are glued together', () => {
    expect(settings(`curl a.b --json '{"a":' --json '1}'`)).toMatchObject({
      bodyType: 'json',
      body: { a: 1 },
      headers: { Accept: 'application/json' },
    });
  });
  it('go into the query with -G', () => {
    expect(settings('curl -G "https://a.b?x=1" -d y=2 --data-urlencode "q=a b"')).toEqual({
      method: 'GET',
      url: 'https://a.b',
      query: { x: '1', y: '2', q: 'a b' },
    });
  });
  it('in files are named', () => {
    for (const flag of ['-d @in.json', '--data-binary @in.json', '--json @in.json', '-T in.json'])
      expect(read(`curl a.b ${flag}`).notes.join()).toContain('in.json');
  });
  it('in files keep their type, and an empty place', () => {
    expect(settings('curl a.b --json @in.json')).toMatchObject({
      body: '',
      bodyType: 'text',
      headers: { Accept: 'application/json', 'Content-Type': 'application/json' },
    });
    expect(settings("curl a.b -H 'Content-Type: text/csv' -d @in.csv")).toMatchObject({
      body: '',
      headers: { 'Content-Type': 'text/csv' },
    });
  });
  it('may be multipart', () => {
    const command = `curl a.b -F name=x -F 'note=@a/b.txt;type=text/plain' -F 'doc={"a":1};type=application/json' --form-string 'raw=@not' -F n=1 -F n=2`;
    expect(settings(command)).toMatchObject({
      bodyType: 'multipart',
      body: {
        name: 'x',
        note: { base64: '', filename: 'b.txt', contentType: 'text/plain' },
        doc: { text: '{"a":1}', contentType: 'application/json' },
        raw: '@not',
        n: ['1', '2'],
      },
    });
    expect(read(command).notes.join()).toContain('a/b.txt');
    expect(settings('curl a.b -F \'f=@x;filename="y z.png"\'')['body']).toEqual({
      f: { base64: '', filename: 'y z.png' },
    });
  });
});

describe('the rest', () => {
  it.each(['-A curl', "-H 'X-By: curl' -e curl", '-d curl'])('may hold the word: %s', (option) => {
    expect(read(`curl ${option} https://a.b`)).toMatchObject({ url: 'https://a.b', notes: [] });
  });
  it('ends at --next', () => {
    const { url, method, notes } = read('curl https://a.b --next -d x=1 https://c.d');
    expect([url, method]).toEqual(['https://a.b', 'GET']);
    expect(notes.join()).toContain('left out');
  });
  it.each(['socks5', 'socks5-hostname', 'preproxy', 'proxy-header'])(
    'takes no value of --%s for the URL',
    (option) => {
      const { url, notes } = read(`curl --${option} proxy:1080 https://a.b`);
      expect(url).toBe('https://a.b');
      expect(notes.join()).toContain(`--${option}`);
    },
  );
  it('takes what a step has', () => {
    expect(settings('curl -k -m 2.5 --retry 4 --max-redirs 0 https://a.b')).toEqual({
      method: 'GET',
      url: 'https://a.b',
      followRedirects: false,
      timeoutMs: 2500,
      retry: { maxRetries: 4 },
      tls: { verify: false },
    });
  });
  it('takes away what the command does not say, in one go', () => {
    const patch = dataOf(read('curl https://a.b'));
    for (const key of ['query', 'headers', 'body', 'bodyType', 'auth', 'tls', 'pagination'])
      expect(patch).toHaveProperty(key, undefined);
    expect(patch).not.toHaveProperty('timeoutMs');
  });
  it('is silent about how curl shows its work', () => {
    const command =
      'curl -sSfLv -w "%{http_code}" --http2 --tlsv1.2 -N --fail-with-body https://a.b';
    expect(read(command)).toMatchObject({ url: 'https://a.b', notes: [] });
  });
  it('says what it cannot do', () => {
    const { notes } = read('curl --cacert ca.pem --proxy p:8080 --digest https://a.b');
    expect(notes).toHaveLength(3);
    expect(notes.join()).toContain('--proxy');
  });
});

describe('whole commands', () => {
  it('as a browser copies them', () => {
    const command = String.raw`curl 'https://shop.example/api/orders?limit=10' \
  -H 'accept: application/json, text/plain, */*' \
  -H 'accept-language: en-US,en;q=0.9' \
  -H 'authorization: Bearer eyJ.a.b' \
  -H 'content-type: application/json' \
  -b 'session=abc; theme=dark' \
  -H 'sec-ch-ua: "Chromium";v="130"' \
  --data-raw $'{"note":"it\'s \u0021","n":1}' \
  --compressed`;
    expect(settings(command)).toEqual({
      method: 'POST',
      url: 'https://shop.example/api/orders',
      query: { limit: '10' },
      headers: {
        accept: 'application/json, text/plain, */*',
        'accept-language': 'en-US,en;q=0.9',
        Cookie: 'session=abc; theme=dark',
        'sec-ch-ua': '"Chromium";v="130"',
      },
      auth: { type: 'bearer', token: 'eyJ.a.b' },
      body: { note: "it's !", n: 1 },
      bodyType: 'json',
    });
    expect(describeRequest(read(command))).toBe(
      'POST https://shop.example/api/orders · 1 parameter · 4 headers · JSON · Bearer token',
    );
  });

  it('as a manual prints them', () => {
    const command = `$ curl https://api.openai.com/v1/chat/completions \\
      -H "Content-Type: application/json" \\
      -H "Authorization: Bearer $OPENAI_API_KEY" \\
      -d '{"model": "gpt-4o", "messages": [{"role": "user", "content": "Hi!"}]}'`;
    expect(settings(command)).toMatchObject({
      method: 'POST',
      auth: { type: 'bearer', token: '{{$env.OPENAI_API_KEY}}' },
      body: { model: 'gpt-4o', messages: [{ role: 'user', content: 'Hi!' }] },
    });
  });
});
