/** The web process: the room's page and its API, between the browser and the queue. `npm run web`. */
import { readConfig, readSecret } from '#core/config.ts';
import { createRedisBlobStore } from '#images/blob-store-redis.ts';
import { normaliseUpload } from '#images/upload.ts';
import { runProcess } from '#ops/lifecycle.ts';
import { createLogger } from '#ops/logger.ts';
import { createMetrics } from '#ops/metrics.ts';
import { consumeAnswers } from '#queue/answer-consumer.ts';
import { answered, connect, disconnect } from '#queue/connection.ts';
import { createEmbedAsker } from '#queue/embed-asker.ts';
import { fleetKey } from '#queue/fleet-key.ts';
import { createOutcomeStore } from '#queue/outcome-store.ts';
import { presentWorkers } from '#queue/presence.ts';
import { createProducer } from '#queue/producer.ts';
import { subscribeProgress } from '#queue/progress.ts';
import { redisToJoin } from '#queue/redis-server.ts';
import { createAskIds } from './ask-id.ts';
import { listen } from './listen.ts';
import { modelFacts } from './model-facts.ts';
import { parseApiKeys } from './openai/api-keys.ts';
import { isLoopbackAddress } from './origin.ts';
import type { RoomParts } from './parts.ts';
import { watchPulse } from './pulse.ts';
import { createServer } from './server.ts';

const log = createLogger('web');

await runProcess(log, async (life) => {
  const config = readConfig();
  log.level = config.logLevel;
  const url = await redisToJoin(config);

  const redis = connect(url, { role: 'producer', log });
  life.onClose('redis', () => disconnect(redis));
  const blobs = createRedisBlobStore(redis);
  const producer = createProducer({ url });
  life.onClose('producer', () => producer.close());
  const metrics = createMetrics();
  const outcomes = createOutcomeStore({ url, onStands: metrics.record });
  life.onClose('outcomes', () => outcomes.close());
  const progress = subscribeProgress(url);
  life.onClose('progress', () => progress.close());
  const answers = consumeAnswers({
    url,
    surface: 'web',
    onAnswer: async ({ requestId, outcome }) => void (await outcomes.put(requestId, outcome)),
    log,
  });
  life.onClose('answers', () => answers.close());
  const embeds = createEmbedAsker({ url });
  life.onClose('embeds', () => embeds.close());
  const pulse = await watchPulse(producer);
  life.onClose('pulse', () => pulse.close());

  const workers = () => presentWorkers(redis);
  const parts: RoomParts = {
    log,
    metrics,
    askIds: createAskIds(() => fleetKey(redis)),
    async storePicture(bytes) {
      const upload = await normaliseUpload(bytes);
      await blobs.put(upload);
      return { sha256: upload.sha256, width: upload.width, height: upload.height };
    },
    picture: blobs.get,
    ask: producer.ask,
    position: producer.position,
    cancel: producer.cancel,
    outcomes,
    progress,
    pulse: pulse.now,
    modelFacts: () => modelFacts(() => answered(redis, workers), config.model),
    embed: embeds.embed,
    workers,
  };
  const { trustProxy } = config;
  // A proxy on this machine speaks to loopback for people who come by the room's real name.
  const loopback = isLoopbackAddress(config.host) && trustProxy === undefined;
  const door = { keys: parseApiKeys(readSecret('API_KEYS')), ...config.api };
  const server = await createServer({ parts, loopback, trustProxy, door });
  life.onClose('server', () => server.close());
  // Nothing closes a server again that listens after its end.
  if (life.closing) return;
  const address = await listen(server, config);

  process.send?.({ ready: { url: address } });
  log.info({ url: address }, 'the room is open');
});
