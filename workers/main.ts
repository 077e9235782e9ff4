/** The worker process: asks out of the queue, through the model, answers into the queue. `npm run worker`. */
import { readConfig } from '#core/config.ts';
import { createRedisBlobStore } from '#images/blob-store-redis.ts';
import { answererOf, openModels } from '#inference/open-models.ts';
import { runProcess } from '#ops/lifecycle.ts';
import { createLogger } from '#ops/logger.ts';
import { consumeAsks } from '#queue/ask-consumer.ts';
import { connect, disconnect } from '#queue/connection.ts';
import { announceWorker } from '#queue/presence.ts';
import { redisToJoin } from '#queue/redis-server.ts';
import { handleAsk } from './handle-ask.ts';
import { startReport } from './minute-report.ts';

const log = createLogger('worker');

await runProcess(log, async (life) => {
  const config = readConfig();
  log.level = config.logLevel;
  const url = await redisToJoin(config);

  const redis = connect(url, { role: 'worker', onError: (error) => log.warn({ error }, 'Redis') });
  life.onClose('redis', () => disconnect(redis));
  const models = await openModels(config);
  const report = startReport(log);
  life.onClose('report', () => report.close());
  const answerer = answererOf(models, { batchSize: config.batchSize, onBatch: report.batch });
  life.onClose('answerer', () => answerer.close());
  if (life.closing) return;
  const consumer = consumeAsks({
    url,
    concurrency: 2 * config.batchSize,
    handle: handleAsk({ answerer, blobs: createRedisBlobStore(redis) }),
    onOutcome: report.outcome,
    log,
  });
  life.onClose('consumer', () => consumer.close());

  // Nothing can be answered without the engine: end, and let whoever started us start a whole one.
  void models.broken.then((error) => {
    log.error({ error }, 'the engine died');
    process.exitCode = 1;
    return life.close();
  });

  await consumer.ready;
  for (const { card, device } of models.all) {
    if (device.warning !== undefined) log.warn({ model: card.id, device }, device.warning);
    if (models.all.length > 1) log.info({ model: card.id, revision: card.revision, device }, 'a model is loaded');
  }
  const { main } = models;
  const served = [main, ...models.all.filter((engine) => engine !== main)];
  const presence = await announceWorker(
    redis,
    served.map(({ card: { id, revision, description, license, limits, accuracy }, device }) => ({
      id,
      revision,
      description,
      license,
      limits: [...limits],
      accuracy,
      device,
    })),
  );
  life.onClose('presence', () => presence.close());
  const { card, device } = main;
  process.send?.({ ready: { model: { id: card.id, revision: card.revision, accuracy: card.accuracy }, device } });
  log.info({ model: card.id, revision: card.revision, device }, 'ready for questions');
});
