/** The model's tokenizer: prompts to ids, ids to text. Special tokens are written out in prompts and left out of texts. */
import { readFile } from 'node:fs/promises';
import { Tokenizer } from '@huggingface/tokenizers';
import { SightlineError } from '#core/errors.ts';

/** A byte-level token can end in the middle of a character, which decodes to this. */
const BROKEN_CHARACTER = /\uFFFD+$/u;

export interface TextCodec {
  encode(text: string): number[];
  /** Text of the tokens; a last character that is not whole yet is held back. */
  decode(ids: readonly number[]): string;
}

/** @throws SightlineError `model_missing`, `model_corrupt` */
export async function loadTokenizer(tokenizerPath: string, configPath: string): Promise<TextCodec> {
  const [tokenizerJson, configJson] = await Promise.all([readJson(tokenizerPath), readJson(configPath)]);
  const tokenizer = new Tokenizer(tokenizerJson, configJson);
  return {
    encode: (text) => tokenizer.encode(text, { add_special_tokens: false }).ids,
    decode: (ids) =>
      ids.length === 0
        ? ''
        : tokenizer
            .decode([...ids], { skip_special_tokens: true, clean_up_tokenization_spaces: false })
            .replace(BROKEN_CHARACTER, ''),
  };
}

async function readJson(path: string): Promise<object> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (cause) {
    throw new SightlineError('model_missing', { detail: path, cause });
  }
  try {
    return JSON.parse(text) as object;
  } catch (cause) {
    throw new SightlineError('model_corrupt', { detail: path, cause });
  }
}
