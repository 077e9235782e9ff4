/** The OpenAPI 3.1 document of the room, made of the schemas that its routes parse with. */
import { z } from 'zod';
import { ApiError, isOpenAI, OPERATIONS, type Operation, RoomError } from './operations.ts';

export const schemaOf = (schema: z.ZodType, io: 'input' | 'output'): object => {
  const { $schema: _, ...rest } = z.toJSONSchema(schema, { io, unrepresentable: 'any' });
  return rest;
};

const content = (type: string, schema: z.ZodType, io: 'input' | 'output') => ({
  [type]: { schema: schemaOf(schema, io) },
});

function operationOf(operation: Operation): object {
  const { path, summary, detail, body, reply } = operation;
  const parameters = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => ({
    name,
    in: 'path',
    required: true,
    schema: { type: 'string' },
  }));
  return {
    summary,
    ...(detail && { description: detail }),
    ...(isOpenAI(operation) && { security: [{ key: [] }] }),
    ...(parameters.length > 0 && { parameters }),
    ...(body && { requestBody: { required: true, content: content(body.type, body.schema, 'input') } }),
    responses: {
      [reply.status]: {
        description: 'As asked',
        ...(reply.type && reply.schema && { content: content(reply.type, reply.schema, 'output') }),
      },
      default: { $ref: `#/components/responses/${isOpenAI(operation) ? 'ApiError' : 'RoomError'}` },
    },
  };
}

const refused = (schema: z.ZodType) => ({
  description: 'Refused or failed; docs/errors.md has a row for each code',
  content: content('application/json', schema, 'output'),
});

export function openApiDocument(version: string): object {
  const paths: Record<string, Record<string, object>> = {};
  for (const operation of OPERATIONS) {
    paths[operation.path] = { ...paths[operation.path], [operation.method]: operationOf(operation) };
  }
  return {
    openapi: '3.1.0',
    info: { title: 'Sightline', version, license: { name: 'Apache-2.0', identifier: 'Apache-2.0' } },
    paths,
    components: {
      responses: { RoomError: refused(RoomError), ApiError: refused(ApiError) },
      securitySchemes: {
        key: { type: 'http', scheme: 'bearer', description: 'One of API_KEYS; without them this machine only.' },
      },
    },
  };
}
