/** The engine on somebody else's server: the port's contract, and what it makes of everything that can go wrong there. */
import { inspect } from 'node:util';
import sharp from 'sharp';
import { afterEach, describe, expect, it } from 'vitest';
import type { EngineInput } from '#inference/engine.ts';
import { createOpenAIEngine, type OpenAIEngineOptions } from '#inference/engine-openai/engine.ts';
import {
  type Asked,
  type Backend,
  lastMessage,
  type Reply,
  refusing,
  saying,
  sending,
  startBackend,
} from '#test/backend.ts';
import { engineContract } from '#test/engine-contract.ts';

const open: Backend[] = [];
afterEach(async () => {
  for (const backend of open.splice(0)) await backend.close();
});

const engineAt = (baseUrl: string, changes: Partial<OpenAIEngineOptions> = {}) =>
  createOpenAIEngine({
    remote: { baseUrl, model: 'llava:7b' },
    imageSide: 64,
    parallel: 4,
    silenceMs: 2_000,
    ...changes,
  });

async function setUp(reply: Reply, changes: Partial<OpenAIEngineOptions> = {}) {
  const backend = await startBackend(reply);
  open.push(backend);
  return { backend, engine: engineAt(backend.url, changes) };
}

const input = (changes: Partial<EngineInput> = {}): EngineInput => ({
  image: { rgb: new Uint8Array(24 * 12 * 3).fill(200), width: 24, height: 12, key: 'a' },
  prompt: 'What is THIS?',
  maxTokens: 20,
  ...changes,
});

const say = saying({
  words: ['a', 'red', 'boat'],
  logprob: Math.log(0.9),
  usage: { prompt_tokens: 9, completion_tokens: 4 },
});

let contractBackend: Backend;
engineContract(
  'openai',
  async () => {
    contractBackend = await startBackend((response, asked) =>
      saying({ words: ['picture', String(lastMessage(asked).pictures[0]?.length)], logprob: -0.1 })(response, asked),
    );
    const engine = engineAt(contractBackend.url);
    return { ...engine, close: () => contractBackend.close() };
  },
  { embeds: false, remembers: false },
);

describe('a question', () => {
  it('goes as people typed it, with the picture, what was said before and what is to be known beforehand', async () => {
    const { backend, engine } = await setUp(say, { apiKey: 'secret' });
    const turns = [{ question: 'Who?', answer: 'Nobody.' }];
    await engine.run([input({ turns, instructions: 'Speak French.' })]);
    const [asked] = backend.asked;
    expect(asked).toMatchObject({
      path: '/v1/chat/completions',
      authorization: 'Bearer secret',
      body: { model: 'llava:7b', stream: true, max_tokens: 20, temperature: 0, logprobs: true },
    });
    expect(asked?.body.messages.map(({ role }) => role)).toEqual(['system', 'user', 'assistant', 'user']);
    expect(asked?.body.messages[0]?.content).toMatch(/Speak French\.$/);
    const { text, pictures } = lastMessage(asked as Asked);
    expect([text, pictures.length]).toEqual(['What is THIS?', 1]);
    const jpeg = Buffer.from(pictures[0]?.replace('data:image/jpeg;base64,', '') ?? '', 'base64');
    expect(await sharp(jpeg).metadata()).toMatchObject({ format: 'jpeg', width: 24, height: 12 });
  });

  it('is answered word by word, with probabilities and what it took', async () => {
    const { engine } = await setUp(say);
    const heard: string[] = [];
    const [output] = await engine.run([input()], { onPartial: (_, text) => heard.push(text) });
    expect(heard).toEqual(['a', 'a red', 'a red boat']);
    expect(output).toMatchObject({ ok: true, prediction: { text: 'a red boat', usage: { prompt: 9, completion: 4 } } });
    if (output?.ok) expect(output.prediction.tokens.map(({ logprob }) => Math.exp(logprob))).toEqual([0.9, 0.9, 0.9]);
  });

  it('has no probabilities where the server gives none, and bounded ones where it gives nonsense', async () => {
    const { engine } = await setUp(saying({ words: ['yes'] }));
    expect(await engine.run([input()])).toMatchObject([{ ok: true, prediction: { text: 'yes', tokens: [] } }]);
    const odd = await setUp(saying({ words: ['yes'], logprob: -9999 }));
    expect(await odd.engine.run([input()])).toMatchObject([{ ok: true, prediction: { tokens: [{ logprob: -100 }] } }]);
  });

  it('is told its answer without the reasoning', async () => {
    const { engine } = await setUp(saying({ words: ['<think>', 'hm', '</think>', 'a', 'boat'], logprob: -1 }));
    const heard: string[] = [];
    const [output] = await engine.run([input()], { onPartial: (_, text) => heard.push(text) });
    expect(output).toMatchObject({ ok: true, prediction: { text: 'a boat', rationale: 'hm', rationaleTokens: 3 } });
    expect(heard.join('')).not.toMatch(/think|hm/);
  });
});

describe('a server with a dialect of its own', () => {
  it.each([
    ['logprobs', { message: "This model does not support 'logprobs'." }, { logprobs: undefined, max_tokens: 20 }],
    [
      'max_tokens',
      { message: "Use 'max_completion_tokens' instead of max_tokens.", param: 'max_tokens' },
      { max_tokens: undefined, max_completion_tokens: 20 },
    ],
  ])('is asked again without %s, and from then on', async (word, error, expected) => {
    const { backend, engine } = await setUp((response, asked) =>
      word in asked.body ? refusing(400, error)(response, asked) : say(response, asked),
    );
    for (let i = 0; i < 2; i += 1) expect(await engine.run([input()])).toMatchObject([{ ok: true }]);
    expect(backend.asked).toHaveLength(3);
    for (const [key, value] of Object.entries(expected)) expect(backend.asked[2]?.body[key]).toBe(value);
  });
});

describe('what goes wrong there', () => {
  const html = '<!doctype html><title>Welcome to nginx!</title>';
  const cut: Reply = async (response, asked) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    response.write(`data: ${JSON.stringify({ choices: [{ delta: { content: 'a red' } }] })}\n\n`);
    setTimeout(() => response.destroy(), 20);
    return asked;
  };
  const cases: readonly (readonly [string, Reply, string])[] = [
    ['a wrong key', refusing(401, { message: 'Incorrect API key provided' }), 'backend_key_refused'],
    [
      'an unknown model',
      refusing(404, { message: 'model "llava:7b" not found, try pulling it first' }),
      'backend_model_unknown',
    ],
    [
      'an unknown model, said otherwise',
      refusing(400, { message: 'llava:7b is not a valid model ID' }),
      'backend_model_unknown',
    ],
    ['a model without eyes', refusing(400, { message: 'This model does not accept images' }), 'backend_declined'],
    ['a wrong address', sending('text/plain', '404 page not found', 404), 'backend_nonsense'],
    ['a web page', sending('text/html', html), 'backend_nonsense'],
    ['a web page as an error', sending('text/html', html, 400), 'backend_declined'],
    ['an answer that is not streamed', sending('application/json', '{"choices":[]}'), 'backend_nonsense'],
    ['a stream that is not JSON', sending('text/event-stream', 'data: hello\n\n'), 'backend_nonsense'],
    ['a stream of something else', sending('text/event-stream', 'data: {"choices":"many"}\n\n'), 'backend_nonsense'],
    ['an empty stream', sending('text/event-stream', ''), 'backend_nonsense'],
    ['an empty answer', saying({ words: [] }), 'backend_nonsense'],
    ['an answer withheld', saying({ words: [], finish: 'content_filter' }), 'backend_nonsense'],
    ['thinking without end', saying({ words: ['<think>', 'hm'], finish: 'length' }), 'backend_nonsense'],
    ['an answer far too long', saying({ words: ['x'.repeat(5_000)] }), 'backend_nonsense'],
    ['a stream that stops', saying({ words: ['a', 'red'], finish: null }), 'backend_broke_off'],
    ['a stream that is cut', cut, 'backend_broke_off'],
    [
      'an error in the stream',
      sending('text/event-stream', 'data: {"error":{"message":"out of memory"}}\n\n'),
      'backend_failed',
    ],
    ['an error for good', refusing(500, { message: 'CUDA error' }, { 'x-should-retry': 'false' }), 'backend_failed'],
    ['too many questions', refusing(429, { message: 'slow down' }, { 'x-should-retry': 'false' }), 'backend_busy'],
    [
      'a model that is still loading',
      refusing(503, { message: 'Loading model' }, { 'x-should-retry': 'false' }),
      'backend_busy',
    ],
  ];

  it.each(cases)('%s ends in a sentence', async (_what, reply, code) => {
    const { engine } = await setUp(reply);
    const [output] = await engine.run([input()]);
    expect(output).toMatchObject({ ok: false, error: { code } });
    if (output?.ok === false) expect(output.error.message).not.toMatch(/[<>{}]|undefined/);
  });

  it('is told when nobody is there', async () => {
    const engine = engineAt('http://127.0.0.1:9/v1');
    const [output] = await engine.run([input()]);
    expect(output).toMatchObject({ ok: false, error: { code: 'backend_unreachable' } });
  });

  it('names the key nowhere, however often the server repeats it', async () => {
    const key = 'sk-canary-0123456789';
    const echo: Reply = (response, { authorization = '' }) => {
      const status = [400, 401, 404, 500][backend.asked.length % 4] ?? 400;
      response.writeHead(status, {
        'content-type': 'application/json',
        'x-echo': authorization,
        'x-should-retry': 'false',
      });
      response.end(JSON.stringify({ error: { message: `No ${authorization} here`, param: key, code: key } }));
    };
    const { engine, backend } = await setUp(echo, { apiKey: key });
    for (let i = 0; i < 4; i += 1) {
      const [output] = await engine.run([input()]);
      expect(output).toMatchObject({ ok: false });
      expect(inspect(output, { depth: Infinity, showHidden: true })).not.toContain('canary');
    }
    expect(backend.asked.every(({ authorization }) => authorization?.includes(key))).toBe(true);
  });

  it('is told when the server is silent, before and in the middle of an answer', async () => {
    const mute = await setUp(() => {}, { silenceMs: 100 });
    expect(await mute.engine.run([input()])).toMatchObject([{ ok: false, error: { code: 'backend_unreachable' } }]);
    const slow = await setUp(saying({ words: ['a', 'b'], delayMs: 400 }), { silenceMs: 600 });
    expect(await slow.engine.run([input()])).toMatchObject([{ ok: true }]);
    const stuck = await setUp(
      (response) => {
        response.writeHead(200, { 'content-type': 'text/event-stream' });
        response.write('data: {"choices":[{"delta":{"content":"a"}}]}\n\n');
      },
      { silenceMs: 150 },
    );
    expect(await stuck.engine.run([input()])).toMatchObject([{ ok: false, error: { code: 'backend_unreachable' } }]);
  });

  it('is tried again when it may help', async () => {
    let tries = 0;
    const { engine } = await setUp((response, asked) => {
      tries += 1;
      const busy = refusing(503, { message: 'busy' }, { 'retry-after-ms': '5' });
      return (tries < 3 ? busy : say)(response, asked);
    });
    expect(await engine.run([input()])).toMatchObject([{ ok: true }]);
    expect(tries).toBe(3);
  });

  it('does not reach the neighbour', async () => {
    const { engine } = await setUp((response, asked) =>
      (lastMessage(asked).text === 'bad' ? refusing(400, { message: 'no' }) : say)(response, asked),
    );
    expect(await engine.run([input({ prompt: 'bad' }), input()])).toMatchObject([{ ok: false }, { ok: true }]);
  });
});

it('stops the server when the asker leaves', async () => {
  const closed = Promise.withResolvers<void>();
  const { engine } = await setUp((response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    response.write('data: {"choices":[{"delta":{"content":"a"}}]}\n\n');
    response.once('close', closed.resolve);
  });
  const leaver = new AbortController();
  const run = engine.run([input()], { signals: [leaver.signal], onPartial: () => leaver.abort() });
  expect(await run).toMatchObject([{ ok: false, error: { code: 'cancelled' } }]);
  await closed.promise;
});
