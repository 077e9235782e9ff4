/**
 * The bot of one process, composed by hand: its gateway connections, and its share of the answers of all. Any bot process posts
 * any answer, through REST; only events come by the connection that holds their server.
 */
import type { Config } from '#core/config.ts';
import { createRedisBlobStore } from '#images/blob-store-redis.ts';
import type { Lifecycle } from '#ops/lifecycle.ts';
import type { Logger } from '#ops/logger.ts';
import { consumeAnswers } from '#queue/answer-consumer.ts';
import { createAnswerSender } from '#queue/answer-sender.ts';
import { answered, connect, disconnect } from '#queue/connection.ts';
import type { AnswerJob } from '#queue/jobs.ts';
import { createProducer } from '#queue/producer.ts';
import { subscribeProgress } from '#queue/progress.ts';
import { createSubscriber } from '#queue/subscriber.ts';
import { openStore } from '#store/store.ts';
import { createAdmission } from './admission/admission.ts';
import { createAnswerHandler } from './answers.ts';
import { onDeleted, onEdited, onPosted } from './auto-alt/events.ts';
import { createNotes } from './auto-alt/notes.ts';
import { watchTurns } from './auto-alt/turns.ts';
import { BUTTONS, FORMS } from './buttons/all.ts';
import { comeUp } from './come-up.ts';
import { COMMANDS } from './commands/all.ts';
import { registerCommands } from './commands/register.ts';
import { createRest, openRest } from './discord/rest.ts';
import { createSurroundings } from './discord/surroundings.ts';
import { createInteractionHandler } from './interactions.ts';
import { inviteLink } from './invite.ts';
import { createMemory } from './memory.ts';
import { createMentionHandler } from './mentions.ts';
import { startReport } from './minute-report.ts';
import type { BotParts } from './parts.ts';
import { patiently } from './patiently.ts';
import { createPoster } from './post/poster.ts';
import { keepClean } from './privacy/keep-clean.ts';
import { createLately } from './privacy/lately.ts';
import { onLeft } from './privacy/left.ts';
import { settingsNews } from './settings/news.ts';
import { createWaiting } from './waiting.ts';

interface OpenBot {
  readonly config: Config;
  readonly token: string;
  readonly url: string;
  /** All of them in this process; undefined where the environment says which one this is. */
  readonly shardCount?: number;
  readonly log: Logger;
  readonly life: Lifecycle;
}

export interface Bot {
  readonly name: string;
  /** Adds it to another server. */
  readonly invite: string;
  readonly guilds: number;
  readonly shards: number;
}

export async function openBot({ config, token, url, shardCount, log, life }: OpenBot): Promise<Bot> {
  const redis = connect(url, { role: 'producer', log });
  life.onClose('redis', () => disconnect(redis));
  const queue = createProducer({ url });
  life.onClose('producer', () => queue.close());
  const sender = createAnswerSender(redis);
  life.onClose('answers to come', () => sender.close());
  const progress = subscribeProgress(url);
  life.onClose('progress', () => progress.close());

  const heard = createSubscriber(url);
  life.onClose('news of settings', () => heard.close());
  const store = await openStore(config.databaseUrl, settingsNews(redis, heard));
  life.onClose('store', () => store.close());

  const { client, gateway } = await comeUp({ config, token, shardCount, log, life });
  const botId = client.user.id;
  const rest = createRest(client.rest, openRest(config.discordApi));
  const memory = createMemory(redis);
  const surroundings = createSurroundings(client);
  const now = Date.now;
  const poster = createPoster({ rest, memory, botId, log, now, surroundings });
  const waiting = createWaiting({ queue, progress, poster, log, now });
  life.onClose('waiting', () => waiting.close());
  const parts: BotParts = {
    log,
    rest,
    botId,
    surroundings,
    queue,
    blobs: createRedisBlobStore(redis),
    memory,
    admission: createAdmission(redis, now),
    settings: {
      of: (guildId, channelId, parentId) => store.settings.of(guildId ?? null, parentId ?? channelId),
    },
    answers: { send: (to, outcome) => answered(redis, () => sender.send(to, outcome)) },
    store,
    lately: createLately(redis),
    notes: createNotes(redis),
    poster,
    waiting,
    seesContent: config.discordMessageContent,
    imageOrigins: config.imageOrigins,
    discordCdn: config.discordCdn,
    now,
  };

  const report = startReport(log);
  life.onClose('report', () => report.close());
  const post = createAnswerHandler(parts);
  const onAnswer = async (job: AnswerJob) => {
    await post(job);
    report.posted(job.outcome);
  };
  const consumer = consumeAnswers({ url, surface: 'bot', onAnswer, log });
  life.onClose('answers', () => consumer.close());
  const onMention = createMentionHandler(parts);
  gateway.start({
    message: async (raw) => void (await Promise.all([onMention(raw), onPosted(parts, raw)])),
    edited: (raw) => onEdited(parts, raw),
    deleted: (raw) => onDeleted(parts, raw),
    left: (raw) => onLeft(parts, raw),
    interaction: createInteractionHandler(parts, { commands: COMMANDS, buttons: BUTTONS, forms: FORMS }),
  });
  life.onClose('gateway', () => gateway.close());
  const turns = watchTurns(parts);
  life.onClose('turns', () => turns.close());
  const clean = keepClean(parts);
  life.onClose('clean', () => clean.close());
  const registering = patiently('commands could not be registered', log, () =>
    registerCommands(parts, redis, { commands: COMMANDS, guildId: config.discordGuild }),
  );
  life.onClose('registering', () => registering.close());
  await registering.first;
  const { size: guilds } = client.guilds.cache;
  return { name: client.user.username, invite: inviteLink(botId), guilds, shards: client.ws.shards.size };
}
