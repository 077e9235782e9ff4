/** The tools by the SDK's own client, in memory, with a model that has no weights. */
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { InMemoryTransport } from '@modelcontextprotocol/sdk/inMemory.js';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { SightlineError } from '#core/errors.ts';
import { answerLike, StandInModel } from '#test/cli.ts';
import { plain } from '#test/pictures.ts';
import { createMcpServer, type McpOptions } from '../../../../cli/mcp/server.ts';

let folder: string;
let png: Buffer;
const at = (name: string) => join(folder, name);

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sightline-mcp-'));
  png = await plain(20, 10).png().toBuffer();
  await writeFile(at('a.png'), png);
});
afterAll(() => rm(folder, { recursive: true }));

const open: Client[] = [];
afterEach(async () => {
  for (const client of open.splice(0)) await client.close();
});

async function setUp(changes: Partial<McpOptions> = {}, model = new StandInModel()) {
  const server = createMcpServer({ version: '1.0.0', model: async () => model, roots: [], ...changes });
  const [ours, theirs] = InMemoryTransport.createLinkedPair();
  const client = new Client({ name: 'test', version: '1.0.0' });
  await Promise.all([server.connect(ours), client.connect(theirs)]);
  open.push(client);
  const call = async (name: string, args: object) => {
    const { isError, content, structuredContent } = await client.callTool({ name, arguments: { ...args } });
    const [first] = content as { text: string }[];
    return isError ? first?.text : structuredContent;
  };
  return { client, model, call };
}

describe('the tools', () => {
  it('are listed with what they take, and change nothing', async () => {
    const { client } = await setUp();
    const { tools } = await client.listTools();
    expect(tools.map(({ name }) => name).sort()).toEqual(
      ['alt_text', 'ask', 'caption', 'locate', 'rank', 'read_text', 'search'].sort(),
    );
    for (const { description, inputSchema, outputSchema, annotations } of tools) {
      expect([description?.length ?? 0, annotations?.readOnlyHint, outputSchema?.type]).toEqual([
        expect.any(Number),
        true,
        'object',
      ]);
      expect(Object.keys(inputSchema.properties ?? {}).length).toBeGreaterThan(0);
    }
  });

  it('ask, with what was said before', async () => {
    const { call, model } = await setUp();
    const conversation = [{ question: 'Who?', answer: 'A cat.' }];
    expect(await call('ask', { image: at('a.png'), question: 'What is this?', conversation })).toEqual({
      answer: 'a cat',
      certainty: 'sure',
      confidence: 0.97,
      alternatives: [],
    });
    expect(model.asks[0]).toMatchObject({ task: 'vqa', question: 'What is this?', conversation });
  });

  it.each([
    ['caption', 'caption', 'a cat'],
    ['read_text', 'read', 'a cat'],
    ['alt_text', 'alt-text', 'Machine-made description: a cat'],
  ])('%s', async (tool, task, text) => {
    const { call, model } = await setUp();
    expect(await call(tool, { image: at('a.png') })).toMatchObject({ text, certainty: 'sure' });
    expect(model.asks[0]?.task).toBe(task);
  });

  it('locate: in words, and as the place where the model looked', async () => {
    const { call, model } = await setUp();
    expect(await call('locate', { image: at('a.png'), what: 'the cat' })).toMatchObject({
      answer: 'a cat',
      box: { label: 'the cat', left: 0, top: 0, right: 0.5, bottom: 0.5 },
    });
    expect(model.asks[0]?.question).toBe('where is the cat?');
    const blind = new StandInModel(() => answerLike({ evidence: { rows: 1, columns: 1, words: [] } }));
    expect(await (await setUp({}, blind)).call('locate', { image: at('a.png'), what: 'it' })).not.toHaveProperty('box');
  });

  it('rank', async () => {
    const { call } = await setUp();
    expect(await call('rank', { image: at('a.png'), captions: ['a dog', 'a cat'] })).toEqual({
      ranking: [
        { caption: 'a dog', probability: 0.25 },
        { caption: 'a cat', probability: 0.75 },
      ],
    });
    expect(await call('rank', { image: at('a.png'), captions: ['a dog'] })).toMatch(/captions/);
  });
});

describe('a picture', () => {
  it('comes by path, data URL or base64', async () => {
    const { call } = await setUp();
    const base64 = png.toString('base64');
    for (const image of [at('a.png'), `data:image/png;base64,${base64}`, base64]) {
      expect(await call('caption', { image })).toMatchObject({ text: 'a cat' });
    }
  });

  it.each([
    ['https://example.org/a.png', /only fetch pictures/],
    ['/nowhere/a.png', /no readable file at \/nowhere\/a\.png/],
    ['/dev/zero', /no readable file at \/dev\/zero \(no file\)/],
    [`data:image/png;base64,${Buffer.from('hello').toString('base64')}`, /not a picture/],
    [Buffer.alloc(60, 'text').toString('base64'), /not a picture/],
  ])('is refused in words: %s', async (image, sentence) => {
    const { call } = await setUp();
    expect(await call('caption', { image })).toMatch(sentence);
  });

  it('lies below the roots where there are any, wherever links lead', async () => {
    const roots = [at('allowed')];
    await mkdir(at('allowed'));
    await writeFile(at('allowed/b.png'), png);
    await symlink(at('a.png'), at('allowed/out.png'));
    const { call } = await setUp({ roots });
    expect(await call('caption', { image: at('allowed/b.png') })).toMatchObject({ text: 'a cat' });
    for (const image of [at('a.png'), at('allowed/../a.png'), at('allowed/out.png')]) {
      expect(await call('caption', { image })).toMatch(/outside of what --root allows/);
    }
    expect(await call('search', { folder, text: '20' })).toMatch(/outside/);
  });
});

describe('search', () => {
  it('compares all pictures of a folder, best first, and names what it could not open', async () => {
    const many = await mkdtemp(join(tmpdir(), 'sightline-search-'));
    for (const width of [10, 30, 50, 70])
      await writeFile(join(many, `${width}.png`), await plain(width, 8).png().toBuffer());
    await mkdir(join(many, 'below'));
    await writeFile(join(many, 'below', '31.png'), await plain(31, 8).png().toBuffer());
    await writeFile(join(many, 'broken.jpg'), 'hello');
    await writeFile(join(many, 'notes.txt'), 'hello');
    const { call } = await setUp();
    const found = (result: unknown) => (result as { found: { path: string }[] }).found.map(({ path }) => path);
    const result = await call('search', { folder: many, text: '32', limit: 2 });
    expect(found(result)).toEqual([join(many, '30.png'), join(many, '50.png')]);
    expect(result).toMatchObject({ searched: 4, skipped: [{ path: join(many, 'broken.jpg') }] });
    const deep = await call('search', { folder: many, text: '31', recursive: true, limit: 1 });
    expect(found(deep)).toEqual([join(many, 'below', '31.png')]);
    const similar = await call('search', { folder: many, image: join(many, '70.png'), limit: 1 });
    expect(found(similar)).toEqual([join(many, '70.png')]);
    await rm(many, { recursive: true });
  });

  it('wants a text or a picture, and a folder', async () => {
    const { call } = await setUp();
    expect(await call('search', { folder })).toMatch(/either text or image/);
    expect(await call('search', { folder: '/nowhere', text: 'a' })).toMatch(/no readable file at \/nowhere/);
    expect(await call('search', { folder: at('a.png'), text: 'a' })).toMatch(/no folder/);
  });

  it('says how many pictures are too many', async () => {
    const { call } = await setUp({ mostPictures: 0 });
    expect(await call('search', { folder, text: '20' })).toMatch(/holds 1 pictures, at most 0 are searched/);
  });

  it('reads a picture again when it changed, and not before', async () => {
    const one = await mkdtemp(join(tmpdir(), 'sightline-search-'));
    await writeFile(join(one, 'a.png'), await plain(10, 8).png().toBuffer());
    const model = new StandInModel();
    let pictures = 0;
    const embed = model.embed.bind(model);
    model.embed = async (inputs) => {
      pictures += inputs.filter((input) => typeof input !== 'string').length;
      return embed(inputs);
    };
    const { call } = await setUp({}, model);
    await call('search', { folder: one, text: '10' });
    await call('search', { folder: one, text: '11' });
    expect(pictures).toBe(1);
    await writeFile(join(one, 'a.png'), await plain(90, 80).png().toBuffer());
    await call('search', { folder: one, text: '10' });
    expect(pictures).toBe(2);
    await rm(one, { recursive: true });
  });
});

it('tells what went wrong in a sentence, and opens the model with the next call', async () => {
  let tries = 0;
  const model = async () => {
    tries += 1;
    if (tries === 1) throw new SightlineError('model_missing', { detail: 'card.json' });
    return new StandInModel();
  };
  const { call } = await setUp({ model });
  expect(await call('caption', { image: at('a.png') })).toMatch(/^The model is not complete: card\.json is missing/);
  expect(await call('caption', { image: at('a.png') })).toMatchObject({ text: 'a cat' });
});
