/** Bytes over a connection, as no client would send them. */
import { connect, type Socket } from 'node:net';
import { gzipSync } from 'node:zlib';

export interface Heard {
  readonly text: string;
  /** From the last byte sent to the first byte heard; or to the end, where nothing came. */
  readonly ms: number;
  readonly closed: boolean;
}

/** Sends the bytes and listens until the connection is closed, or an answer has been heard and a moment of silence. */
export const exchange = (url: string, bytes: string | Buffer, silenceMs = 150): Promise<Heard> =>
  new Promise((resolve) => {
    const startedMs = performance.now();
    let text = '';
    let ms = 0;
    let silence: NodeJS.Timeout | undefined;
    const socket = open(url);
    const end = (closed: boolean) => (): void => {
      clearTimeout(silence);
      resolve({ text, ms: ms || performance.now() - startedMs, closed });
      socket.destroy();
    };
    socket.setEncoding('latin1').on('data', (heard: string) => {
      ms ||= performance.now() - startedMs;
      text += heard;
      clearTimeout(silence);
      silence = setTimeout(end(false), silenceMs);
    });
    socket.on('error', () => undefined).on('close', end(true));
    socket.write(bytes);
  });

export const open = (url: string): Socket => connect(Number(new URL(url).port), '127.0.0.1');

export const untilClosed = (socket: Socket): Promise<void> =>
  new Promise((resolve) => {
    if (socket.destroyed) resolve();
    socket
      .on('error', () => undefined)
      .on('close', () => {
        resolve();
      });
  });

const CRLF = '\r\n';

/** A request with these lines of headers and this body, and a right Content-Length unless another one is given. */
export const requestText = (
  firstLine: string,
  headers: readonly string[],
  body: string | Buffer = '',
): Buffer => {
  const lines = [firstLine, 'host: x', ...headers];
  if (body.length > 0 && !headers.some((line) => /^(?:content-length|transfer-encoding):/.test(line)))
    lines.push(`content-length: ${String(Buffer.byteLength(body))}`);
  return Buffer.concat([Buffer.from(lines.join(CRLF) + CRLF + CRLF, 'latin1'), Buffer.from(body)]);
};

interface Broken {
  readonly what: string;
  readonly status: number | 'nothing';
  /** Whether the connection has to be closed too. */
  readonly closes?: true;
  readonly bytes: (apiKey: string) => string | Buffer;
}

const DOWNLOAD = 'POST /v1/sync/download HTTP/1.1';
const asDevice = (apiKey: string, ...more: readonly string[]): readonly string[] => [
  `authorization: Bearer ${apiKey}`,
  'content-type: application/json',
  ...more,
];

/** A body that is JSON of some kind, in a request that is right otherwise. */
const body = (what: string, bytes: string | Buffer, status = 400): Broken => ({
  what,
  status,
  bytes: (apiKey) => requestText(DOWNLOAD, asDevice(apiKey), bytes),
});

const framed = (what: string, lines: readonly string[], payload: string, status = 400): Broken => ({
  what,
  status,
  closes: true,
  bytes: (apiKey) => requestText(DOWNLOAD, asDevice(apiKey, ...lines), payload),
});

const line = (what: string, status: Broken['status'], bytes: string, closes?: true): Broken => ({
  what,
  status,
  ...(closes === undefined ? {} : { closes }),
  bytes: () => bytes,
});

const right = '"device_id":"00000000000000a1","since":null';

export const brokenBodies: readonly Broken[] = [
  body('a hundred levels', `${'['.repeat(100)}${']'.repeat(100)}`),
  body('100,000 levels of lists', '['.repeat(100_000)),
  body('100,000 levels of objects', '{"a":'.repeat(100_000)),
  body('a hundred levels within a right request', `{${right},"limit":${'['.repeat(100)}1${']'.repeat(100)}}`),
  body(
    'a million names',
    `{${Array.from({ length: 300_000 }, (_, index) => `"a${String(index)}":1`).join(',')}}`,
  ),
  body('a million values', `[${'1,'.repeat(1_000_000)}1]`),
  body('a name twice', `{${right},"since":null}`),
  body('a name twice, once in disguise', `{${right},"\\u0073ince":null}`),
  body('a prototype', `{${right},"__proto__":{"limit":1}}`),
  body('a prototype in disguise', `{${right},"\\u005f_proto__":{"limit":1}}`),
  body('a constructor', `{${right},"constructor":{"prototype":{"limit":1}}}`),
  body('an unknown name', `{${right},"since_":1}`),
  body('a number of a thousand digits', `{${right},"limit":${'9'.repeat(1_000)}}`),
  body('a number beyond numbers', `{${right},"limit":1e400}`),
  body('a negative zero', `{${right},"limit":-0}`),
  body('not a number', `{${right},"limit":NaN}`),
  body('half of a number', `{${right},"limit":0.5}`),
  body('a text of 3 MB', `{${right},"limit":"${'x'.repeat(3_000_000)}"}`),
  body('a text of 10 MB', `{${right},"limit":"${'x'.repeat(10_000_000)}"}`, 413),
  body(
    'an invalid byte',
    Buffer.concat([Buffer.from(`{${right},"a":"`), Buffer.from([0xff]), Buffer.from('"}')]),
  ),
  body(
    'an overlong slash',
    Buffer.concat([Buffer.from('{"a":"'), Buffer.from([0xc0, 0xaf]), Buffer.from('"}')]),
  ),
  body(
    'a surrogate in UTF-8',
    Buffer.concat([Buffer.from('{"a":"'), Buffer.from([0xed, 0xa0, 0x80]), Buffer.from('"}')]),
  ),
  body('half a pair', '{"a":"\\ud800"}'),
  body('a byte order mark', `\ufeff{${right}}`),
  body('UTF-16', Buffer.from(`{${right}}`, 'utf16le')),
  body('a raw NUL', `{${right},"a":"\0"}`),
  body('an escaped NUL', `{"device_id":"00000000000000a\\u0000","since":null}`),
  body('two documents', `{${right}}{${right}}`),
  body('a comment', `{${right}/* */}`),
  body('quotes and backslashes without end', `"${'\\'.repeat(1_000_001)}"`),
  body('base64 with white space', `{"base_generation":0,"sealed":"AQ E=","recovery":"AQE="}`),
];

export const brokenFrames: readonly Broken[] = [
  framed('two ways to say how long', ['content-length: 5', 'transfer-encoding: chunked'], '0\r\n\r\n'),
  framed('two lengths', ['content-length: 2', 'content-length: 3'], '{}1'),
  framed('one length twice', ['content-length: 2', 'content-length: 2'], '{}'),
  framed('a list of lengths', ['content-length: 2, 2'], '{}'),
  framed('a length with a sign', ['content-length: +2'], '{}'),
  framed('a negative length', ['content-length: -1'], '{}'),
  framed('a length beyond numbers', [`content-length: ${'9'.repeat(30)}`], '{}'),
  framed('a length beyond the limit', ['content-length: 999999999'], '{}', 413),
  framed('a folded header', ['x-a: b\r\n c'], '{}'),
  framed('a negative chunk', ['transfer-encoding: chunked'], '-2\r\n{}\r\n0\r\n\r\n'),
  framed('a chunk beyond numbers', ['transfer-encoding: chunked'], 'ffffffffffffffffff\r\n{}\r\n0\r\n\r\n'),
  framed(
    'an extension of a chunk that ends early',
    ['transfer-encoding: chunked'],
    '2;\nxx\r\n{}\r\n0\r\n\r\n',
  ),
  framed('an extension of a chunk without end', ['transfer-encoding: chunked'], `2;${'a'.repeat(50_000)}`),
  framed('another transfer encoding', ['transfer-encoding: identity'], '{}', 415),
  framed('a compressed transfer', ['transfer-encoding: gzip, chunked'], '2\r\n{}\r\n0\r\n\r\n', 415),
  framed('a bomb', ['content-encoding: gzip'], gzipSync(Buffer.alloc(2_000_000)).toString('latin1'), 415),
  framed('brotli', ['content-encoding: br', 'content-length: 3000000'], '', 415),
  framed('deflate', ['content-encoding: deflate', 'content-length: 3000000'], '', 415),
  framed('an expectation', ['expect: something'], '{}'),
  framed('two keys', ['authorization: Bearer mhb_x'], '{}'),
  framed('two hosts', ['host: y'], '{}'),
  line('no host', 400, 'GET /health HTTP/1.1\r\n\r\n', true),
  line('a host that is none', 400, 'GET /health HTTP/1.1\r\nhost: a b/@\r\n\r\n', true),
  line('an empty host', 400, 'GET /health HTTP/1.1\r\nhost:\r\n\r\n', true),
  line('a bare line feed', 400, 'GET /health HTTP/1.1\nhost: x\n\n', true),
  line('a bare carriage return', 400, 'GET /health HTTP/1.1\rhost: x\r\r', true),
  line('a space before the colon', 400, 'GET /health HTTP/1.1\r\nhost : x\r\n\r\n', true),
  line('a NUL in a header', 400, 'GET /health HTTP/1.1\r\nhost: x\r\na: \0\r\n\r\n', true),
  line('a NUL in the address', 400, 'GET /hea\0lth HTTP/1.1\r\nhost: x\r\n\r\n', true),
  line('an address of another service', 421, 'GET http://x/health HTTP/1.1\r\nhost: x\r\n\r\n', true),
  line('a tunnel', 'nothing', 'CONNECT x:443 HTTP/1.1\r\nhost: x\r\n\r\n', true),
  line('HTTP 2 without agreement', 400, 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n', true),
  line('HTTP 2 by its number', 400, 'GET /health HTTP/2.0\r\nhost: x\r\n\r\n', true),
  line(
    'an upgrade to HTTP 2',
    200,
    'GET /health HTTP/1.1\r\nhost: x\r\nconnection: upgrade\r\nupgrade: h2c\r\n\r\n',
  ),
  line('a long address', 431, `GET /${'a'.repeat(20_000)} HTTP/1.1\r\nhost: x\r\n\r\n`, true),
  line('3,000 headers', 431, `GET /health HTTP/1.1\r\nhost: x\r\n${'a: b\r\n'.repeat(3_000)}\r\n`, true),
  line('a method nobody knows', 400, 'FOO /health HTTP/1.1\r\nhost: x\r\n\r\n', true),
  line('another method', 405, 'PATCH /health HTTP/1.1\r\nhost: x\r\n\r\n'),
  line('everything', 404, 'OPTIONS * HTTP/1.1\r\nhost: x\r\n\r\n'),
  line('the beginning of TLS', 400, Buffer.from('16030100a5010000a10303', 'hex').toString('latin1'), true),
];

/** Keys that let nobody in; each has to get the very same answer. */
export const wrongKeys = (apiKey: string): readonly string[] => [
  '',
  'authorization: ',
  'authorization: Bearer',
  `authorization: Basic ${apiKey}`,
  `authorization: ${apiKey}`,
  `authorization: Bearer ${apiKey.slice(0, -1)}`,
  `authorization: Bearer ${apiKey}x`,
  `authorization: Bearer ${apiKey.toUpperCase()}`,
  `authorization: Bearer ${apiKey} ${apiKey}`,
  `authorization: Bearer ${'a'.repeat(10_000)}`,
  `authorization: Bearer mhb_${'0'.repeat(48)}_${'0'.repeat(64)}_00000000`,
  `authorization: Bearer \xff\xfe`,
];
