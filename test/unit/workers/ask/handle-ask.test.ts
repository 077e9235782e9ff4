import { describe, expect, it } from 'vitest';
import { SightlineError } from '#core/errors.ts';
import { createAnswerer } from '#inference/answerer.ts';
import { createFakeEngine } from '#inference/engine-fake.ts';
import { anAsk } from '#test/asks.ts';
import { plain } from '#test/pictures.ts';
import { handleAsk } from '../../../../workers/ask/handle-ask.ts';

const context = { signal: new AbortController().signal, queuedMs: 7, progress: () => {} };

const handler = (get: () => Promise<Uint8Array>) => {
  const engine = createFakeEngine();
  const answerer = createAnswerer({ engine, batchSize: 2 });
  return handleAsk({ answerer, blobs: { get }, preprocessing: engine.card.preprocessing });
};

describe('handleAsk', () => {
  it('looks at the upload and answers', async () => {
    const handle = handler(async () => plain(32, 32, [250, 250, 250]).png().toBuffer());
    const ask = anAsk();
    const { answer } = await handle(ask, context);
    expect(answer).toMatchObject({ requestId: ask.id, text: 'a bright picture', timings: { queued: 7 } });
  });

  it('tells that an upload is gone, and that what lies there is no picture', async () => {
    const gone = handler(() => Promise.reject(new SightlineError('image_gone')));
    await expect(gone(anAsk(), context)).rejects.toMatchObject({ code: 'image_gone' });
    const wrong = handler(async () => Buffer.from('hello'));
    await expect(wrong(anAsk(), context)).rejects.toMatchObject({ code: 'not_an_image' });
  });

  it('fetches nothing by address', async () => {
    const handle = handler(() => Promise.reject(new Error('not asked for')));
    const image = {
      kind: 'discord',
      channelId: '1',
      messageId: '2',
      attachmentId: '3',
      url: 'http://127.0.0.1/secret',
    } as const;
    await expect(handle(anAsk({ image }), context)).rejects.toMatchObject({ code: 'image_gone' });
  });
});
