/**
 * From a plan to an ask in the queue: is this person let in here, and then everything is remembered that its answer will need.
 * @throws SightlineError why not: `not_here`, those of admission and of the queue
 */
import type { AskRequest } from '#core/ask.ts';
import { SightlineError } from '#core/errors.ts';
import { LIMITS } from '#core/limits.ts';
import { checkedQuestion } from '#core/question.ts';
import { type EffectiveSettings, type Language, mayUse, type Use } from '#store/settings.ts';
import { type Address, writeAddress } from './address.ts';
import type { Scene } from './discord/interaction.ts';
import type { BotParts } from './parts.ts';
import type { AskPlan } from './plan.ts';

export interface Asked {
  readonly requestId: string;
  readonly plan: AskPlan;
  readonly scene: Scene;
  readonly address: Address;
}

interface Admitting extends Pick<Asked, 'requestId' | 'plan' | 'scene'> {
  readonly use: Use;
  readonly coolDownMs: number;
}

type AskingParts = Pick<BotParts, 'settings' | 'admission' | 'memory' | 'queue' | 'waiting' | 'now'>;

interface Admitted {
  /** Undefined when this very ask was let in before. */
  readonly priority: number | undefined;
  readonly settings: EffectiveSettings;
}

export async function admit(
  parts: Pick<AskingParts, 'settings' | 'admission'>,
  { requestId, plan, scene, use, coolDownMs }: Admitting,
): Promise<Admitted> {
  checkedQuestion(plan.task, plan.question);
  const { userId, guildId, channelId, parentId, roleIds } = scene;
  const settings = await parts.settings.of(guildId, channelId, parentId);
  const channelIds = parentId === undefined ? [channelId] : [channelId, parentId];
  if (!mayUse(settings, use, { roleIds, channelIds })) throw new SightlineError('not_here');
  const { limits } = settings;
  const priority = await parts.admission.enter({ requestId, userId, guildId, action: use, coolDownMs, limits });
  return { priority, settings };
}

/** What all read is in the language that was set for the place, if one was. */
export const languageHere = (settings: EffectiveSettings | undefined, own: Language): Language =>
  settings === undefined || settings.language === 'auto' ? own : settings.language;

export async function enqueue(parts: AskingParts, asked: Asked, priority: number): Promise<void> {
  const { requestId, plan, scene, address } = asked;
  const { userId, guildId, channelId, language, appPermissions } = scene;
  const visibility = address.kind === 'interaction' ? address.visibility : 'public';
  try {
    await parts.memory.putAsk(requestId, {
      plan,
      askerId: userId,
      ...(guildId === undefined ? {} : { guildId }),
      channelId,
      language,
      visibility,
      appPermissions: String(appPermissions),
    });
    // First, so that nothing a worker says is missed.
    parts.waiting.begin({ requestId, address });
    await parts.queue.ask(requestOf(asked, parts.now()), { priority });
  } catch (error) {
    parts.waiting.end(requestId);
    await parts.admission.leave({ requestId, userId, guildId }).catch(() => {});
    throw error;
  }
}

export function requestOf({ requestId, plan, address }: Omit<Asked, 'scene'>, now: number): AskRequest {
  const { task, question, captions, detail, draw, conversation } = plan;
  const [image, ...further] = plan.pictures;
  if (!image) throw new SightlineError('no_image');
  return {
    id: requestId,
    surface: 'bot',
    task,
    question: checkedQuestion(task, question),
    image,
    ...(further.length === 0 ? {} : { further }),
    ...(captions === undefined ? {} : { captions }),
    ...(detail === undefined ? {} : { detail }),
    ...(draw === undefined ? {} : { draw }),
    conversation: conversation.slice(-LIMITS.conversationTurns),
    replyTo: writeAddress(address),
    locale: address.language,
    askedAt: now,
    deadlineAt: now + LIMITS.askDeadlineMs,
  };
}
