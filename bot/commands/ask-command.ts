/** A command that asks the model: its plan is a pure function of what was given and what is set here. */
import type { EffectiveSettings } from '#store/settings.ts';
import type { CommandInput } from '../discord/interaction.ts';
import type { Places } from '../pictures/find.ts';
import type { AskPlan } from '../plan.ts';
import type { Command } from './command.ts';

export interface AskCommand extends Omit<Command, 'respond'> {
  /** @throws SightlineError what the person reads instead of an answer */
  readonly plan: (input: CommandInput, settings: EffectiveSettings, places: Places) => AskPlan;
}

export const askCommand = ({ plan, ...command }: AskCommand): Command & Pick<AskCommand, 'plan'> => ({
  ...command,
  plan,
  async respond(input, parts) {
    const { guildId, channelId, parentId } = input.scene;
    return { kind: 'ask', plan: plan(input, await parts.settings.of(guildId, channelId, parentId), parts) };
  },
});
