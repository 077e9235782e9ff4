/** Calibration: what onnxruntime's own matrix product reaches on this machine, so that figures of two machines compare. */
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { matMulModel } from './onnx-model.ts';
import { timeRounds } from './rounds.ts';
import { type Row, row } from './row.ts';
import { estimate } from './statistics.ts';

const SIZE = 512;
const REPEATS = 4;

export async function gemm(rounds: number): Promise<Row[]> {
  const options = { intraOpNumThreads: 1, interOpNumThreads: 1 };
  const [fp32, int8] = await Promise.all([
    InferenceSession.create(matMulModel('MatMul', SIZE), options),
    InferenceSession.create(matMulModel('MatMulInteger', SIZE), options),
  ]);
  const dims = [SIZE, SIZE];
  const floats = new Tensor('float32', new Float32Array(SIZE * SIZE).fill(0.5), dims);
  const bytes = new Tensor('uint8', new Uint8Array(SIZE * SIZE).fill(3), dims);
  const signed = new Tensor('int8', new Int8Array(SIZE * SIZE).fill(-2), dims);
  const product = await int8.run({ a: bytes, b: signed });
  if (Number(product.c?.data[0]) !== -6 * SIZE) throw new Error('The int8 product is wrong');
  const repeat = async (run: () => Promise<unknown>) => {
    for (let i = 0; i < REPEATS; i += 1) await run();
  };
  const times = await timeRounds(
    {
      fp32: () => repeat(() => fp32.run({ a: floats, b: floats })),
      int8: () => repeat(() => int8.run({ a: bytes, b: signed })),
    },
    rounds,
  );
  const perSecond = (ms: readonly number[]) => ms.map((time) => (2 * SIZE ** 3 * REPEATS) / (time * 1e6));
  await Promise.all([fp32.release(), int8.release()]);
  return [
    row('calibration GEMM 512³, fp32, GFLOP/s', estimate(perSecond(times.fp32))),
    row('calibration GEMM 512³, int8, GOP/s', estimate(perSecond(times.int8))),
  ];
}
