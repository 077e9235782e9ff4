/**
 * The worker through the real queue against the bare loop on the same graphs, and what its main thread feels of it.
 * Equality of answers is checked first.
 */
import type { LoadedModel } from '#inference/model-folder.ts';
import { openFleet } from './fleet.ts';
import { scenes } from './pictures.ts';
import { BATCH, openRawLoop, QUESTION } from './raw-loop.ts';
import { timeRounds } from './rounds.ts';
import { atLeast, atMost, type Row, row, single } from './row.ts';
import { estimate, median, ratios } from './statistics.ts';

export async function throughput(
  model: LoadedModel,
  { rounds, pictures: count }: { rounds: number; pictures: number },
): Promise<Row[]> {
  const raw = await openRawLoop(model);
  const fleet = await openFleet();
  try {
    const checked = await scenes(BATCH * 2, 1_000_000);
    const [expected, answers] = [
      await raw.answer(await raw.prepare(checked), 1),
      await fleet.askAll(await fleet.keepAll(checked), QUESTION),
    ];
    const said = answers.map(({ text }) => text);
    if (JSON.stringify(said) !== JSON.stringify(expected)) {
      throw new Error(`The worker and the bare loop answer differently: ${said} against ${expected}`);
    }

    // New pictures every round: a cached feature would be no work. They are drawn and kept off the clock: the
    // upload is not the worker's. They are larger than the model's input, as people's are: scaling them is the worker's.
    let pixels: readonly Uint8Array[] = [];
    let kept: readonly string[] = [];
    fleet.resetProbe();
    const times = await timeRounds(
      {
        raw: async () => void (await raw.answer(pixels)),
        worker: async () => void (await fleet.askAll(kept, QUESTION)),
      },
      rounds,
      async (round) => {
        const pictures = await scenes(count, round * count);
        pixels = await raw.prepare(pictures);
        kept = await fleet.keepAll(pictures);
      },
    );
    const probe = await fleet.readProbe();
    const answersPerSecond = (ms: readonly number[]) => ms.map((time) => (count / time) * 1_000);
    const added = times.worker.map((time, i) => (time - (times.raw[i] as number)) / count);
    return [
      row('worker ÷ raw onnxruntime loop at batch 8', estimate(ratios(times.raw, times.worker)), atLeast(0.85, true)),
      row('worker ÷ raw onnxruntime loop, release bar', estimate(ratios(times.raw, times.worker)), atLeast(0.95)),
      row('answers/s, worker through the queue', estimate(answersPerSecond(times.worker))),
      row('answers/s, raw onnxruntime loop', estimate(answersPerSecond(times.raw))),
      row('wall time added per answer at batch 8, ms', estimate(added)),
      row('event-loop delay of the worker under load, p99, ms', single(probe.eventLoopP99Ms), atMost(10, true)),
      row('event-loop delay of the worker under load, max, ms', single(probe.eventLoopMaxMs), atMost(50, true)),
      row('worker resident under load, MB', single(probe.residentMb), atMost(400, true)),
      row('worker resident under load, release bar, MB', single(probe.residentMb), atMost(300)),
      ...(await latency(fleet, rounds)),
    ];
  } finally {
    await fleet.close();
    await raw.close();
  }
}

/** One ask at a time on an idle fleet. */
async function latency(fleet: Awaited<ReturnType<typeof openFleet>>, rounds: number): Promise<Row[]> {
  const around: number[] = [];
  const first: number[] = [];
  const second: number[] = [];
  const same: number[] = [];
  for (const picture of await scenes(rounds * 2, 2_000_000)) {
    const sha256 = await fleet.keep(picture);
    const timed = async (question: string, times?: number[]) => {
      const started = performance.now();
      const { timings } = await fleet.ask(sha256, question);
      const elapsed = performance.now() - started;
      times?.push(elapsed);
      return { elapsed, ...timings };
    };
    const one = await timed(QUESTION);
    around.push(one.elapsed - one.preprocess - one.encode - one.decode);
    first.push(one.preprocess + one.encode + one.decode);
    const two = await timed('What is on the right?');
    second.push(two.preprocess + two.encode + two.decode);
    await timed(QUESTION, same);
  }
  const atQuantile = (values: readonly number[]) => values.toSorted((a, b) => a - b)[Math.floor(values.length * 0.95)];
  return [
    row('ask → answer minus inference, idle, p50, ms', estimate(around), atMost(1.5)),
    row('ask → answer minus inference, idle, p95, ms', single(atQuantile(around) ?? Number.NaN), atMost(5)),
    row('first question ÷ second on the same picture, worker time', estimate(ratios(first, second)), atLeast(8)),
    row('second question on the same picture, worker ms', single(median(second)), atMost(10)),
    row('same question on the same picture, p95, ms', single(atQuantile(same) ?? Number.NaN), atMost(3)),
  ];
}
