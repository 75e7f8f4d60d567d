/** Refusals: problem documents of a closed list that quote nothing of what was sent (rule D10). */
import { errorCodes, isErrorCode, limits, Problem, PROTOCOL_HEADER } from '@mhb/core-domain/wire';
import { type Check, hold, holdRefused } from '../check.ts';
import type { Exchange, Question } from '../service-client.ts';
import { DEVICE_ID, headOf, newChange, newId, newSealed } from '../visit.ts';

/** Stands in everything that is sent here. */
const MARK = 'marked-by-conformance';

const UPLOAD = '/v1/sync/upload';
const plain = { 'content-type': 'text/plain' };
const changes = (count: number) => Array.from({ length: count }, () => newChange({ sealed: 'AQEA' }));
const uploadOf = (more: object): Question => ({
  body: { device_id: DEVICE_ID, batch_id: newId(), changes: [newChange()], ...more },
});

const refused: readonly (readonly [what: string, code: string, method: string, path: string, Question?])[] = [
  ['an address that is none', 'not_found', 'GET', `/v1/${MARK}`],
  ['a method of no use', 'method_not_allowed', 'PATCH', UPLOAD],
  ['a document that is none', 'invalid_request', 'POST', UPLOAD, { text: `{"${MARK}"` }],
  ['an empty document', 'invalid_request', 'POST', UPLOAD, { text: '' }],
  ['bytes that are no text', 'invalid_request', 'POST', UPLOAD, { text: Uint8Array.of(0x22, 0xff, 0x22) }],
  ['a document nine deep', 'invalid_request', 'POST', UPLOAD, { text: '[[[[[[[[[]]]]]]]]]' }],
  ['a member twice', 'invalid_request', 'POST', UPLOAD, { text: `{"a":1,"a":"${MARK}"}` }],
  ['a member that is no data', 'invalid_request', 'POST', UPLOAD, { text: `{"__proto__":"${MARK}"}` }],
  ['half a character', 'invalid_request', 'POST', UPLOAD, { text: `{"a":"${MARK}\\ud800"}` }],
  ['a text', 'unsupported_media', 'POST', UPLOAD, { text: MARK, headers: plain }],
  [
    'a compressed body',
    'unsupported_media',
    'POST',
    UPLOAD,
    { text: MARK, headers: { 'content-encoding': 'gzip' } },
  ],
  ['an unknown member', 'invalid_request', 'POST', UPLOAD, uploadOf({ [MARK]: MARK })],
  ['an id that is none', 'invalid_request', 'POST', UPLOAD, uploadOf({ changes: [newChange({ id: MARK })] })],
  ['a base below zero', 'invalid_request', 'POST', UPLOAD, uploadOf({ changes: [newChange({ base: -1 })] })],
  [
    'a base that is no number',
    'invalid_request',
    'POST',
    UPLOAD,
    uploadOf({ changes: [{ ...newChange(), base: MARK }] }),
  ],
  [
    'what is no base64',
    'invalid_request',
    'POST',
    UPLOAD,
    uploadOf({ changes: [newChange({ sealed: `${MARK}!` })] }),
  ],
  [
    'base64 without padding',
    'invalid_request',
    'POST',
    UPLOAD,
    uploadOf({ changes: [newChange({ sealed: newSealed().replace(/.$/, '') })] }),
  ],
  ['an upload of nothing', 'invalid_request', 'POST', UPLOAD, uploadOf({ changes: [] })],
  [
    '501 changes',
    'invalid_request',
    'POST',
    UPLOAD,
    uploadOf({ changes: changes(limits.UPLOAD_CHANGES_MAX + 1) }),
  ],
  [
    'a page of none',
    'invalid_request',
    'POST',
    '/v1/sync/download',
    { body: { device_id: DEVICE_ID, since: null, limit: 0 } },
  ],
  [
    'a page of 1,001',
    'invalid_request',
    'POST',
    '/v1/sync/download',
    { body: { device_id: DEVICE_ID, since: null, limit: 1_001 } },
  ],
  [
    'a cursor nobody gave',
    'invalid_request',
    'POST',
    '/v1/sync/download',
    { body: { device_id: DEVICE_ID, since: MARK } },
  ],
  ['a key without a label', 'invalid_request', 'POST', '/v1/auth/api-keys', { body: { label: '' } }],
  [
    'a scope that is none',
    'invalid_request',
    'POST',
    '/v1/auth/api-keys',
    { body: { label: MARK, scopes: [MARK] } },
  ],
  ['4 MiB and a bit', 'too_large', 'POST', UPLOAD, { text: `"${'a'.repeat(limits.BODY_BYTES_MAX)}"` }],
];

/** Each answer of the whole visit has to be so. */
const ofAll = (rule: string, promise: string, look: (exchange: Exchange) => string | undefined): Check => ({
  rule,
  promise,
  run: ({ client }) => {
    for (const exchange of client.exchanges) {
      const wrong = look(exchange);
      hold(wrong === undefined, wrong ?? '');
    }
    return Promise.resolve();
  },
});

const problemOf = ({ method, answer }: Exchange): string | undefined => {
  const { status, headers, body } = answer;
  if (status < 400) return undefined;
  if (!/^application\/problem\+json\b/.test(headers.get('content-type') ?? ''))
    return `${method} was refused with ${String(status)} and without a problem document`;
  const { data } = Problem.strict().safeParse(body);
  if (data === undefined) return `a refusal with ${String(status)} is no problem document`;
  if (!isErrorCode(data.code)) return 'a refusal has a code that is not in the list';
  const row = errorCodes[data.code];
  const isRow = data.status === status && row.status === status;
  return isRow && data.type.endsWith(`:${data.code}`)
    ? undefined
    : `${data.code} was told with another status or type`;
};

export const errorChecks: readonly Check[] = [
  {
    rule: 'D10',
    promise: 'what is wrong with a request is told by its code, quotes nothing, and changes nothing',
    run: async ({ client }) => {
      const head = await headOf(client);
      for (const [what, code, method, path, question] of refused) {
        const answer = await client.ask(method, path, question);
        if (!isErrorCode(code)) throw new TypeError('the code is of the list');
        holdRefused(answer, errorCodes[code].status, code, what);
        hold(!answer.text.includes(MARK), `the refusal of ${what} quotes what was sent`);
      }
      hold((await headOf(client)) === head, 'a refused request has changed something');
    },
  },
  {
    rule: 'D10',
    promise: 'an address that takes other methods says which',
    run: async ({ client }) => {
      const { headers } = await client.ask('DELETE', '/v1/keyring');
      const allowed = (headers.get('allow') ?? '').split(/,\s*/);
      hold(
        ['GET', 'PUT'].every((method) => allowed.includes(method)),
        'the header Allow is missing or another one',
      );
    },
  },
];

/** Looks back at everything that was answered, so it goes last. */
export const lastChecks: readonly Check[] = [
  ofAll('D10', 'no request has met a failure of the service', ({ method, answer: { status } }) =>
    status >= 500 ? `${method} was answered with ${String(status)}` : undefined,
  ),
  ofAll('D10', 'every refusal was a problem document with the status of its code', problemOf),
  ofAll('D10', 'nothing that was answered may be kept on the way', ({ answer: { headers } }) =>
    /\bno-store\b/.test(headers.get('cache-control') ?? '')
      ? undefined
      : 'an answer has no Cache-Control: no-store',
  ),
  ofAll('D13', 'every answer has said which versions are understood', ({ answer: { headers } }) =>
    /^\d+-\d+$/.test(headers.get(PROTOCOL_HEADER) ?? '') ? undefined : `an answer has no ${PROTOCOL_HEADER}`,
  ),
];
