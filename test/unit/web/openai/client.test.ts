/** /v1 as the official client and llmcord's requests meet it, over a real socket. */
import OpenAI from 'openai';
import { afterEach, describe, expect, it } from 'vitest';
import { SightlineError } from '#core/errors.ts';
import { about, openApiRoom, PIXEL, type Worker } from '#test/api-room.ts';
import { answerLike, SHA } from '#test/room-in-memory.ts';

type Room = Awaited<ReturnType<typeof openApiRoom>>;
const open: Room[] = [];
afterEach(async () => {
  for (const room of open.splice(0)) await room.close();
});
async function setUp(...options: Parameters<typeof openApiRoom>): Promise<Room> {
  const room = await openApiRoom(...options);
  open.push(room);
  return room;
}

const model = 'test-model';
const failing =
  (code: 'no_worker' | 'image_gone' | 'too_many_requests', afterText = false): Worker =>
  async (ask, { progress, outcomes }) => {
    if (afterText) progress.tell(ask.id, { stage: 'answering', text: 'a' });
    await new Promise((done) => setTimeout(done, 10));
    await outcomes.put(ask.id, { ok: false, code });
  };
const failure = (promise: Promise<unknown>): Promise<InstanceType<typeof OpenAI.APIError>> =>
  promise.then(
    () => Promise.reject(new Error('Expected a failure')),
    (error) => (error instanceof OpenAI.APIError ? error : Promise.reject(error)),
  );

describe('a chat completion', () => {
  it('answers about a picture, says what it took, and asks the queue', async () => {
    const { client, asked } = await setUp();
    const reply = await client.chat.completions.create({ model, messages: [about('What is this?', PIXEL)] });
    expect(reply).toMatchObject({ object: 'chat.completion', model, usage: { prompt_tokens: 20, total_tokens: 23 } });
    expect(reply.choices).toMatchObject([
      { index: 0, message: { role: 'assistant', content: 'a red boat' }, finish_reason: 'stop' },
    ]);
    expect(asked).toMatchObject([{ task: 'vqa', question: 'What is this?', image: { kind: 'upload', sha256: SHA } }]);
  });

  it('streams: the pieces make the text, the role comes first, the reason last, then what it took', async () => {
    const { client } = await setUp();
    const stream = await client.chat.completions.create({
      model,
      messages: [about('What is this?', PIXEL)],
      stream: true,
      stream_options: { include_usage: true },
    });
    const chunks: OpenAI.ChatCompletionChunk[] = [];
    for await (const chunk of stream) chunks.push(chunk);
    const pieces = chunks.map(({ choices }) => choices[0]?.delta.content ?? '');
    expect(pieces.filter((piece) => piece !== '')).toEqual(['a', ' red', ' boat']);
    expect(chunks[0]?.choices[0]?.delta.role).toBe('assistant');
    expect(chunks.at(-2)?.choices[0]?.finish_reason).toBe('stop');
    expect(chunks.at(-1)).toMatchObject({ choices: [], usage: { completion_tokens: 3 } });
    expect(new Set(chunks.map(({ id }) => id)).size).toBe(1);
  });

  it('takes system and developer text, earlier turns, and the picture of an earlier message', async () => {
    const { client, asked } = await setUp();
    await client.chat.completions.create({
      model,
      messages: [
        { role: 'system', content: 'Be brief.' },
        { role: 'developer', content: 'Speak French.' },
        about('What is this?', PIXEL),
        { role: 'assistant', content: 'A boat.' },
        { role: 'user', content: 'What colour is it?' },
      ],
      max_tokens: 7,
    });
    expect(asked[0]).toMatchObject({
      question: 'What colour is it?',
      instructions: 'Be brief.\nSpeak French.',
      conversation: [{ question: 'What is this?', answer: 'A boat.' }],
      maxTokens: 7,
    });
  });

  it('asks about each of several pictures and answers in lines', async () => {
    const { client, asked } = await setUp(async (ask, { outcomes }) => {
      const answer = answerLike(ask.id);
      const pictures = [{ ok: true, answer } as const, { ok: false, code: 'image_gone' } as const];
      await outcomes.put(ask.id, { ok: true, answer, pictures });
    });
    const reply = await client.chat.completions.create({
      model,
      messages: [about('What is this?', PIXEL, 'https://pictures.example/a.png')],
    });
    expect(asked[0]?.further).toEqual([{ kind: 'link', url: 'https://pictures.example/a.png' }]);
    expect(reply.choices[0]?.message.content).toBe(
      '1. a red boat\n2. That picture is no longer kept here. Upload it again.',
    );
  });

  it('describes a picture that comes without words', async () => {
    const { client, asked } = await setUp();
    await client.chat.completions.create({ model, messages: [about('', PIXEL)] });
    expect(asked[0]).toMatchObject({ task: 'caption', question: '' });
  });

  it('ends before a stop word, streamed or not', async () => {
    const { client } = await setUp();
    const body = { model, messages: [about('What?', PIXEL)], stop: ' boat' };
    const whole = await client.chat.completions.create(body);
    let streamed = '';
    for await (const { choices } of await client.chat.completions.create({ ...body, stream: true })) {
      streamed += choices[0]?.delta.content ?? '';
    }
    expect([whole.choices[0]?.message.content, streamed]).toEqual(['a red', 'a red']);
  });

  it('says when the length cut it off', async () => {
    const { client, asked } = await setUp(async (ask, { outcomes }) => {
      await outcomes.put(ask.id, { ok: true, answer: answerLike(ask.id, { cutOff: true }) });
    });
    const reply = await client.chat.completions.create({
      model,
      messages: [about('What?', PIXEL)],
      max_completion_tokens: 3,
    });
    expect([reply.choices[0]?.finish_reason, asked[0]?.maxTokens]).toEqual(['length', 3]);
  });

  it.each([
    ['tools', { tools: [{ type: 'function', function: { name: 'f' } }] }],
    ['n', { n: 2 }],
    ['response_format', { response_format: { type: 'json_object' } }],
    ['logprobs', { logprobs: true }],
    ['colour', { colour: 'red' }],
  ])('refuses %s by name', async (name, more) => {
    const { client, asked } = await setUp();
    const body = { model, messages: [about('What?', PIXEL)], ...more } as OpenAI.ChatCompletionCreateParamsNonStreaming;
    const error = await failure(client.chat.completions.create(body));
    expect(error).toMatchObject({ status: 400, code: 'bad_request', type: 'invalid_request_error' });
    expect(error.message).toContain(name);
    expect(asked).toEqual([]);
  });

  it('has errors in their classes and our words', async () => {
    const { client } = await setUp(failing('no_worker'));
    const chat = (body: object) =>
      failure(
        client.chat.completions.create({
          model,
          messages: [about('What?', PIXEL)],
          ...body,
        } as OpenAI.ChatCompletionCreateParamsNonStreaming),
      );
    expect(await chat({})).toMatchObject({ status: 504, code: 'no_worker', type: 'server_error' });
    expect(await chat({ model: 'gpt-9' })).toMatchObject({ status: 404, code: 'model_unknown' });
    expect(await chat({ messages: [about('What?')] })).toMatchObject({ status: 400, code: 'no_image' });
    expect(await chat({ messages: [about('x'.repeat(501), PIXEL)] })).toMatchObject({ code: 'question_too_long' });
    expect(await chat({ messages: [about('What?', 'file:///etc/passwd')] })).toMatchObject({ code: 'bad_request' });
    expect(await chat({ messages: [{ role: 'assistant', content: 'Hm.' }] })).toMatchObject({ code: 'bad_request' });
  });

  it('fails as HTTP before the first word, and in the stream after it', async () => {
    const body = { model, messages: [about('What?', PIXEL)], stream: true as const };
    const early = await setUp(failing('image_gone'));
    expect(await failure(early.client.chat.completions.create(body))).toMatchObject({
      status: 410,
      code: 'image_gone',
    });
    const late = await setUp(failing('image_gone', true));
    const read = async () => {
      for await (const _ of await late.client.chat.completions.create(body));
    };
    expect(await failure(read())).toMatchObject({ status: undefined, code: 'image_gone' });
  });

  it('tells that the queue is full, and that trying again helps', async () => {
    const { client, parts } = await setUp();
    parts.ask = async () => {
      throw new SightlineError('queue_full');
    };
    const error = await failure(client.chat.completions.create({ model, messages: [about('What?', PIXEL)] }));
    expect(error).toMatchObject({ status: 503, code: 'queue_full' });
    expect(error.headers?.get('x-should-retry')).toBe('true');
  });

  it('tells who waits that the room is being restarted, and calls the ask back', async () => {
    const { client, cancelled, asked, server } = await setUp(() => {});
    const chat = failure(client.chat.completions.create({ model, messages: [about('What?', PIXEL)] }));
    while (asked.length === 0) await new Promise((done) => setTimeout(done, 5));
    await server.close();
    expect(await chat).toMatchObject({ status: 503, code: 'shutting_down' });
    expect(cancelled).toEqual([asked[0]?.id]);
  });

  it('calls the ask back when the program hangs up', async () => {
    const { client, cancelled, asked } = await setUp(() => {});
    const abort = new AbortController();
    const chat = client.chat.completions.create(
      { model, messages: [about('What?', PIXEL)], stream: true },
      { signal: abort.signal },
    );
    chat.catch(() => {});
    while (asked.length === 0) await new Promise((done) => setTimeout(done, 5));
    abort.abort();
    await expect(chat).rejects.toThrow();
    while (cancelled.length === 0) await new Promise((done) => setTimeout(done, 5));
    expect(cancelled).toEqual([asked[0]?.id]);
  });
});

describe('a bot in the manner of llmcord', () => {
  it('streams with the speaker in front, the newest message last, and parameters of its own', async () => {
    const { client, asked } = await setUp();
    const stream = await client.chat.completions.create({
      model,
      messages: [
        { role: 'system', content: 'You are a helpful bot. Names are typed as <@ID>.' },
        { role: 'user', content: '<@11>: hello' },
        {
          role: 'user',
          content: [
            { type: 'text', text: '<@22>: and this?' },
            { type: 'image_url', image_url: { url: PIXEL } },
          ],
        },
        { role: 'assistant', content: 'A boat.' },
        { role: 'user', content: '<@11>: what colour is it?' },
      ],
      stream: true,
      temperature: 0.8,
      reasoning_effort: 'low',
    });
    let text = '';
    let finish: string | null | undefined;
    for await (const { choices } of stream) {
      text += choices[0]?.delta.content ?? '';
      finish = choices[0]?.finish_reason ?? finish;
    }
    expect([text, finish]).toEqual(['a red boat', 'stop']);
    expect(asked[0]).toMatchObject({
      question: 'what colour is it?',
      conversation: [{ question: 'hello\nand this?', answer: 'A boat.' }],
    });
  });
});

describe('embeddings and models', () => {
  it('embeds texts and pictures, in the order asked, in both encodings', async () => {
    const { client } = await setUp();
    // The client asks for base64 by itself and decodes it.
    const { data } = await client.embeddings.create({ model, input: ['a cat', PIXEL] });
    expect(data.map(({ index, embedding }) => [index, [...embedding]])).toEqual([
      [0, [1, 0]],
      [1, [0, 1]],
    ]);
    const plain = await client.embeddings.create({ model, input: 'a cat', encoding_format: 'float' });
    expect(plain.data[0]?.embedding).toEqual([1, 0]);
  });

  it('tells why there are none', async () => {
    const { client, parts } = await setUp();
    parts.embed = async () => ({ ok: false, code: 'task_unsupported', detail: 'llava' });
    expect(await failure(client.embeddings.create({ model, input: 'a' }))).toMatchObject({ code: 'task_unsupported' });
    expect(await failure(client.embeddings.create({ model, input: 'x'.repeat(501) }))).toMatchObject({ status: 400 });
    expect(await failure(client.embeddings.create({ model, input: Array(33).fill('a') }))).toMatchObject({
      status: 400,
    });
  });

  it('lists its model', async () => {
    const { client } = await setUp();
    const models: string[] = [];
    for await (const { id } of client.models.list()) models.push(id);
    expect(models).toEqual([model]);
    expect(await client.models.retrieve(model)).toMatchObject({ id: model, object: 'model' });
    expect(await failure(client.models.retrieve('gpt-9'))).toMatchObject({ status: 404, code: 'model_unknown' });
  });
});
