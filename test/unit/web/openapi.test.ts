/** The description of the API holds what is really there, and all of it. */
import { describe, expect, it } from 'vitest';
import { createRoomInMemory } from '#test/room-in-memory.ts';
import { openApiDocument } from '../../../web/openapi/document.ts';
import { createServer } from '../../../web/server.ts';

const METHODS = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'];
/** The page's own files, and the doors of /v1 behind which there is nothing. */
const NOT_FOR_PROGRAMS = new Set(['/*', '/v1/*']);

async function setUp() {
  const routes: string[] = [];
  const server = await createServer({
    parts: createRoomInMemory().parts,
    loopback: true,
    onRoute(methods, path) {
      if (NOT_FOR_PROGRAMS.has(path)) return;
      const documented = path.replace('/v1/models/*', '/v1/models/{id}').replace(/:(\w+)/g, '{$1}');
      for (const method of methods) if (METHODS.includes(method)) routes.push(`${method} ${documented}`);
    },
  });
  const get = (url: string) => server.inject({ url, headers: { host: '127.0.0.1:4646' } });
  return { routes, get, close: () => server.close() };
}

interface Document {
  readonly openapi: string;
  readonly paths: Record<string, Record<string, { requestBody?: { content: Record<string, { schema: object }> } }>>;
  readonly components: { readonly responses: object };
}

describe('openapi.json', () => {
  it('describes every route, and none that is not there', async () => {
    const { routes, get, close } = await setUp();
    const { openapi, paths } = (await get('/openapi.json')).json<Document>();
    const described = Object.entries(paths).flatMap(([path, methods]) =>
      Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`),
    );
    expect(openapi).toBe('3.1.0');
    expect(described.sort()).toEqual([...new Set(routes)].sort());
    await close();
  });

  it('is made of the schemas that the routes parse with', () => {
    const { paths } = openApiDocument('1') as Document;
    const body = paths['/v1/chat/completions']?.post?.requestBody?.content['application/json']?.schema;
    expect(body).toMatchObject({ type: 'object', additionalProperties: false, required: ['model', 'messages'] });
    expect(Object.keys((body as { properties: object }).properties)).toContain('max_completion_tokens');
    const ask = paths['/api/asks']?.post?.requestBody?.content['application/json']?.schema;
    expect(ask).toMatchObject({ required: ['sha256'] });
  });

  it('refers to nothing that is not in it', () => {
    const document = openApiDocument('1') as Document;
    const references = [...JSON.stringify(document).matchAll(/"\$ref":"([^"]+)"/g)].map(([, reference]) => reference);
    const found = (reference = '') =>
      reference
        .slice(2)
        .split('/')
        .reduce<unknown>((at, key) => (at as Record<string, unknown> | undefined)?.[key], document);
    expect(references.length).toBeGreaterThan(0);
    expect(references.filter((reference) => found(reference) === undefined)).toEqual([]);
  });
});

it('can be read as a page, without script', async () => {
  const { get, close } = await setUp();
  const page = await get('/api');
  expect(page.headers['content-type']).toContain('text/html');
  expect(page.body).toContain('POST /v1/chat/completions');
  expect(page.body).not.toContain('<script');
  expect((await get('/api.css')).statusCode).toBe(200);
  await close();
});
