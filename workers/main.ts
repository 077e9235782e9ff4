/** The worker process: asks out of the queue, through the model, answers into the queue. `npm run worker`. */
import { readConfig } from '#core/config.ts';
import { factsOf } from '#core/model-facts.ts';
import { createRedisBlobStore } from '#images/blob-store-redis.ts';
import { createPictureFetcher } from '#images/fetch/fetcher.ts';
import { createKnownPictures } from '#images/known-pictures.ts';
import { answererOf, openModels } from '#inference/open-models.ts';
import { runProcess } from '#ops/lifecycle.ts';
import { createLogger } from '#ops/logger.ts';
import { consumeAsks } from '#queue/ask-consumer.ts';
import { connect, disconnect } from '#queue/connection.ts';
import { consumeEmbeds } from '#queue/embed-consumer.ts';
import { announceWorker } from '#queue/presence.ts';
import { redisToJoin } from '#queue/redis-server.ts';
import { handleAsk } from './ask/handle-ask.ts';
import { picturesFrom } from './ask/pictures.ts';
import { handleEmbed } from './handle-embed.ts';
import { startReport } from './minute-report.ts';

const log = createLogger('worker');

await runProcess(log, async (life) => {
  const config = readConfig();
  log.level = config.logLevel;
  const url = await redisToJoin(config);

  const redis = connect(url, { role: 'worker', log });
  life.onClose('redis', () => disconnect(redis));
  const models = await openModels(config);
  const report = startReport(log);
  life.onClose('report', () => report.close());
  const answerer = answererOf(models, { batchSize: config.batchSize, onBatch: report.batch });
  life.onClose('answerer', () => answerer.close());
  const fetcher = createPictureFetcher(config);
  life.onClose('fetcher', () => fetcher.close());
  const blobs = createRedisBlobStore(redis);
  const open = picturesFrom({ blobs, known: createKnownPictures(redis), fetcher });
  // Captions are compared with pictures by the same vectors that programs ask for.
  const comparing = models.engineFor('rank');
  if (life.closing) return;
  const consumer = consumeAsks({
    url,
    concurrency: 2 * Math.max(...models.all.map(({ atOnce }) => atOnce ?? config.batchSize)),
    handle: handleAsk({ answerer, card: comparing.card, open, blobs }),
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

  const embeds = consumeEmbeds({ url, handle: handleEmbed({ engine: comparing, open }), log });
  life.onClose('embeds', () => embeds.close());
  await Promise.all([consumer.ready, embeds.ready]);
  for (const { card, device } of models.all) {
    if (device.warning !== undefined) log.warn({ model: card.id, device }, device.warning);
    if (models.all.length > 1) log.info({ model: card.id, revision: card.revision, device }, 'a model is loaded');
  }
  const { main } = models;
  const served = [main, ...models.all.filter((engine) => engine !== main)];
  const presence = await announceWorker(
    redis,
    served.map(({ card, device }) => ({ ...factsOf(card), device })),
  );
  life.onClose('presence', () => presence.close());
  const { card, device } = main;
  process.send?.({ ready: { model: { id: card.id, revision: card.revision, accuracy: card.accuracy }, device } });
  log.info({ model: card.id, revision: card.revision, device }, 'ready for questions');
});
