/** Prometheus metrics of one process. Names follow prometheus.io/docs/practices/naming; labels come from closed sets. */
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';

export interface Metrics {
  readonly registry: Registry;
  /** Asks ended, by surface-independent outcome: "ok" or an error code. */
  readonly outcomes: Counter<'task' | 'outcome'>;
  /** Seconds by stage of an answer. */
  readonly stageSeconds: Histogram<'stage'>;
  readonly batchSize: Histogram;
  readonly cacheHits: Counter<'cache'>;
  readonly waiting: Gauge;
}

export function createMetrics(): Metrics {
  const registry = new Registry();
  const registers = [registry];
  collectDefaultMetrics({ register: registry, prefix: 'sightline_' });
  return {
    registry,
    outcomes: new Counter({
      name: 'sightline_asks_total',
      help: 'Asks that ended, by task and outcome',
      labelNames: ['task', 'outcome'],
      registers,
    }),
    stageSeconds: new Histogram({
      name: 'sightline_stage_seconds',
      help: 'Time per stage of an answer',
      labelNames: ['stage'],
      buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1, 5, 30],
      registers,
    }),
    batchSize: new Histogram({
      name: 'sightline_batch_size',
      help: 'Entries per batch given to the engine',
      buckets: [1, 2, 3, 4, 5, 6, 7, 8, 16, 32],
      registers,
    }),
    cacheHits: new Counter({
      name: 'sightline_cache_hits_total',
      help: 'Lookups answered from a cache',
      labelNames: ['cache'],
      registers,
    }),
    waiting: new Gauge({ name: 'sightline_queue_waiting', help: 'Asks waiting in the queue', registers }),
  };
}
