/**
 * The document of the service (`GET /openapi.json`, OpenAPI 3.1): made from the routes themselves, with the schemas
 * they parse with, and completed with what a schema can't say (`operations.ts`). The same bytes are committed as
 * `apps/sync-service/openapi.json`; `npm run openapi` writes them.
 */
import swagger from '@fastify/swagger';
import { type ErrorCode, OLDEST_PROTOCOL_VERSION, PROTOCOL_VERSION } from '@mhb/core-domain/wire';
import type { FastifyInstance, FastifySchema } from 'fastify';
import { z } from 'zod';
import { describeOperation, type MadeOperation } from './describe.ts';
import { requestHeaders, responseHeaders, securitySchemes } from './headers.ts';
import { type Operation, operations } from './operations.ts';
import { problemResponses } from './problems.ts';
import { componentSchemas, type JsonSchema, schemaOf } from './schemas.ts';

interface Made {
  readonly paths: Readonly<Record<string, Readonly<Record<string, MadeOperation>>>>;
}

const TITLE = 'Mental Health Bar sync service';

/** What is told of an operation here, and by its route. */
export interface DocumentedOperation extends Operation {
  readonly refusals: readonly ErrorCode[];
}

declare module 'fastify' {
  interface FastifyContextConfig {
    /** What a route refuses beyond what any request can meet. */
    readonly refusals?: readonly ErrorCode[];
  }
}

/** Before the routes, each of which is told to it. */
export const documentService = async (app: FastifyInstance): Promise<void> => {
  const documented = new Map<string, DocumentedOperation>();
  await app.register(swagger, {
    openapi: { openapi: '3.1.0', info: { title: TITLE, version: '' } },
    transform: ({ schema, url, route: { method, config } }) => {
      const name = `${String(method)} ${url.replaceAll(/:(\w+)/g, '{$1}')}`;
      const operation = operations[name];
      if (operation !== undefined) documented.set(name, { ...operation, refusals: config?.refusals ?? [] });
      return { schema: withJsonSchemas(schema), url };
    },
    transformObject: (made) =>
      'openapiObject' in made ? complete(made.openapiObject as unknown as Made, documented) : {},
  });
};

/** With the type provider's own transform an answer could have no members of a later version. */
const withJsonSchemas = ({ body, params, response }: FastifySchema = {}): FastifySchema => ({
  ...(body instanceof z.ZodType ? { body: schemaOf(body) } : {}),
  ...(params instanceof z.ZodType ? { params: schemaOf(params) } : {}),
  response: { 200: { description: '', content: contentOf(response) } },
});

/** Of a route's one success: a schema, or a schema for its type of content. */
const contentOf = (response: unknown): Readonly<Record<string, { readonly schema: JsonSchema }>> => {
  const success = z.object({ 200: z.unknown() }).parse(response)[200];
  if (success instanceof z.ZodType) return { 'application/json': { schema: schemaOf(success) } };
  const { content } = Content.parse(success);
  return Object.fromEntries(
    Object.entries(content).map(([type, { schema }]) => [type, { schema: schemaOf(schema) }]),
  );
};

const Content = z.object({
  content: z.record(z.string(), z.object({ schema: z.instanceof(z.ZodType) })),
});

type Documented = ReadonlyMap<string, DocumentedOperation>;

const complete = ({ paths }: Made, documented: Documented): object => ({
  openapi: '3.1.0',
  info: {
    title: TITLE,
    summary: 'Puts sealed records of an account in order and keeps them. It can’t read them.',
    description: DESCRIPTION,
    version: String(PROTOCOL_VERSION),
    license: { name: 'MIT', identifier: 'MIT' },
  },
  servers: [{ url: '/', description: 'Wherever somebody hosts it' }],
  security: [],
  tags: TAGS,
  paths: Object.fromEntries(
    Object.entries(paths).map(([path, methods]) => [
      path,
      Object.fromEntries(
        Object.entries(methods).map(([method, made]) => {
          const operation = documented.get(`${method.toUpperCase()} ${path}`);
          return [method, operation === undefined ? made : describeOperation(made, operation)];
        }),
      ),
    ]),
  ),
  components: {
    schemas: componentSchemas(),
    responses: problemResponses([...documented.values()]),
    ...{ parameters: requestHeaders, headers: responseHeaders, securitySchemes },
  },
});

const DESCRIPTION = [
  'Bodies are JSON in UTF-8 without compression. Ids are lowercase hex, sealed bytes base64 with padding.',
  'A request with a member that is not in its schema is refused; an answer may have members that a later version added.',
  `The header mhb-protocol names the version of the wire that a device speaks, from ${String(OLDEST_PROTOCOL_VERSION)} to ${String(PROTOCOL_VERSION)} here.`,
  'Every refusal is a problem document (RFC 9457) with a code of a closed list.',
  'How to seal, merge and recover is in docs/protocol.md, the rules in SYNC.md.',
  'Figures for monitoring (GET /metrics) are on a port of their own and no part of this.',
].join('\n');

const TAGS = [
  { name: 'records', description: 'Upload and download of sealed records' },
  { name: 'keys', description: 'API keys, and the sealed keyring' },
  { name: 'devices', description: 'The devices of an account' },
  { name: 'pairing', description: 'Letting one more device in' },
  { name: 'account', description: 'The account as a whole' },
  { name: 'service', description: 'The service itself' },
];
