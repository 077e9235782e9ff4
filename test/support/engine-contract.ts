/**
 * What every engine keeps to, whatever it runs on (src/inference/engine.ts). Run against the fake one, onnxruntime, models of a hub
 * and models on another server.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Pixels } from '#core/pixels.ts';
import { renderPrompt } from '#core/prompts.ts';
import type { PromptedTask } from '#core/task.ts';
import type { Engine, EngineInput } from '#inference/engine.ts';

/** A pair of towers answers nothing, and many a model that answers embeds nothing: then it has to say so. */
export interface EngineAbilities {
  /** A task that the model can do. */
  readonly answers?: PromptedTask | 'nothing';
  readonly embeds?: boolean;
  /** Keeps what pictures say; on another server nobody knows. */
  readonly remembers?: boolean;
}

export function engineContract(
  name: string,
  open: () => Promise<Engine>,
  { answers = 'vqa', embeds = true, remembers = true }: EngineAbilities = {},
): void {
  describe(`the engine port: ${name}`, () => {
    let engine: Engine;
    beforeAll(async () => {
      engine = await open();
    });
    afterAll(() => engine.close());

    const pixels = (brightness: number): Pixels => {
      const { width, height } = engine.card.preprocessing;
      return { rgb: new Uint8Array(width * height * 3).fill(brightness), width, height };
    };
    const prompted = (question: string) =>
      answers === 'nothing' ? { prompt: question, maxTokens: 8 } : renderPrompt(engine.card, answers, question);
    const input = (key: string, brightness: number, question = 'what is this'): EngineInput => ({
      image: { ...pixels(brightness), key },
      ...prompted(question),
    });

    if (answers === 'nothing') refusesToAnswer();
    else keepsToAnswers();
    if (embeds) embedsIntoOneSpace();
    else refusesToEmbed();

    function keepsToAnswers(): void {
      it('answers in the order of the inputs, each as it would alone', async () => {
        const batch = [input('dark', 10), input('bright', 245), input('dark', 10, 'what colour is the background')];
        const together = await engine.run(batch);
        for (const [i, one] of batch.entries()) {
          const [alone] = await engine.run([one]);
          expect(together[i]).toMatchObject({ ok: true });
          if (together[i]?.ok && alone?.ok) expect(together[i].prediction.text).toBe(alone.prediction.text);
        }
      });

      it('gives a probability for every token, and a look at the picture where the card has a layout for it', async () => {
        const [output] = await engine.run([input('a', 128)]);
        if (!output?.ok) throw new Error('Expected an answer');
        const { tokens, attention, endLogprob, rationaleTokens } = output.prediction;
        expect(tokens.length).toBeGreaterThan(0);
        expect(rationaleTokens).toBeLessThanOrEqual(tokens.length);
        for (const { logprob } of [...tokens, { logprob: endLogprob ?? 0 }]) {
          expect(logprob).toBeLessThanOrEqual(0);
          expect(Number.isFinite(logprob)).toBe(true);
        }
        expect(attention.length).toBe(tokens.length * (engine.card.memory?.tokens ?? 0));
      });

      it('knows a picture again by its key, and only by it', async () => {
        await engine.run([input('known', 60)]);
        expect(await engine.run([input('known', 60), input('new', 60)])).toMatchObject([
          { reused: remembers },
          { reused: false },
        ]);
      });

      it('drops an input whose asker has left, and answers its neighbour', async () => {
        const outputs = await engine.run([input('a', 10), input('b', 245)], {
          signals: [AbortSignal.abort(), undefined],
        });
        expect(outputs).toMatchObject([{ ok: false, error: { code: 'cancelled' } }, { ok: true }]);
      });

      it('tells texts so far that the answer begins with', async () => {
        const said: string[] = [];
        const [output] = await engine.run([input('c', 200)], { onPartial: (_index, text) => said.push(text) });
        if (!output?.ok) throw new Error('Expected an answer');
        for (const text of said) expect(output.prediction.text.startsWith(text)).toBe(true);
      });
    }

    function refusesToAnswer(): void {
      it('says that it cannot answer', async () => {
        expect(await engine.run([input('a', 10)])).toMatchObject([{ ok: false, error: { code: 'task_unsupported' } }]);
      });
    }

    function embedsIntoOneSpace(): void {
      it('embeds pictures and captions into one space, at length one', async () => {
        const pictures = await engine.embedImages([pixels(10), pixels(245)]);
        for (const embedding of [...pictures, ...(await engine.embedTexts(['a cat', 'a big brown dog']))]) {
          expect(embedding.length).toBe(engine.card.embedding?.size);
          expect(Math.hypot(...embedding)).toBeCloseTo(1, 3);
        }
      });
    }

    function refusesToEmbed(): void {
      it('says that it cannot embed', async () => {
        expect(engine.card.embedding).toBeUndefined();
        await expect(engine.embedImages([pixels(10)])).rejects.toMatchObject({ code: 'task_unsupported' });
        await expect(engine.embedTexts(['a cat'])).rejects.toMatchObject({ code: 'task_unsupported' });
      });
    }
  });
}
