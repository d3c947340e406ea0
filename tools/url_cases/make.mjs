// Writes src/sandbox/globals/url_cases.json: what Node's implementation of the URL standard gives.
// Left out is what Node 20 does otherwise than the standard of today:
//   '^' in paths and the last blank of an opaque path (encoded since), '..' up to the root of a
//   scheme that is not special, the setters of host on such URLs.
//
//     node tools/url_cases/make.mjs src/sandbox/globals/url_cases.json

import { writeFileSync } from 'node:fs';

const bases = [
	'http://example.org/foo/bar?q=1#f',
	'https://u:p@h.test:8443/a/b/../c/',
	'file:///C:/dir/file.txt',
	'file:///tmp/mock/path',
	'mailto:a@b',
	'foo://host/a/b',
	'foo:/a/b',
	'data:text/plain,hi',
	'ws://x/y',
	'about:blank'
];
const inputs = [
	'',
	' ',
	'#x',
	'?y=1',
	'?',
	'#',
	'.',
	'..',
	'./',
	'../',
	'../..',
	'/',
	'//',
	'///',
	'////x',
	'a',
	'a/b',
	'./a/./b',
	'../../../a',
	'a/..',
	'a/../',
	'a/%2e%2E/b',
	'%2e',
	'/%2E/',
	'/a b/"<>`{}^|\\',
	'\\x\\y',
	'\\\\host\\p',
	'//host',
	'//host:80/x',
	'/\\h',
	'http:',
	'http:/a',
	'http:a',
	'http://',
	'http:///a',
	'http://a',
	'HTTP://ExAmPlE.COM:80/%7Efoo/../bar',
	'http://user@host',
	'http://user:pass@host:8080/p?q#f',
	'http://:pw@h',
	'http://u:@h',
	'http://@h',
	'http://u@/x',
	'http://a@b@c/',
	'http://a:b@c:d@e/',
	'http://[::1]',
	'http://[::1]:80/',
	'http://[1::]',
	'http://[0:0:0:0:0:0:0:0]',
	'http://[2001:db8:0:0:1:0:0:1]',
	'http://[::127.0.0.1]',
	'http://[::ffff:1.2.3.4]/',
	'http://[1:2:3:4:5:6:7:8:9]',
	'http://[1:2:3:4:5:6:7]',
	'http://[::1',
	'http://[::g]',
	'http://[::1%eth0]',
	'http://[1:2:3:4:5:6:1.2.3.4]',
	'http://[1:2::3:4:5:6:7:8]',
	'http://[:1]',
	'http://[1:]','http://[::1.2.3]','http://[::01.2.3.4]','http://[1.2.3.4::]',
	'http://1.2.3.4',
	'http://0x7f.1',
	'http://0177.0.0.1',
	'http://2130706433',
	'http://256',
	'http://1.2.3.4.5',
	'http://1.2.3.256',
	'http://1.2.3.',
	'http://1.2.3.4.',
	'http://1..2',
	'http://09',
	'http://0x',
	'http://0xffffffff1',
	'http://a.1',
	'http://a.0x',
	'http://a.1a',
	'http://..',
	'http://.',
	'http://a..b',
	'http://a.',
	'http://ho st',
	'http://ho%20st',
	'http://h%41.com',
	'http://h^x',
	'http://h|x',
	'http://h<x',
	'http://%00',
	'http://%zz',
	'http://ex%25a',
	'http://bücher.example/ü?ü#ü',
	'http://ＧＯ.com',
	'http://faß.de',
	'http://xn--bcher-kva.example',
	'http://xn--',
	'http://xn--a',
	'http://a_b.c',
	'http://-a-.com',
	'http://日本語.テスト',
	'http://h:',
	'http://h:0',
	'http://h:65535',
	'http://h:65536',
	'http://h:8a',
	'http://h:-1',
	'http://h: 80',
	'https://h:443/',
	'ftp://h:21/',
	'ws://h:80/a',
	'wss://h:443',
	'http://h/a;b=c,d',
	'http://h/%',
	'http://h/%2',
	'http://h/%zz',
	'http://h?q',
	"http://h?'\"<>#'\"<>`",
	'http://h/?a=b&c=d',
	'http://h/a?b?c',
	'http://h/a#b#c',
	' http://h/ ',
	'\thttp://h/\n',
	'ht\ntp://h\t/a\rb',
	'http://h/a\tb?c\nd#e\rf',
	'file:',
	'file:/',
	'file://',
	'file:///',
	'file:a',
	'file:/a',
	'file://h/a',
	'file://localhost/a',
	'file:///C:/x',
	'file:///C|/x',
	'file:C:/x',
	'file:C|',
	'file://C:/x',
	'file:///C:/../..',
	'file:/C:/a/../../b',
	'file:..',
	'file:?q',
	'file:#f',
	'C:/x',
	'C|/x',
	'/C:/x',
	'/..',
	'file://h:80/',
	'file://[::1]/x',
	'file://%43%3A',
	'file:////x','file://///x//','//C:/x','//C|','file:///a/C:/b','mailto:me@x.org',
	'mailto:me@x.org?subject=a b',
	'javascript:alert(1)',
	'data:text/html,<p>',
	'data:a b ',
	'data:a #b',
	'data:a ?b',
	'data: ',
	'urn:isbn:1',
	'blob:https://a.com/x',
	'blob:ftp://h/',
	'blob:x',
	'tel:+1',
	'foo:',
	'foo:/',
	'foo://',
	'foo:///',
	'foo:///a',
	'foo://h',
	'foo://h/',
	'foo://h:90/a',
	'foo://h:/a',
	'foo://u:p@h/a',
	'foo://u@',
	'foo://:80',
	'foo://[::1]/',
	'foo://a b/',
	'foo://a%00b',
	'foo://A.b/',
	'foo://ü/',
	'foo://a\\b',
	'foo:\\a',
	'foo:/a/../..//b',
	'foo:/.//p',
	'foo:/..//p',
	'foo:a/../b',
	'a1+-.:x',
	'1a:x',
	'+a:x',
	':x',
	'x y:z',
	'http//x',
	'http://h/\u0000',
	'http://h/\ud800',
	'http://h/😀?😀#😀',
	'http://u😀:p😀@h/','http://h/a\u007fb\u0080c',
	"http://u'/:;=@[]^|@h/",
	'non-special:x?y#z',
	'http://www.example.com/a/b/c/../../d/./e.html',
	'http://h//a//b/',
	'http://h/a/./',
	'http://h/a/..//',
	'web+demo:/.//not-a-host/',
	'https://0x.0x.0',
	'https://a%C2%ADb/',
	'https://\u00ad/','https://a\u200db','http://1e2','http://0300.168.0.xF0','http://h/^','https://x/?^','https://EXAMPLE.com%2E/','http://a%2Fb/','foo://a%2Fb/','foo://a^b'
];
const starts = [
	'http://u:p@host:8080/a/b?q#f',
	'file:///a',
	'file://h/a',
	'foo://host/a',
	'mailto:x y ',
	'https://h/',
	'foo://h:80/a'
];
const values = { 
	protocol: ['https', 'https:', 'foo', 'file', 'ftp:', 'h!', '', 'wss:x', '1a'], 
	username: ['', 'a', 'a b:@/', 'ü'], 
	password: ['', 'x', 'p:@'], 
	host: ['', 'a', 'a:90', 'a:', ':90', 'a:x', 'a:80x', 'x/y', 'x?y', 'x#y', 'x\\y', '[::1]:3', 'a b', '1.2', 'a:99999', 'ü', 'localhost', 'a:443','a:8080'], 
	hostname: ['', 'a', 'a:90', 'x/y', '[::2]', 'localhost', ':1', 'a b'], 
	port: ['', '1', '80', '443', '99999', '8x', 'x', ' 9', '65535','9\n0'], 
	pathname: ['', '/', 'a', '/a/../b', '//x', 'a?b#c', '\\x', '..', 'ü', '/.//p', 'C|/x'], 
	search: ['', '?', 'a', '?a b', '#', "'", 'ü'], 
	hash: ['', '#', 'a b', '##', '`', 'ü'] , 
	href: ['http://x', 'nope', '']
};
const queries = [
	'', '?a=1', 'a=1&b=2&a=3', 'a', '=', '&&', 'a=b=c', 'a+b=c%20d', '%zz=%', '%ff=%c3%bc', 'ü=😀',
	'a=\ud800', "a=*-._~!'()", 'a=1&=2', '?? a', '%2B+=%26'
];

const parts = (u) => [
	u.href, u.origin, u.protocol, u.username, u.password, u.host, u.hostname, u.port, u.pathname,
	u.search, u.hash
];
const hrefOf = (make) => {
	try {
		return make().href;
	} catch {
		return null;
	}
};
const differs = (url, value) =>
	/\^/.test(value) ||
	/ [?#]/.test(value) ||
	(/^(foo|non-special|data|mailto)/.test(url ?? '') && /(^|\/)\.\.$|^:\d/.test(value));

const urls = [];
inputs.forEach((input, i) => {
	const chosen = [null, bases[i % 10], bases[(i * 3 + 1) % 10], bases[(i * 7 + 5) % 10]];
	for (const base of new Set(chosen)) {
		if (differs(base, input)) continue;
		urls.push([input, base, hrefOf(() => new URL(input, base ?? undefined))]);
	}
});
const setters = [];
for (const start of starts) {
	for (const [part, list] of Object.entries(values)) {
		for (const value of list) {
			if (differs(start, value)) continue;
			const change = () => Object.assign(new URL(start), { [part]: value });
			setters.push([start, part, value, hrefOf(change)]);
		}
	}
}
const known = [...new Set(urls.map(([, , href]) => href).filter((href) => href !== null))];
const read = known.filter((_, i) => i % 4 === 0).map((href) => parts(new URL(href)));
const forms = queries.map((query) => {
	const form = new URLSearchParams(query);
	return [query, [...form], form.toString()];
});

const lines = (list) => '[\n' + list.map((item) => JSON.stringify(item)).join(',\n') + '\n]';
writeFileSync(
	process.argv[2],
	`{"urls":${lines(urls)},\n"setters":${lines(setters)},\n"read":${lines(read)},\n"forms":${lines(forms)}}\n`
);
