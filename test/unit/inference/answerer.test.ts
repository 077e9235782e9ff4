import { describe, expect, it, vi } from 'vitest';
import type { Progress } from '#core/answer.ts';
import { SightlineError } from '#core/errors.ts';
import { type AnswerQuery, createAnswerer } from '#inference/answerer.ts';
import { createFakeEngine, type FakeEngineOptions } from '#inference/engine-fake.ts';

const bright = { rgb: new Uint8Array(8 * 8 * 3).fill(255), width: 8, height: 8 };

function setUp(options: FakeEngineOptions = {}) {
  const engine = createFakeEngine(options);
  const run = vi.spyOn(engine, 'run');
  const loadPixels = vi.fn(async () => bright);
  const answerer = createAnswerer({ engine, batchSize: 4 });
  const ask = (changes: Partial<AnswerQuery> = {}) =>
    answerer.answer({
      requestId: 'request-1',
      task: 'vqa',
      question: 'how bright is it?',
      sha256: 'a'.repeat(64),
      loadPixels,
      ...changes,
    });
  return { answerer, ask, run, loadPixels };
}

describe('answerer', () => {
  it('answers with evidence, confidence and timings', async () => {
    const { ask } = setUp();
    const answer = await ask({ queuedMs: 7 });
    expect(answer).toMatchObject({ requestId: 'request-1', text: 'a bright picture', sure: true, cache: 'none' });
    expect(answer.evidence.words.map(({ word }) => word)).toEqual(['a', 'bright', 'picture']);
    expect(answer.timings.queued).toBe(7);
    expect(answer.timings.total).toBeGreaterThanOrEqual(7);
  });

  it('decodes a picture once for two questions about it', async () => {
    const { ask, loadPixels } = setUp();
    await ask();
    expect((await ask({ question: 'another question' })).cache).toBe('features');
    expect(loadPixels).toHaveBeenCalledOnce();
  });

  it('loads a picture anew when the load before failed', async () => {
    const { ask, loadPixels } = setUp();
    loadPixels.mockRejectedValueOnce(new SightlineError('truncated_image'));
    await expect(ask()).rejects.toMatchObject({ code: 'truncated_image' });
    expect((await ask()).text).toBe('a bright picture');
  });

  it('takes a deadline that is further away than a timer reaches', async () => {
    const { ask } = setUp({ delayMs: 2 });
    expect((await ask({ deadlineAt: Number.MAX_SAFE_INTEGER })).text).toBe('a bright picture');
  });

  it('decodes a picture once for two questions at the same time', async () => {
    const { ask, loadPixels } = setUp({ delayMs: 2 });
    await Promise.all([ask(), ask({ question: 'another question' })]);
    expect(loadPixels).toHaveBeenCalledOnce();
  });

  it('computes nothing for the same question, however it is spelled, and names the new request', async () => {
    const { ask, run } = setUp();
    await ask();
    const again = await ask({ requestId: 'request-2', question: ' HOW bright is it ' });
    expect(again).toMatchObject({ requestId: 'request-2', cache: 'answer', text: 'a bright picture' });
    expect(run).toHaveBeenCalledOnce();
  });

  it.each<[string, Partial<AnswerQuery>]>([
    ['another picture', { sha256: 'b'.repeat(64) }],
    ['another question', { question: 'what is this?' }],
    ['another task', { task: 'caption', question: '' }],
  ])('computes anew for %s', async (_what, changes) => {
    const { ask, run } = setUp();
    await ask();
    await ask(changes);
    expect(run).toHaveBeenCalledTimes(2);
  });

  it('tells its progress: encoding, then the text so far', async () => {
    const { ask } = setUp();
    const heard: Progress[] = [];
    await ask({ onProgress: (progress) => heard.push(progress) });
    expect(heard[0]).toEqual({ stage: 'encoding' });
    expect(heard.at(-1)).toEqual({ stage: 'answering', text: 'a bright picture' });
  });

  it('ends with deadline_passed and cancelled, and the next asker is answered', async () => {
    const { ask } = setUp({ delayMs: 20 });
    await expect(ask({ deadlineAt: Date.now() + 10 })).rejects.toMatchObject({ code: 'deadline_passed' });
    const leaver = new AbortController();
    const left = ask({ signal: leaver.signal });
    leaver.abort();
    await expect(left).rejects.toMatchObject({ code: 'cancelled' });
    expect((await ask()).text).toBe('a bright picture');
  });

  it('loads the picture for all who wait: the first to leave takes nobody along', async () => {
    const { ask } = setUp();
    const gate = Promise.withResolvers<void>();
    const loadPixels = async (_scaling: unknown, signal: AbortSignal) => {
      await gate.promise;
      signal.throwIfAborted();
      return bright;
    };
    const leaver = new AbortController();
    const left = ask({ loadPixels, signal: leaver.signal });
    const stays = ask({ loadPixels, requestId: 'request-2' });
    leaver.abort();
    await expect(left).rejects.toMatchObject({ code: 'cancelled' });
    gate.resolve();
    expect((await stays).text).toBe('a bright picture');
  });

  it('fails with the cause and keeps nothing of it', async () => {
    let broken = true;
    const { ask } = setUp({ fail: () => (broken ? 'input' : undefined) });
    await expect(ask()).rejects.toMatchObject({ code: 'inference_failed' });
    broken = false;
    expect((await ask()).cache).toBe('none');
  });

  it('counts an answer for a conversation only where the model hears it', async () => {
    const conversation = [{ question: 'Who?', answer: 'Nobody.' }];
    const deaf = setUp();
    await deaf.ask();
    expect((await deaf.ask({ conversation, instructions: 'Be brief.' })).cache).toBe('answer');
    const engine = createFakeEngine();
    const run = vi.spyOn(engine, 'run');
    const chat = createAnswerer({ engine: { ...engine, card: { ...engine.card, conversation: true } }, batchSize: 4 });
    const query = { requestId: 'request-1', task: 'vqa', question: 'Is it?', sha256: 'a'.repeat(64) } as const;
    await chat.answer({ ...query, loadPixels: async () => bright });
    expect((await chat.answer({ ...query, conversation, loadPixels: async () => bright })).cache).toBe('features');
    expect(run.mock.calls.at(-1)?.[0][0]).toMatchObject({ turns: conversation });
  });

  it('shortens an answer for who wants a shorter one, and never lengthens it', async () => {
    const { ask, run } = setUp();
    await ask({ maxTokens: 3 });
    await ask({ maxTokens: 5_000 });
    expect(run.mock.calls.map(([batch]) => batch[0]?.maxTokens)).toEqual([3, 8]);
  });

  it('says that nobody knows how sure a model is that gives no probabilities', async () => {
    const engine = createFakeEngine();
    const silent: typeof engine.run = async (batch) =>
      (await engine.run(batch)).map((output) =>
        output.ok
          ? { ...output, prediction: { ...output.prediction, tokens: [], attention: new Float32Array() } }
          : output,
      );
    const answerer = createAnswerer({ engine: { ...engine, run: silent }, batchSize: 4 });
    const query = { requestId: 'request-1', task: 'caption', question: '', sha256: 'a'.repeat(64) } as const;
    expect(await answerer.answer({ ...query, loadPixels: async () => bright })).toMatchObject({
      text: 'A bright picture.',
      certainty: 'unknown',
      sure: false,
      evidence: { words: [] },
    });
  });

  it.each(['caption', 'alt-text'] as const)('does not pass off how sure it is of a %s as measured', async (task) => {
    const { ask } = setUp();
    expect(await ask({ task, question: '' })).toMatchObject({ calibrated: false, certainty: 'fairly sure' });
    expect(await ask()).not.toHaveProperty('calibrated');
  });

  it('names nothing else it may be that seems likelier than the answer', async () => {
    const engine = createFakeEngine();
    const unsure: typeof engine.run = async (batch) =>
      (await engine.run(batch)).map((output) => {
        if (!output.ok) return output;
        const alternatives = [
          { text: 'likelier', logprobs: [Math.log(0.9)] },
          { text: 'less likely', logprobs: [Math.log(0.1)] },
        ];
        const tokens = [{ text: 'a', logprob: Math.log(0.2) }];
        return { ...output, prediction: { ...output.prediction, tokens, endLogprob: 0, alternatives } };
      });
    const answerer = createAnswerer({ engine: { ...engine, run: unsure }, batchSize: 4 });
    const query = { requestId: 'request-1', task: 'vqa', question: 'Is it?', sha256: 'a'.repeat(64) } as const;
    const { alternatives } = await answerer.answer({ ...query, loadPixels: async () => bright });
    expect(alternatives.map(({ text }) => text)).toEqual(['less likely']);
  });

  it('keeps no more answers than fit, however short they are', async () => {
    const engine = createFakeEngine();
    const wordless: typeof engine.run = async (batch) =>
      (await engine.run(batch)).map((output) =>
        output.ok ? { ...output, prediction: { ...output.prediction, text: '', tokens: [] } } : output,
      );
    const answerer = createAnswerer({ engine: { ...engine, run: wordless }, batchSize: 64 });
    const ask = (question: string) =>
      answerer.answer({
        requestId: 'request-1',
        task: 'vqa',
        question,
        sha256: 'a'.repeat(64),
        loadPixels: async () => bright,
      });
    for (let i = 0; i < 8_500; i += 1) await ask(`question ${i}`);
    expect((await ask('question 8499')).cache).toBe('answer');
    expect((await ask('question 0')).cache).toBe('features');
  });

  it('hands questions one by one to an engine that batches by itself, as many as it takes', async () => {
    const engine = createFakeEngine({ delayMs: 5 });
    let running = 0;
    let most = 0;
    const run: typeof engine.run = async (batch, options) => {
      running += 1;
      most = Math.max(most, running);
      expect(batch).toHaveLength(1);
      const outputs = await engine.run(batch, options);
      running -= 1;
      return outputs;
    };
    const answerer = createAnswerer({ engine: { ...engine, run, mostTogether: 1, atOnce: 3 }, batchSize: 8 });
    const ask = (question: string) =>
      answerer.answer({
        requestId: 'request-1',
        task: 'vqa',
        question,
        sha256: 'a'.repeat(64),
        loadPixels: async () => bright,
      });
    await Promise.all(Array.from({ length: 7 }, (_, i) => ask(`question ${i}`)));
    expect(most).toBe(3);
  });

  it('refuses a question without words', async () => {
    const { ask } = setUp();
    await expect(ask({ question: ' ?' })).rejects.toMatchObject({ code: 'no_question' });
  });

  it('ranks captions by fit; probabilities sum to one', async () => {
    const { answerer } = setUp();
    const ranking = await answerer.rank({ loadPixels: async () => bright, captions: ['a dark room', 'a bright sky'] });
    expect(ranking.map(({ caption }) => caption)).toEqual(['a bright sky', 'a dark room']);
    expect(ranking.reduce((sum, { probability }) => sum + probability, 0)).toBeCloseTo(1, 6);
  });
});
