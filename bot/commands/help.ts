/** `/help`: what the bot does and, honestly, what it cannot see here. */
import { ApplicationCommandType } from 'discord.js';
import { say } from '../words.ts';
import type { Command } from './command.ts';
import { described, named } from './describe.ts';
import { EVERYWHERE } from './policies.ts';

export const help: Command = {
  use: undefined,
  policy: { ...EVERYWHERE, defer: 'ephemeral', coolDownMs: 0 },
  data: { type: ApplicationCommandType.ChatInput, ...named('help'), ...described('help') },
  respond({ scene: { language, member, guildId } }, { botId, seesContent }) {
    const mention = `<@${botId}>`;
    const ways = [
      say(language, 'help.commands'),
      say(language, 'help.menus'),
      // Only where the bot is a member can it be mentioned.
      ...(member ? [say(language, guildId === undefined ? 'help.direct' : 'help.mention', { mention })] : []),
    ];
    const sight = member && guildId !== undefined && !seesContent ? [say(language, 'help.unseen')] : [];
    const content = [say(language, 'help.title'), ...ways, ...sight, say(language, 'help.after')].join('\n');
    return { kind: 'say', message: { content }, visibility: 'ephemeral' };
  },
};
