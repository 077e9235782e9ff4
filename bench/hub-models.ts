/**
 * What our engine adds to bare transformers.js on the same graphs, pictures and words, and what a follow-up costs against the first
 * question. With a tiny chat model that cuts pictures into many tiles, so that its image part is heavy beside its words.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Pixels } from '#core/pixels.ts';
import type { Engine, EngineInput } from '#inference/engine.ts';
import { createHubEngine } from '#inference/engine-hub/engine-hub.ts';
import { loadHubModel } from '#inference/hub/load.ts';
import { modelsFolder } from '#inference/hub/store.ts';
import { dataFolder, layTiny } from '#test/tiny-models.ts';
import { BARE_QUESTION, openBare, openBareInThread } from './hub-bare.ts';
import { timeRounds } from './rounds.ts';
import { atLeast, atMost, type Row, row } from './row.ts';
import { estimate, ratios } from './statistics.ts';

const NAME = 'tiny-idefics3';
/** 8 × 8 tiles and the whole: 65 runs of the tower, 260 tokens. */
const SIDE = 256;
const TOKENS = 64;
const WARM_UP = 20;

export async function hubModels(rounds: number): Promise<Row[]> {
  const { dataDir, remove } = dataFolder();
  const id = await layTiny(dataDir, NAME, cutIntoTiles);
  const model = await loadHubModel(id, { dataDir, device: 'cpu' });
  const engine = await createHubEngine({ model, device: 'cpu', threads: 1 });
  const options = { folder: modelsFolder(dataDir), id, maxTokens: TOKENS };
  const [bare, bareOnMain] = await Promise.all([openBareInThread(options), openBare(options)]);
  try {
    const first = picture(0);
    const [mine, theirs] = [await said(engine, asked(first, 'check')), await bare.answer(first)];
    if (mine !== theirs) throw new Error(`Answers differ: ${mine} against ${theirs}`);
    let seed = 0;
    // Each thread compiles its own code as it gets warm.
    for (; seed < WARM_UP; seed += 1) {
      await said(engine, asked(picture(seed), `warm ${seed}`));
      await bare.answer(picture(seed));
      await bareOnMain.answer(picture(seed));
    }
    const answering = await timeRounds(
      {
        // A picture that neither has seen: both do everything.
        ours: async () => void (await said(engine, asked(picture(seed), `${seed}`))),
        theirs: async () => void (await bare.answer(picture(seed))),
        onMain: async () => void (await bareOnMain.answer(picture(seed))),
      },
      rounds,
      async () => {
        seed += 1;
      },
    );
    const [firstMs, followUpMs]: [number[], number[]] = [[], []];
    for (let round = -1; round < rounds; round += 1) {
      seed += 1;
      const key = `talk ${seed}`;
      const toFirst = await firstToken(engine, asked(picture(seed), key));
      const toNext = await firstToken(engine, asked(picture(seed), key, 'And what is beside it?'));
      if (round < 0) continue;
      firstMs.push(toFirst);
      followUpMs.push(toNext);
    }
    return [
      row(
        'hub engine ÷ bare transformers.js in a thread alike',
        estimate(ratios(answering.ours, answering.theirs)),
        atMost(1.05),
      ),
      row('hub engine ÷ bare transformers.js on the main thread', estimate(ratios(answering.ours, answering.onMain))),
      row('hub engine, whole answer, ms', estimate(answering.ours)),
      row('first token: first question ÷ follow-up', estimate(ratios(firstMs, followUpMs)), atLeast(5)),
      row('first token of a first question, ms', estimate(firstMs)),
      row('first token of a follow-up, ms', estimate(followUpMs)),
    ];
  } finally {
    await Promise.all([engine.close(), bare.close(), bareOnMain.close()]);
    remove();
  }
}

function cutIntoTiles(folder: string): void {
  const path = join(folder, 'preprocessor_config.json');
  const config = JSON.parse(readFileSync(path, 'utf8')) as object;
  writeFileSync(path, JSON.stringify({ ...config, size: { longest_edge: SIDE } }));
}

const picture = (seed: number): Pixels => ({
  rgb: Uint8Array.from({ length: SIDE * SIDE * 3 }, (_, i) => (i * (2 * seed + 7) + (i >> 9) * 13) % 256),
  width: SIDE,
  height: SIDE,
});

const asked = (pixels: Pixels, key: string, prompt = BARE_QUESTION): EngineInput => ({
  image: { ...pixels, key },
  prompt,
  maxTokens: TOKENS,
});

async function said(engine: Engine, input: EngineInput): Promise<string> {
  // Bare transformers.js is not asked to stream either.
  const [output] = await engine.run([input]);
  if (!output?.ok) throw output?.error ?? new Error('No output. This is a bug.');
  return output.prediction.text;
}

async function firstToken(engine: Engine, input: EngineInput): Promise<number> {
  const startedAt = performance.now();
  let firstAt: number | undefined;
  const onPartial = () => {
    firstAt ??= performance.now();
  };
  await engine.run([input], { onPartial });
  return (firstAt ?? performance.now()) - startedAt;
}
