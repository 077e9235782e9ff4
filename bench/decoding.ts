/** Encoding and decoding against transformers.js' `generate` on the same fp32 graphs and pixels; outputs are checked equal first. */
import { dirname } from 'node:path';
import { AutoModelForVision2Seq, env, Tensor } from '@huggingface/transformers';
import { loadModel } from '#inference/model-folder.ts';
import { toPixelValues } from '#inference/preprocess.ts';
import { scenes } from './pictures.ts';
import { BATCH, openRawLoop, type RawLoop } from './raw-loop.ts';
import { timeRounds } from './rounds.ts';
import { atLeast, type Row, row } from './row.ts';
import { estimate, ratios } from './statistics.ts';

export async function decoding(folder: string, rounds: number): Promise<Row[]> {
  env.allowRemoteModels = false;
  env.localModelPath = dirname(folder);
  const raw = await openRawLoop(await loadModel(folder, { dtype: 'fp32' }));
  const quantised = await openRawLoop(await loadModel(folder, { dtype: 'q8' }));
  const stock = await AutoModelForVision2Seq.from_pretrained(raw.card.id, {
    dtype: 'fp32',
    session_options: { intraOpNumThreads: 1, interOpNumThreads: 1 },
  });
  const rgb = await raw.prepare(await scenes(BATCH, 3_000_000));
  const rows: Row[] = [];
  for (const batch of [1, BATCH]) {
    const pictures = rgb.slice(0, batch);
    const generate = () => stockAnswers(stock, raw, pictures);
    const [mine, theirs] = [await raw.answer(pictures, batch), await generate()];
    if (JSON.stringify(mine) !== JSON.stringify(theirs)) throw new Error(`Answers differ: ${mine} against ${theirs}`);
    const times = await timeRounds(
      {
        ours: async () => void (await raw.answer(pictures, batch)),
        theirs: async () => void (await generate()),
        q8: async () => void (await quantised.answer(pictures, batch)),
      },
      rounds,
    );
    const faster = estimate(ratios(times.theirs, times.ours));
    rows.push(
      row(
        `answering against transformers.js generate, batch ${batch}, times faster`,
        faster,
        atLeast(batch === 1 ? 1.2 : 2),
      ),
    );
    rows.push(
      row(`int8 against fp32, batch ${batch}, times faster`, estimate(ratios(times.ours, times.q8)), atLeast(2)),
    );
  }
  await Promise.all([raw.close(), quantised.close(), stock.dispose()]);
  return rows;
}

type Stock = Awaited<ReturnType<typeof AutoModelForVision2Seq.from_pretrained>>;

async function stockAnswers(stock: Stock, raw: RawLoop, rgb: readonly Uint8Array[]): Promise<string[]> {
  const { card, promptIds, maxTokens } = raw;
  const { width, height } = card.preprocessing;
  const pixels = new Tensor('float32', toPixelValues(rgb, card.preprocessing), [rgb.length, 3, height, width]);
  const ids = BigInt64Array.from(rgb.flatMap(() => promptIds).map(BigInt));
  const generated = await stock.generate({
    inputs: pixels,
    decoder_input_ids: new Tensor('int64', ids, [rgb.length, promptIds.length]),
    max_new_tokens: maxTokens,
    eos_token_id: card.tokens.end,
    do_sample: false,
  } as Parameters<typeof stock.generate>[0]);
  return (generated as Tensor).tolist().map((sequence: bigint[]) => {
    const said = sequence.slice(promptIds.length).map(Number);
    const end = said.indexOf(card.tokens.end);
    const answer = end === -1 ? said : said.slice(0, end);
    return raw.codec.decode(answer.slice(answer.lastIndexOf(card.tokens.so) + 1)).trim();
  });
}
