/**
 * A model folder on disk: card parsed, files hashed, paths of the chosen sessions.
 * May fail with `model_missing` or `model_corrupt`, naming the file, or `bad_configuration` for an unknown dtype.
 */
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { SightlineError } from '#core/errors.ts';
import { ModelCard } from '#core/model-card.ts';

export interface LoadedModel {
  readonly folder: string;
  readonly card: ModelCard;
  readonly dtype: string;
  /** Absolute paths of the ONNX graphs. */
  readonly sessions: { readonly encoder: string; readonly decoder: string; readonly text: string };
  readonly tokenizer: string;
  readonly tokenizerConfig: string;
}

export interface LoadModelOptions {
  readonly dtype?: string | undefined;
  /** Compares every file with its hash on the card: some 20 ms for the bundled model. */
  readonly verify?: boolean;
}

export async function loadModel(folder: string, options: LoadModelOptions = {}): Promise<LoadedModel> {
  const card = await readCard(folder);
  const dtype = options.dtype ?? card.defaultDtype;
  // Not what every object has: `constructor` is no dtype.
  const sessions = Object.hasOwn(card.sessions, dtype) ? card.sessions[dtype] : undefined;
  if (!sessions) {
    const known = Object.keys(card.sessions).join(', ');
    throw new SightlineError('bad_configuration', { detail: `MODEL_DTYPE: ${card.id} has ${known}, not ${dtype}` });
  }
  if (options.verify ?? true) await Promise.all(Object.keys(card.files).map((file) => verifyFile(folder, file, card)));
  return {
    folder,
    card,
    dtype,
    sessions: {
      encoder: join(folder, sessions.encoder),
      decoder: join(folder, sessions.decoder),
      text: join(folder, sessions.text),
    },
    tokenizer: join(folder, 'tokenizer.json'),
    tokenizerConfig: join(folder, 'tokenizer_config.json'),
  };
}

async function readCard(folder: string): Promise<ModelCard> {
  const detail = join(folder, 'card.json');
  let text: string;
  try {
    text = await readFile(detail, 'utf8');
  } catch (cause) {
    throw new SightlineError('model_missing', { detail, cause });
  }
  try {
    return ModelCard.parse(JSON.parse(text));
  } catch (cause) {
    throw new SightlineError('model_corrupt', { detail, cause });
  }
}

async function verifyFile(folder: string, file: string, card: ModelCard): Promise<void> {
  const detail = join(folder, file);
  const hash = createHash('sha256');
  try {
    await pipeline(createReadStream(detail), hash);
  } catch (cause) {
    throw new SightlineError('model_missing', { detail, cause });
  }
  if (hash.digest('hex') !== card.files[file]?.sha256) throw new SightlineError('model_corrupt', { detail });
}
