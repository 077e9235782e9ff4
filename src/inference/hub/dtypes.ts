/**
 * Which weights of a model: one dtype for all of its graphs ("q4"), or one per graph ("vision_encoder=fp16,embed_tokens=q8").
 * The hub's files carry it as a suffix.
 */
import { SightlineError } from '#core/errors.ts';

/** As transformers.js names them, with the suffix of the file. */
const SUFFIXES = {
  fp32: '',
  fp16: '_fp16',
  q8: '_quantized',
  int8: '_int8',
  uint8: '_uint8',
  q4: '_q4',
  q4f16: '_q4f16',
  bnb4: '_bnb4',
} as const;
export type Dtype = keyof typeof SUFFIXES;

/** Integer arithmetic is what a CPU gains from, half precision what a GPU does. */
const PREFERRED: Readonly<Record<'cpu' | 'gpu', readonly Dtype[]>> = {
  cpu: ['q8', 'int8', 'uint8', 'q4', 'fp32', 'bnb4'],
  gpu: ['fp16', 'q4f16', 'q4', 'fp32'],
};
const GPU_DTYPES: ReadonlySet<Dtype> = new Set(PREFERRED.gpu);

export const graphFile = (graph: string, dtype: Dtype): string => `onnx/${graph}${SUFFIXES[dtype]}.onnx`;
export const suitsGpu = (dtypes: Readonly<Record<string, Dtype>>): boolean =>
  Object.values(dtypes).every((dtype) => GPU_DTYPES.has(dtype));

/** "q8" or, where they differ, "vision_encoder=fp16, decoder_model_merged=q4". */
export function dtypeWords(dtypes: Readonly<Record<string, Dtype>>): string {
  const all = new Set(Object.values(dtypes));
  if (all.size === 1) return [...all].join();
  return Object.entries(dtypes)
    .map(([graph, dtype]) => `${graph}=${dtype}`)
    .join(', ');
}

export interface DtypeChoice {
  readonly id: string;
  readonly graphs: readonly string[];
  /** Every file that there is to choose from. */
  readonly files: ReadonlySet<string>;
  readonly wanted: string | undefined;
  readonly device: string;
}

/**
 * A dtype for each graph: the wanted one, or the best for the device among those that exist.
 * @throws SightlineError `bad_configuration` for an unknown word, `hub_model_unsupported` for weights that the model lacks
 */
export function chooseDtypes({ id, graphs, files, wanted, device }: DtypeChoice): Readonly<Record<string, Dtype>> {
  const asked = parsed(wanted);
  const preferred = PREFERRED[device === 'cpu' || device === 'auto' ? 'cpu' : 'gpu'];
  // What suits the other kind of device is better than nothing.
  const order = [...preferred, ...PREFERRED.gpu, ...PREFERRED.cpu];
  return Object.fromEntries(
    graphs.map((graph) => {
      const there = (Object.keys(SUFFIXES) as Dtype[]).filter((dtype) => files.has(graphFile(graph, dtype)));
      const own = asked.get(graph) ?? asked.get('');
      const dtype = own === undefined ? order.find((candidate) => there.includes(candidate)) : own;
      if (dtype !== undefined && there.includes(dtype)) return [graph, dtype];
      const has = there.length === 0 ? 'nothing for it' : there.join(', ');
      throw new SightlineError('hub_model_unsupported', {
        detail: `${id} has no ${dtype ?? 'ONNX'} weights of ${graph} here, it has ${has}`,
      });
    }),
  );
}

/** By graph; '' stands for all others. */
function parsed(wanted: string | undefined): ReadonlyMap<string, Dtype> {
  const words = (wanted ?? '').split(',').filter((word) => word.trim() !== '');
  return new Map(
    words.map((word) => {
      const [graph, dtype] = word.includes('=') ? word.split('=', 2) : ['', word];
      const name = (dtype ?? '').trim();
      if (!Object.hasOwn(SUFFIXES, name)) {
        const known = Object.keys(SUFFIXES).join(', ');
        throw new SightlineError('bad_configuration', { detail: `MODEL_DTYPE: expected one of ${known}, got ${name}` });
      }
      return [(graph ?? '').trim(), name as Dtype];
    }),
  );
}
