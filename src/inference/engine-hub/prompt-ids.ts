/**
 * A prompt's tokens, the picture's own among them: hundreds, and always the same ones, so they are written out once per picture
 * and only the words behind them are read anew. Where a tokenizer joins text across the picture, the whole prompt is read.
 */
import { type PreTrainedTokenizer, Tensor } from '@huggingface/transformers';

/** Through the family's processor: the picture's token written out as often as the picture has tokens. */
export type ReadWhole = (text: string) => Promise<bigint[]>;

export interface Opening {
  readonly text: string;
  readonly ids: readonly bigint[];
}

export interface PromptReader {
  /** @param opening what an earlier prompt about the same picture began with */
  read(text: string, readWhole: ReadWhole, opening: Opening | undefined): Promise<{ ids: bigint[]; opening?: Opening }>;
}

export function createPromptReader(tokenizer: PreTrainedTokenizer, imageToken: bigint): PromptReader {
  const placeholder = tokenizer.decode([imageToken], { skip_special_tokens: false });
  /** Undefined until it was tried. */
  let splits: boolean | undefined;
  const readWords = (text: string): bigint[] =>
    tokenizer.encode(text, { add_special_tokens: false }).map((id: number) => BigInt(id));
  return {
    async read(text, readWhole, opening) {
      const at = text.indexOf(placeholder);
      if (splits === false || at === -1) return { ids: await readWhole(text) };
      const beginning = text.slice(0, at + placeholder.length);
      const words = readWords(text.slice(beginning.length));
      const known = opening?.text === beginning ? opening : { text: beginning, ids: await readWhole(beginning) };
      const ids = [...known.ids, ...words];
      if (splits === undefined) {
        const whole = await readWhole(text);
        splits = whole.length === ids.length && whole.every((id, place) => id === ids[place]);
        if (!splits) return { ids: whole };
      }
      return { ids, opening: known };
    },
  };
}

/** One row of ids [1, T], and a mask that hides none of them. */
export function asInputs(ids: readonly bigint[]): { readonly input_ids: Tensor; readonly attention_mask: Tensor } {
  const shape = [1, ids.length];
  return {
    input_ids: new Tensor('int64', BigInt64Array.from(ids), shape),
    attention_mask: new Tensor('int64', new BigInt64Array(ids.length).fill(1n), shape),
  };
}
