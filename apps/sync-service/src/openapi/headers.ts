/** The headers of the wire, and how a request says whose it is. */
import { MAILBOX_TOKEN_HEADER, PROTOCOL_HEADER, understoodProtocols } from '@mhb/core-domain/wire';

export const requestHeaders = {
  [PROTOCOL_HEADER]: {
    name: PROTOCOL_HEADER,
    in: 'header',
    description: 'The version of the wire that the device speaks; without it the newest is taken (rule D13).',
    schema: { type: 'string', pattern: '^[0-9]{1,4}$' },
    example: understoodProtocols.split('-')[1],
  },
};

const REQUEST_ID = '6f1c2d34-5b6a-4c7d-8e9f-0a1b2c3d4e5f';

const text = (description: string, pattern: string, example: string) => ({
  description,
  schema: { type: 'string', pattern },
  example,
});

export const responseHeaders = {
  [PROTOCOL_HEADER]: text(
    'The oldest and the newest version that the service understands.',
    '^[0-9]+-[0-9]+$',
    understoodProtocols,
  ),
  'cache-control': text('Nothing that is answered is kept on the way.', 'no-store', 'no-store'),
  'request-id': text('Under which the log of the service has this request.', '^[0-9a-f-]{36}$', REQUEST_ID),
  'www-authenticate': text('How to say whose request it is.', '^Bearer$', 'Bearer'),
  'retry-after': text('Seconds to wait.', '^[0-9]+$', '2'),
  ratelimit: text(
    'How many requests are left (draft-ietf-httpapi-ratelimit-headers).',
    '^"default";r=[0-9]+;t=[0-9]+$',
    '"default";r=0;t=42',
  ),
  'ratelimit-policy': text(
    'How many requests a key may send in how many seconds.',
    '^"default";q=[0-9]+;w=[0-9]+$',
    '"default";q=600;w=60',
  ),
};

export const securitySchemes = {
  apiKey: {
    type: 'http',
    scheme: 'bearer',
    bearerFormat: 'mhb_<48 hex>_<64 hex>_<8 hex>',
    description:
      'An API key of one device (rule D9). Whatever is wrong with it, the answer is the same. Scopes: `sync` for ' +
      'records, keyring and devices; `account` for API keys, pairing and the account as a whole.',
  },
  mailboxToken: {
    type: 'apiKey',
    in: 'header',
    name: MAILBOX_TOKEN_HEADER,
    description: 'Derived from the secret of a pairing link, 64 hex digits (rule E6).',
  },
};
