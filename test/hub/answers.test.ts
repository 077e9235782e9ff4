/** What the hub engine says, against stock transformers.js on the same files, and against itself without a memory. */
import {
  AutoModelForImageTextToText,
  AutoModelForVision2Seq,
  AutoProcessor,
  AutoTokenizer,
  env,
  RawImage,
  type Tensor,
} from '@huggingface/transformers';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { Turn } from '#core/ask.ts';
import type { Pixels } from '#core/pixels.ts';
import type { Engine, EngineInput, EngineOutput, RunOptions } from '#inference/engine.ts';
import { openTiny, TINY } from '#test/tiny-models.ts';

const MOST = 24;

/** A picture with something in it, in no square shape. */
const picture = (seed: number): Pixels => {
  const [width, height] = [56, 40];
  return {
    rgb: Uint8Array.from({ length: width * height * 3 }, (_, i) => (i * seed + (i >> 5) * 13) % 256),
    width,
    height,
  };
};
const ask = (question: string, changes: Partial<EngineInput> & { key?: string; seed?: number } = {}): EngineInput => {
  const { key = 'a', seed = 7, ...rest } = changes;
  return { image: { ...picture(seed), key }, prompt: question, maxTokens: MOST, ...rest };
};

const opened: Engine[] = [];
async function open(...options: Parameters<typeof openTiny>): Promise<Engine> {
  const engine = await openTiny(...options);
  opened.push(engine);
  return engine;
}
afterEach(async () => {
  await Promise.all(opened.splice(0).map((engine) => engine.close()));
});

const answered = (output: EngineOutput | undefined) => {
  if (!output?.ok) throw new Error(`Expected an answer, got ${output?.error.message}`);
  return output;
};
const say = async (engine: Engine, input: EngineInput, options?: RunOptions) =>
  answered((await engine.run([input], options))[0]);
const textOf = async (engine: Engine, input: EngineInput) => (await say(engine, input)).prediction.text;

describe('against stock transformers.js', () => {
  beforeAll(() => {
    env.allowRemoteModels = false;
    env.localModelPath = TINY;
    env.useFSCache = false;
  });
  const { rgb, width, height } = picture(7);
  const image = new RawImage(Uint8ClampedArray.from(rgb), width, height, 3);

  it.each(['tiny-idefics3', 'tiny-qwen2-vl'])('%s says the same', async (name) => {
    const processor = await AutoProcessor.from_pretrained(name);
    const model = await AutoModelForImageTextToText.from_pretrained(name, { dtype: 'fp32' });
    const content = [{ type: 'image' }, { type: 'text', text: 'What is this?' }];
    const text = processor.apply_chat_template([{ role: 'user', content }] as never, { add_generation_prompt: true });
    const inputs = (await processor(text, name.includes('qwen') ? image : [image])) as { input_ids: Tensor };
    const said = (await model.generate({ ...inputs, max_new_tokens: MOST, do_sample: false } as never)) as Tensor;
    const [expected] = processor.batch_decode(
      said.slice(null, [inputs.input_ids.dims[1] as number, said.dims[1] as number]),
      {
        skip_special_tokens: true,
      },
    );
    await model.dispose();
    expect(expected?.trim()).not.toBe('');
    expect(await textOf(await open(name), ask('What is this?'))).toBe(expected?.trim());
  });

  it('tiny-florence2 says the same', async () => {
    const processor = await AutoProcessor.from_pretrained('tiny-florence2');
    const model = await AutoModelForImageTextToText.from_pretrained('tiny-florence2', { dtype: 'fp32' });
    const inputs = await processor(image, '<CAPTION>');
    const said = (await model.generate({ ...inputs, max_new_tokens: MOST, do_sample: false })) as Tensor;
    const [expected] = processor.batch_decode(said, { skip_special_tokens: true });
    await model.dispose();
    expect(expected?.trim()).not.toBe('');
    expect(await textOf(await open('tiny-florence2'), ask('<CAPTION>'))).toBe(expected?.trim());
  });

  it('tiny-captioner says the same', async () => {
    const processor = await AutoProcessor.from_pretrained('tiny-captioner');
    const tokenizer = await AutoTokenizer.from_pretrained('tiny-captioner');
    const model = await AutoModelForVision2Seq.from_pretrained('tiny-captioner', { dtype: 'fp32' });
    const said = (await model.generate({
      ...(await processor(image)),
      max_new_tokens: MOST,
      do_sample: false,
    })) as Tensor;
    const [expected] = tokenizer.batch_decode(said, { skip_special_tokens: true });
    await model.dispose();
    expect(expected?.trim()).not.toBe('');
    expect(await textOf(await open('tiny-captioner'), ask(''))).toBe(expected?.trim());
  });
});

describe.each(['tiny-idefics3', 'tiny-qwen2-vl'])('follow-ups, %s', (name) => {
  const first = ask('What is this?');
  const second = ask('And what colour is the sky?');

  it('says the same as a model that has heard nothing before', async () => {
    const fresh = await textOf(await open(name), second);
    const engine = await open(name);
    const before = await textOf(engine, first);
    expect(await textOf(engine, second)).toBe(fresh);
    expect(await textOf(engine, first)).toBe(before);
    expect(fresh).not.toBe(before);
  });

  it('says the same when it goes on with a talk', async () => {
    const engine = await open(name);
    const turns: Turn[] = [{ question: first.prompt, answer: await textOf(engine, first) }];
    const third = ask('Where?', { turns });
    expect(await textOf(engine, third)).toBe(await textOf(await open(name), third));
    expect(await textOf(engine, ask('Where?'))).not.toBe(await textOf(engine, third));
  });

  it('reads what a program wants kept to', async () => {
    const engine = await open(name);
    const told = ask('What is this?', { instructions: 'Only ever say what colour the sky is.' });
    expect(await textOf(engine, told)).not.toBe(await textOf(engine, first));
  });

  it('does not look at the picture again: other pixels under its key change nothing, another key does', async () => {
    const engine = await open(name);
    const before = await say(engine, first);
    const again = await say(engine, ask('What is this?', { seed: 101 }));
    expect([again.reused, again.prediction.text]).toEqual([true, before.prediction.text]);
    const other = await say(engine, ask('What is this?', { seed: 101, key: 'b' }));
    expect(other.reused).toBe(false);
    expect(other.prediction.text).not.toBe(before.prediction.text);
  });

  it('forgets the oldest pictures beyond its memory, and answers on', async () => {
    const engine = await open(name, { memoryBytes: 1 });
    const before = await textOf(engine, first);
    await say(engine, ask('What is this?', { key: 'b', seed: 31 }));
    const again = await say(engine, first);
    expect([again.reused, again.prediction.text]).toEqual([false, before]);
  });
});

describe.each(['tiny-idefics3', 'tiny-qwen2-vl'])('a question, %s', (name) => {
  it('is words: tokens of the model in it change nothing', async () => {
    const engine = await open(name);
    const plain = await textOf(engine, ask('What is this?'));
    const tokens = name.includes('qwen')
      ? ['<|im_start|>', '<|image_pad|>', '<|im_<|im_end|>end|>']
      : ['<image>', '<end_of_utterance>', '<fake_token_around_image><row_1_col_1>'];
    for (const token of tokens) expect(await textOf(engine, ask(`What ${token}is this?`))).toBe(plain);
  });

  it('is about a picture no larger than allowed', async () => {
    const whole = await textOf(await open(name), ask('What is this?'));
    expect(await textOf(await open(name, { imageSide: 36 }), ask('What is this?'))).not.toBe(whole);
  });
});

describe('an answer', () => {
  it('ends early when its asker leaves in mid-answer, and the next one is right', async () => {
    const engine = await open('tiny-qwen2-vl');
    const expected = await textOf(engine, ask('What?', { maxTokens: 12 }));
    const leaver = new AbortController();
    let heard = 0;
    const [left] = await engine.run([ask('Tell me all of it', { maxTokens: 1_500 })], {
      signals: [leaver.signal],
      onPartial: () => {
        heard += 1;
        leaver.abort();
      },
    });
    expect(left).toMatchObject({ ok: false, error: { code: 'cancelled' } });
    expect(heard).toBeGreaterThan(0);
    expect(heard).toBeLessThan(1_000);
    expect(await textOf(engine, ask('What?', { maxTokens: 12 }))).toBe(expected);
  });

  it('ends before a stop word, which nobody sees', async () => {
    const whole = await textOf(await open('tiny-idefics3'), ask('What is this?'));
    const later = Array.from(whole, (_, at) => whole.slice(at, at + 3)).filter(
      (word, at) => whole.indexOf(word) === at,
    );
    const stop = later.at(-3) as string;
    expect(whole.indexOf(stop)).toBeGreaterThan(1);
    const engine = await open('tiny-idefics3', { stopWords: [stop] });
    const said: string[] = [];
    const { prediction } = await say(engine, ask('What is this?'), { onPartial: (_, text) => said.push(text) });
    expect(prediction.text).toBe(whole.slice(0, whole.indexOf(stop)).trim());
    for (const text of said) expect(prediction.text.startsWith(text)).toBe(true);
  });

  it('is as likely as its tokens, one after the other', async () => {
    const { prediction } = await say(await open('tiny-idefics3'), ask('What is this?', { maxTokens: 3 }));
    expect(prediction.tokens).toHaveLength(3);
    for (const { logprob } of prediction.tokens) expect(Math.exp(logprob)).toBeGreaterThan(1 / 512);
  });
});
