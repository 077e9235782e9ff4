/**
 * An engine without weights that ships with the product (`MODEL=fake`): it says how bright a picture is, word by word, the
 * same for the same input. For trying the whole way of a question, and for tests.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { SightlineError } from '#core/errors.ts';
import { ModelCard } from '#core/model-card.ts';
import type { Engine, EngineInput, EngineOutput, Prediction } from './engine.ts';

export interface FakeEngineOptions {
  /** Milliseconds per word of an answer. */
  readonly delayMs?: number;
  /** Inputs for which the engine fails: alone with an output, or with the whole batch by throwing. */
  readonly fail?: (input: EngineInput) => 'input' | 'batch' | undefined;
}

const SIDE = 4;
const TOKENS = SIDE * SIDE;

const task = (template: string) => ({ template, maxTokens: 8 });

export const FAKE_CARD: ModelCard = ModelCard.parse({
  id: 'fake',
  revision: '000000000000',
  description: 'No model: says how bright a picture is.',
  license: 'Apache-2.0',
  files: {},
  sessions: { none: { encoder: '', decoder: '', text: '' } },
  defaultDtype: 'none',
  preprocessing: {
    width: 8,
    height: 8,
    fit: 'fill',
    kernel: 'linear',
    mean: [0, 0, 0],
    std: [1, 1, 1],
    background: [255, 255, 255],
  },
  memory: { tokens: TOKENS, width: 1, grids: [{ name: 'patch', offset: 0, rows: SIDE, columns: SIDE }] },
  decoder: { layers: 1, heads: 1, headSize: 1, contextLength: 64 },
  attention: { layer: 0 },
  embedding: { size: 2, logitScale: 1 },
  vocabularySize: 4,
  tokens: { pad: 0, end: 1, so: 2 },
  text: { lowercase: true, stripTrailing: '?.!', maxQuestionTokens: 48 },
  tasks: { vqa: task('{question}'), caption: task('caption'), 'alt-text': task('alt-text'), read: task('read') },
  calibration: { kind: 'platt', a: 1, b: 0, sure: 0.9, fairlySure: 0.6, n: 1 },
  accuracy: {},
  knows: {},
  limits: ['It looks at nothing but brightness.'],
  credits: [],
  training: {},
});

export function createFakeEngine({ delayMs = 0, fail }: FakeEngineOptions = {}): Engine & { readonly card: ModelCard } {
  /** Keys of pictures: all it remembers of them. */
  const seen = new Set<string>();
  const predict = async (
    input: EngineInput,
    say: (text: string) => void,
    signal?: AbortSignal,
  ): Promise<EngineOutput> => {
    const reused = seen.has(input.image.key);
    seen.add(input.image.key);
    const words = ['a', brightnessOf(input.image.rgb) > 0.5 ? 'bright' : 'dark', 'picture'];
    for (let said = 1; said <= words.length; said += 1) {
      if (delayMs > 0) await sleep(delayMs);
      if (signal?.aborted) return { ok: false, error: new SightlineError('cancelled') };
      say(words.slice(0, said).join(' '));
    }
    return { ok: true, prediction: predictionOf(words), reused, encodeMs: 0, decodeMs: 0 };
  };
  return {
    card: FAKE_CARD,
    device: { name: 'none', dtype: 'none', threads: 0, runtime: 'fake' },
    async run(batch, { onPartial, signals } = {}) {
      if (batch.some((input) => fail?.(input) === 'batch')) throw new SightlineError('inference_failed');
      return Promise.all(
        batch.map((input, index) =>
          fail?.(input) === 'input'
            ? { ok: false as const, error: new SightlineError('inference_failed') }
            : predict(input, (text) => onPartial?.(index, text), signals?.[index]),
        ),
      );
    },
    embedTexts: async (texts) => texts.map((text) => unit(text.includes('bright') ? 1 : 0)),
    embedImages: async (pictures) => pictures.map(({ rgb }) => unit(Math.round(brightnessOf(rgb)))),
    close: async () => {},
  };
}

/** Mean of all bytes, from 0 to 1. */
const brightnessOf = (rgb: Uint8Array): number =>
  rgb.reduce((sum, value) => sum + value, 0) / Math.max(1, rgb.length) / 255;

const unit = (brightness: number) => Float32Array.of(brightness, Math.sqrt(1 - brightness ** 2));

/** Each word looks at a cell of its own. */
function predictionOf(words: readonly string[]): Prediction {
  const attention = new Float32Array(words.length * TOKENS); // [tokens, P]
  words.forEach((_, t) => {
    attention[t * TOKENS + (t % TOKENS)] = 1;
  });
  return {
    text: words.join(' '),
    rationale: null,
    tokens: words.map((word, t) => ({ text: t === 0 ? word : ` ${word}`, logprob: Math.log(0.99) })),
    endLogprob: Math.log(0.99),
    rationaleTokens: 0,
    attention,
    alternatives: [],
    usage: { prompt: TOKENS + 1, completion: words.length },
  };
}
