import { describe, expect, it } from 'vitest';
import type { AskRequest } from '#core/ask.ts';
import { SightlineError } from '#core/errors.ts';
import { openPicture } from '#images/picture.ts';
import { normaliseUpload } from '#images/upload.ts';
import { createAnswerer } from '#inference/answerer.ts';
import { createFakeEngine } from '#inference/engine-fake.ts';
import { anAsk } from '#test/asks.ts';
import { plain } from '#test/pictures.ts';
import { discordRef, keptPictures } from '#test/pictures-kept.ts';
import { handleAsk } from '../../../../workers/ask/handle-ask.ts';
import { picturesFrom } from '../../../../workers/ask/pictures.ts';

const context = { signal: new AbortController().signal, queuedMs: 7, progress: () => {} };
const bright = await plain(32, 32, [250, 250, 250]).png().toBuffer();
const dark = await plain(32, 32, [5, 5, 5]).png().toBuffer();

const PLACES = {
  'https://cdn.example/bright': bright,
  'https://cdn.example/dark': dark,
  'https://cdn.example/text': Buffer.from('hello'),
};

const worker = () => {
  const engine = createFakeEngine();
  const answerer = createAnswerer({ engine, batchSize: 2 });
  const kept = keptPictures(PLACES);
  const handle = handleAsk({ answerer, card: engine.card, open: picturesFrom(kept), blobs: kept.blobs });
  return {
    ...kept,
    handle: (changes: Partial<AskRequest>) => handle(anAsk({ image: discordRef('bright'), ...changes }), context),
  };
};

describe('one picture', () => {
  it('is looked at and answered', async () => {
    const { handle, blobs } = worker();
    const upload = await normaliseUpload(dark);
    await blobs.put(upload);
    const { answer, ...rest } = await handle({ image: { kind: 'upload', sha256: upload.sha256 } });
    expect(answer).toMatchObject({ text: 'a dark picture', timings: { queued: 7 } });
    expect(rest).toEqual({});
  });

  it.each([
    ['an upload that is gone', { kind: 'upload', sha256: '0'.repeat(64) }, 'image_gone'],
    ['an expired link', discordRef('gone'), 'image_link_expired'],
    ['a file that is none', discordRef('text'), 'not_an_image'],
  ] as const)('tells of %s', async (_, image, code) => {
    await expect(worker().handle({ image })).rejects.toMatchObject({ code });
  });
});

describe('several pictures', () => {
  it('are answered each by itself, in order, and a bad one fails alone', async () => {
    const further = [discordRef('text'), discordRef('dark'), discordRef('gone')];
    const { answer, pictures } = await worker().handle({ further });
    expect(answer.text).toBe('a bright picture');
    expect(pictures?.map((one) => (one.ok ? one.answer.text : one.code))).toEqual([
      'a bright picture',
      'not_an_image',
      'a dark picture',
      'image_link_expired',
    ]);
  });

  it('give the answer of the first that has one, and the first reason when none has', async () => {
    const { handle } = worker();
    const { answer } = await handle({ image: discordRef('text'), further: [discordRef('dark')] });
    expect(answer.text).toBe('a dark picture');
    const none = handle({ image: discordRef('text'), further: [discordRef('gone')] });
    await expect(none).rejects.toMatchObject({ code: 'not_an_image' });
  });

  it('are tried again all together when Redis is what failed', async () => {
    const { answerer, card } = {
      answerer: createAnswerer({ engine: createFakeEngine(), batchSize: 2 }),
      card: createFakeEngine().card,
    };
    const open = () => Promise.reject(new SightlineError('redis_unavailable'));
    const handle = handleAsk({ answerer, card, open, blobs: { put: async () => {} } });
    const ask = anAsk({ further: [discordRef('dark')] });
    await expect(handle(ask, context)).rejects.toMatchObject({ code: 'redis_unavailable' });
  });
});

describe('rank', () => {
  it('answers with the best caption and what the others are worth', async () => {
    const { answer } = await worker().handle({
      task: 'rank',
      question: '',
      captions: ['a dark one', 'a bright one', ' '],
    });
    expect(answer.text).toBe('a bright one');
    expect(answer.alternatives.map(({ text }) => text)).toEqual(['a dark one']);
    const sum = answer.confidence + (answer.alternatives[0]?.confidence ?? 0);
    expect(sum).toBeCloseTo(1);
    expect(answer.confidence).toBeGreaterThan(0.5);
    expect(answer.timings.queued).toBe(7);
  });

  it('needs two captions', async () => {
    const ask = worker().handle({ task: 'rank', question: '', captions: ['one', ''] });
    await expect(ask).rejects.toMatchObject({ code: 'no_captions' });
  });
});

describe('a drawing', () => {
  const drawn = async (changes: Partial<AskRequest>) => {
    const { handle, blobs } = worker();
    const answered = await handle(changes);
    const { sha256, description } = answered.drawing ?? { sha256: '', description: '' };
    return { ...answered, description, png: await openPicture(await blobs.get(sha256)) };
  };

  it('of heat is kept as a PNG and told in words', async () => {
    const { description, png } = await drawn({ draw: 'heat' });
    expect(png).toMatchObject({ kind: 'png', width: 480, height: 480 });
    expect(description).toMatch(
      /^The picture as a heat map: for the answer “a bright picture” the model looked most .+/,
    );
  });

  it('of boxes comes with the boxes', async () => {
    const { answer, description, png } = await drawn({ draw: 'boxes', question: 'Where is the lamp?' });
    expect(answer.boxes?.map(({ label }) => label)).toEqual(['bright picture']);
    expect(description).toContain('boxes around: bright picture');
    expect(png.width).toBe(640);
  });

  it('of all pictures has a place for the one that failed', async () => {
    const { description, png } = await drawn({ draw: 'sheet', further: [discordRef('gone'), discordRef('dark')] });
    expect(description).toBe(
      '3 numbered pictures on a sheet. 1: a bright picture 2: This picture could not be opened. 3: a dark picture',
    );
    expect(png.width).toBeGreaterThan(900);
  });

  it('is not made where there is nothing to point at', async () => {
    const { drawing } = await worker().handle({ task: 'rank', question: '', captions: ['a', 'b'], draw: 'heat' });
    expect(drawing).toBeUndefined();
  });
});
