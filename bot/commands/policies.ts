/** Policies that several commands share. */
import { ApplicationIntegrationType, InteractionContextType } from 'discord.js';
import type { Policy } from './command.ts';

/** In servers and out of them, whether the server has the bot or only the person. */
export const EVERYWHERE = {
  contexts: [InteractionContextType.Guild, InteractionContextType.BotDM, InteractionContextType.PrivateChannel],
  installs: [ApplicationIntegrationType.GuildInstall, ApplicationIntegrationType.UserInstall],
  permissions: null,
} as const satisfies Partial<Policy>;

/** Faster than this nobody reads an answer; it keeps a held-down key out of the queue. */
export const ASK_COOL_DOWN_MS = 1_000;

export const ASKING: Policy = { ...EVERYWHERE, defer: 'public', coolDownMs: ASK_COOL_DOWN_MS };
/** For what is of use to one person, such as alt text to copy. */
export const ASKING_QUIETLY: Policy = { ...ASKING, defer: 'ephemeral' };
