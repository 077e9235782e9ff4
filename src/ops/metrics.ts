/** Prometheus metrics of one process. Names follow prometheus.io/docs/practices/naming; labels come from closed sets. */
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import type { AnswerOutcome, Timings } from '#core/answer.ts';

export interface Metrics {
  readonly registry: Registry;
  readonly waiting: Gauge;
  /** Workers by model and by the device that really runs it, with "yes" where that is not the one that was asked for. */
  readonly devices: Gauge<'model' | 'device' | 'dtype' | 'fallback'>;
  /** Counts one ask that ended, by its outcome; of an answer also its cache and its time by stage. */
  record(outcome: AnswerOutcome): void;
}

export function createMetrics(): Metrics {
  const registry = new Registry();
  const registers = [registry];
  collectDefaultMetrics({ register: registry, prefix: 'sightline_' });
  const asks = new Counter({
    name: 'sightline_asks_total',
    help: 'Asks that ended, by outcome: "ok" or an error code',
    labelNames: ['outcome'],
    registers,
  });
  const answers = new Counter({
    name: 'sightline_answers_total',
    help: 'Answers, by what was found already computed: nothing, the features of the picture, or the answer',
    labelNames: ['cache'],
    registers,
  });
  const stageSeconds = new Histogram({
    name: 'sightline_stage_seconds',
    help: 'Time per stage of an answer',
    labelNames: ['stage'],
    buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1, 5, 30],
    registers,
  });
  return {
    registry,
    waiting: new Gauge({ name: 'sightline_queue_waiting', help: 'Asks waiting in the queue', registers }),
    devices: new Gauge({
      name: 'sightline_workers',
      help: 'Workers that are there, by model, device and weights; fallback: another device was asked for',
      labelNames: ['model', 'device', 'dtype', 'fallback'],
      registers,
    }),
    record(outcome) {
      asks.inc({ outcome: outcome.ok ? 'ok' : outcome.code });
      if (!outcome.ok) return;
      answers.inc({ cache: outcome.answer.cache });
      for (const stage of Object.keys(outcome.answer.timings) as (keyof Timings)[]) {
        stageSeconds.observe({ stage }, outcome.answer.timings[stage] / 1_000);
      }
    },
  };
}
