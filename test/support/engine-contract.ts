/**
 * What every engine keeps to, whatever it runs on (src/inference/engine.ts). Run against all of them; what one cannot do by
 * its nature it must refuse in words, not leave out.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { renderPrompt } from '#core/prompts.ts';
import type { Engine, EngineInput } from '#inference/engine.ts';

export interface EngineTraits {
  /** Keeps what pictures say, and shows where it looked. */
  readonly sees?: boolean;
  readonly embeds?: boolean;
}

export function engineContract(
  name: string,
  open: () => Promise<Engine>,
  { sees = true, embeds = true }: EngineTraits = {},
): void {
  describe(`the engine port: ${name}`, () => {
    let engine: Engine;
    beforeAll(async () => {
      engine = await open();
    });
    afterAll(() => engine.close());

    const rgb = (brightness: number) => {
      const { width, height } = engine.card.preprocessing;
      return new Uint8Array(width * height * 3).fill(brightness);
    };
    const input = (key: string, brightness: number, question = 'what is this'): EngineInput => ({
      image: { rgb: rgb(brightness), key },
      ...renderPrompt(engine.card, 'vqa', question),
    });

    it('answers in the order of the inputs, each as it would alone', async () => {
      const batch = [input('dark', 10), input('bright', 245), input('dark', 10, 'what colour is the background')];
      const together = await engine.run(batch);
      for (const [i, one] of batch.entries()) {
        const [alone] = await engine.run([one]);
        expect(together[i]).toMatchObject({ ok: true });
        if (together[i]?.ok && alone?.ok) expect(together[i].prediction.text).toBe(alone.prediction.text);
      }
    });

    it('gives a probability and a look at the picture for every token', async () => {
      const [output] = await engine.run([input('a', 128)]);
      if (!output?.ok) throw new Error('Expected an answer');
      const { tokens, attention, endLogprob, rationaleTokens } = output.prediction;
      expect(tokens.length).toBeGreaterThan(0);
      expect(rationaleTokens).toBeLessThanOrEqual(tokens.length);
      for (const { logprob } of [...tokens, { logprob: endLogprob }]) {
        expect(logprob).toBeLessThanOrEqual(0);
        expect(Number.isFinite(logprob)).toBe(true);
      }
      expect(attention.length).toBe(sees ? tokens.length * engine.card.memory.tokens : 0);
    });

    it('knows a picture again by its key, and only by it', async () => {
      await engine.run([input('known', 60)]);
      expect(await engine.run([input('known', 60), input('new', 60)])).toMatchObject([
        { reused: sees },
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

    it('embeds pictures and captions into one space, at length one, or says that it cannot', async () => {
      if (!embeds) {
        await expect(engine.embedTexts(['a cat'])).rejects.toMatchObject({ code: 'model_cannot' });
        await expect(engine.embedImages([rgb(10)])).rejects.toMatchObject({ code: 'model_cannot' });
        return;
      }

      const embeddings = [...(await engine.embedImages([rgb(10), rgb(245)])), ...(await engine.embedTexts(['a cat']))];
      for (const embedding of embeddings) {
        expect(embedding.length).toBe(engine.card.embedding.size);
        expect(Math.hypot(...embedding)).toBeCloseTo(1, 3);
      }
    });
  });
}
