/** The command line run in this process: what it wrote and how it ended, with a model of our own instead of weights. */
import { Readable, Writable } from 'node:stream';
import type { Answer } from '#core/answer.ts';
import { ModelCard } from '#core/model-card.ts';
import { tellFailure } from '../../cli/exit.ts';
import type { LocalAsk, LocalModel } from '../../cli/local-model.ts';
import { createProgram } from '../../cli/program.ts';
import { cardLike } from './card.ts';

export interface CliResult {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

const sink = () => {
  const chunks: string[] = [];
  const stream = new Writable({
    write(chunk, _encoding, done) {
      chunks.push(String(chunk));
      done();
    },
  });
  return { stream, text: () => chunks.join('') };
};

export async function runCli(
  words: readonly string[],
  model: LocalModel,
  stdin: Uint8Array = new Uint8Array(),
): Promise<CliResult> {
  const [stdout, stderr] = [sink(), sink()];
  const terminal = { stdin: Readable.from([stdin]), stdout: stdout.stream, stderr: stderr.stream };
  let exitCode = 0;
  const ended = (code: number) => {
    exitCode = code;
  };
  try {
    await createProgram({ terminal, open: async () => model }, ended).parseAsync(['node', 'sightline', ...words]);
  } catch (error) {
    ended(tellFailure(error, terminal, words.includes('--json')));
  }
  return { exitCode, stdout: stdout.text(), stderr: stderr.text() };
}

export const answerLike = (changes: Partial<Answer> = {}): Answer => ({
  requestId: 'request-1',
  text: 'a cat',
  confidence: 0.97,
  certainty: 'sure',
  sure: true,
  alternatives: [],
  evidence: { rows: 2, columns: 2, words: [{ word: 'cat', heat: [255, 0, 0, 0] }] },
  modelId: 'test-model',
  cache: 'none',
  timings: { queued: 0, preprocess: 1, batched: 0, encode: 2, decode: 1, total: 4 },
  ...changes,
});

/** Says what `answer` says; remembers what it was asked and whether it was closed. */
export class StandInModel implements LocalModel {
  readonly card = ModelCard.parse(cardLike());
  readonly asks: LocalAsk[] = [];
  closed = 0;
  readonly #answer: (ask: LocalAsk) => Answer;

  constructor(answer: (ask: LocalAsk) => Answer = () => answerLike()) {
    this.#answer = answer;
  }

  async answer(ask: LocalAsk): Promise<Answer> {
    this.asks.push(ask);
    await ask.openPicture();
    return this.#answer(ask);
  }

  async rank(_picture: unknown, captions: readonly string[]) {
    return captions.map((caption, index) => ({
      caption,
      probability: index === captions.length - 1 ? 0.75 : 0.25 / (captions.length - 1),
    }));
  }

  /** A text that is the picture's width in words fits it. */
  async embed(inputs: readonly (string | { readonly width: number })[]) {
    return inputs.map((input) => {
      const width = typeof input === 'string' ? Number(input) : input.width;
      const angle = Math.min(1, width / 100);
      return Float32Array.of(Math.cos(angle), Math.sin(angle));
    });
  }

  async close(): Promise<void> {
    this.closed += 1;
  }
}
