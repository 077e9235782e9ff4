/** Bare transformers.js, as its own README uses it: on this thread, or in a worker thread as our engine has to run (DESIGN §3.3). */
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads';
import { AutoModelForImageTextToText, AutoProcessor, env, RawImage, type Tensor } from '@huggingface/transformers';
import type { Pixels } from '#core/pixels.ts';

export const BARE_QUESTION = 'What is this?';

export interface BareOptions {
  readonly folder: string;
  readonly id: string;
  readonly maxTokens: number;
}

export interface Bare {
  answer(pixels: Pixels): Promise<string>;
  close(): Promise<unknown>;
}

export async function openBare({ folder, id, maxTokens }: BareOptions): Promise<Bare> {
  env.allowRemoteModels = false;
  env.localModelPath = `${folder}/`;
  env.useFSCache = false;
  const processor = await AutoProcessor.from_pretrained(id);
  const model = await AutoModelForImageTextToText.from_pretrained(id, {
    dtype: 'fp32',
    session_options: { intraOpNumThreads: 1, interOpNumThreads: 1 },
  });
  return {
    async answer({ rgb, width, height }) {
      const content = [{ type: 'image' }, { type: 'text', text: BARE_QUESTION }];
      const text = processor.apply_chat_template([{ role: 'user', content }] as never, { add_generation_prompt: true });
      const image = new RawImage(Uint8ClampedArray.from(rgb), width, height, 3);
      const inputs = (await processor(text, [image])) as { input_ids: Tensor };
      const ids = (await model.generate({ ...inputs, max_new_tokens: maxTokens, do_sample: false } as never)) as Tensor;
      const [start, end] = [inputs.input_ids.dims[1] as number, ids.dims[1] as number];
      return (processor.batch_decode(ids.slice(null, [start, end]), { skip_special_tokens: true })[0] ?? '').trim();
    },
    close: () => model.dispose(),
  };
}

export async function openBareInThread(options: BareOptions): Promise<Bare> {
  const thread = new Worker(fileURLToPath(import.meta.url), { workerData: options });
  await once(thread, 'message');
  return {
    async answer(pixels) {
      thread.postMessage(pixels);
      const [text] = (await once(thread, 'message')) as [string];
      return text;
    },
    async close() {
      thread.postMessage('close');
      await once(thread, 'exit');
    },
  };
}

if (!isMainThread && parentPort) {
  const port = parentPort;
  const bare = await openBare(workerData as BareOptions);
  port.on('message', (asked: Pixels | 'close') => {
    if (asked !== 'close') return void bare.answer(asked).then((text) => port.postMessage(text));
    void bare.close().then(() => port.close());
  });
  port.postMessage('ready');
}
