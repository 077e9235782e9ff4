/** The worker process: asks out of the queue, through the model, answers into the queue. `npm run worker`. */
import { readConfig } from '#core/config.ts';
import { createRedisBlobStore } from '#images/blob-store-redis.ts';
import { createPictureFetcher } from '#images/fetch/fetcher.ts';
import { createKnownPictures } from '#images/known-pictures.ts';
import { createAnswerer } from '#inference/answerer.ts';
import { openEngine } from '#inference/open-engine.ts';
import { runProcess } from '#ops/lifecycle.ts';
import { createLogger } from '#ops/logger.ts';
import { consumeAsks } from '#queue/ask-consumer.ts';
import { connect, disconnect } from '#queue/connection.ts';
import { redisToJoin } from '#queue/redis-server.ts';
import { handleAsk } from './ask/handle-ask.ts';
import { picturesFrom } from './ask/pictures.ts';
import { startReport } from './minute-report.ts';

const log = createLogger('worker');

await runProcess(log, async (life) => {
  const config = readConfig();
  log.level = config.logLevel;
  const url = await redisToJoin(config);

  const redis = connect(url, { role: 'worker', log });
  life.onClose('redis', () => disconnect(redis));
  const { engine, broken } = await openEngine(config);
  const report = startReport(log);
  life.onClose('report', () => report.close());
  const answerer = createAnswerer({ engine, ...config, onBatch: report.batch });
  life.onClose('answerer', () => answerer.close());
  const fetcher = createPictureFetcher(config);
  life.onClose('fetcher', () => fetcher.close());
  const blobs = createRedisBlobStore(redis);
  const open = picturesFrom({ blobs, known: createKnownPictures(redis), fetcher });
  if (life.closing) return;
  const consumer = consumeAsks({
    url,
    concurrency: 2 * config.batchSize,
    handle: handleAsk({ answerer, card: engine.card, open, blobs }),
    onOutcome: report.outcome,
    log,
  });
  life.onClose('consumer', () => consumer.close());

  // Nothing can be answered without the engine: end, and let whoever started us start a whole one.
  void broken?.then((error) => {
    log.error({ error }, 'the engine died');
    process.exitCode = 1;
    return life.close();
  });

  await consumer.ready;
  const { card, device } = engine;
  process.send?.({ ready: { model: { id: card.id, revision: card.revision, accuracy: card.accuracy }, device } });
  log.info({ model: card.id, revision: card.revision, device }, 'ready for questions');
});
