/** One operation of the document: what its route told of it, completed with what `operations.ts` says. */
import { PROTOCOL_HEADER } from '@mhb/core-domain/wire';
import type { DocumentedOperation } from './document.ts';
import { headersOf, isWithKey, refusalsOf } from './problems.ts';

type Content = Readonly<Record<string, object>>;

/** As the routes told it. */
export interface MadeOperation {
  readonly parameters?: readonly object[];
  readonly requestBody?: { readonly content: Content };
  readonly responses: Readonly<Record<string, { readonly content?: Content }>>;
}

export const describeOperation = (
  { parameters = [], requestBody, responses }: MadeOperation,
  operation: DocumentedOperation,
): object => {
  const { id, tag, summary, description, access, success, example } = operation;
  return {
    operationId: id,
    tags: [tag],
    summary,
    ...(description === undefined ? {} : { description }),
    security: securityOf(operation),
    ...(isWithKey(operation) ? { 'x-scope': access } : {}),
    parameters: [...parameters, { $ref: `#/components/parameters/${PROTOCOL_HEADER}` }],
    ...(requestBody === undefined
      ? {}
      : { requestBody: { required: true, content: withExample(requestBody.content, example.request) } }),
    responses: {
      200: {
        description: success,
        headers: headersOf([
          'request-id',
          ...(isWithKey(operation) ? ['ratelimit', 'ratelimit-policy'] : []),
        ]),
        content: withExample(responses['200']?.content ?? {}, example.answer),
      },
      ...refusalsOf(operation),
    },
  };
};

const securityOf = ({ access }: DocumentedOperation): readonly object[] => {
  if (access === 'nothing') return [];
  return [access === 'mailbox token' ? { mailboxToken: [] } : { apiKey: [] }];
};

const withExample = (content: Content, example: unknown): Content =>
  Object.fromEntries(Object.entries(content).map(([type, media]) => [type, { ...media, example }]));
