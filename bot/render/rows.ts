/** The buttons under our messages. Each `custom_id` names the action, the request, and whose it is where that decides. */
import { ButtonStyle, ComponentType } from 'discord.js';
import type { Language } from '#store/settings.ts';
import { customId } from '../commands/command.ts';
import type { Row } from '../post/outgoing.ts';
import { type Key, say } from '../words.ts';

type Button = Extract<Row['components'][number], { type: ComponentType.Button; custom_id: string }>;

const button = (
  language: Language,
  label: Key,
  id: string,
  style: Button['style'] = ButtonStyle.Secondary,
): Button => ({
  type: ComponentType.Button,
  style,
  label: say(language, label),
  custom_id: id,
});
const thumb = (id: string, emoji: string): Button => ({
  type: ComponentType.Button,
  style: ButtonStyle.Secondary,
  emoji: { name: emoji },
  custom_id: id,
});
const row = (...components: Button[]): Row => ({ type: ComponentType.ActionRow, components });

interface Under {
  readonly language: Language;
  readonly requestId: string;
  readonly askerId: string;
}

export const cancelRow = (language: Language, requestId: string): Row =>
  row(button(language, 'buttons.cancel', customId('cancel', requestId)));

const remove = ({ language, requestId, askerId }: Under) =>
  button(language, 'buttons.delete', customId('delete', requestId, askerId), ButtonStyle.Danger);

/** Under an answer. `looked` is false where it shows already where the model looked. */
export function answerRows(under: Under, { looked, longer }: { looked: boolean; longer: boolean }): readonly Row[] {
  const { language, requestId } = under;
  const look = button(language, 'buttons.look', customId('look', requestId));
  const more = longer
    ? button(language, 'buttons.longer', customId('longer', requestId))
    : button(language, 'buttons.more', customId('more', requestId), ButtonStyle.Primary);
  return [
    row(
      more,
      ...(looked ? [look] : []),
      button(language, 'buttons.again', customId('again', requestId)),
      remove(under),
    ),
    row(thumb(customId('up', requestId), '👍'), thumb(customId('down', requestId), '👎')),
  ];
}

/** Under an error that may be over by now. */
export const retryRows = (under: Under): readonly Row[] => [
  row(button(under.language, 'buttons.retry', customId('again', under.requestId)), remove(under)),
];
export const removeRows = (under: Under): readonly Row[] => [row(remove(under))];
