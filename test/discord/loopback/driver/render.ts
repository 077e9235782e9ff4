/** Prints a channel as one person sees it: who said what, pictures with their alt text, embeds, buttons, and what only they see. */
import {
  type APIEmbed,
  type APIMessageTopLevelComponent,
  ButtonStyle,
  ComponentType,
  InteractionType,
  MessageFlags,
  MessageReferenceType,
  PermissionFlagsBits as P,
} from 'discord-api-types/v10';
import { isFailed } from '../world/interactions.ts';
import { may } from '../world/permissions.ts';
import type { AttachmentRecord, ChannelRecord, MessageRecord, UserRecord } from '../world/records.ts';
import type { World } from '../world/world.ts';

type Component = Record<string, unknown> & { type: number };

const listOf = (value: unknown): Component[] => (Array.isArray(value) ? (value as Component[]) : []);
const quoted = (text: string): string => (text.length > 60 ? `"${text.slice(0, 60)}…"` : `"${text}"`);

/** Markup as the client shows it: names instead of ids. */
export function shown(world: World, text: string): string {
  const guildRoles = [...world.guilds.values()].flatMap(({ roles }) => [...roles.values()]);
  return text
    .replaceAll(/<@!?(\d+)>/g, (whole, id: string) => (world.users.has(id) ? `@${world.users.get(id)?.name}` : whole))
    .replaceAll(/<@&(\d+)>/g, (whole, id: string) => {
      const role = guildRoles.find((one) => one.id === id);
      return role ? `@${role.name}` : whole;
    })
    .replaceAll(/<#(\d+)>/g, (whole, id: string) =>
      world.channels.has(id) ? `#${world.channels.get(id)?.name}` : whole,
    )
    .replaceAll(/<\/([^:]+):\d+>/g, '/$1')
    .replaceAll(/<a?(:\w+:)\d+>/g, '$1');
}

function fileLine({ name, width, height, description }: AttachmentRecord): string {
  const size = width === null ? '' : ` ${width}×${height}`;
  return `(file ${name}${size}${description === null ? ', no alt text' : `, alt ${JSON.stringify(description)}`})`;
}

function mediaLine(files: readonly AttachmentRecord[], url: string | undefined, description?: string | null): string {
  const file = files.find(({ name, path }) => url === `attachment://${name}` || url?.includes(path));
  if (file) return fileLine(description ? { ...file, description } : file);
  return `(picture ${url}${description ? `, alt ${JSON.stringify(description)}` : ''})`;
}

function embedLines(world: World, embed: APIEmbed, files: readonly AttachmentRecord[]): string[] {
  const lines = [
    ...(embed.author ? [embed.author.name] : []),
    ...(embed.title ? [`**${embed.title}**`] : []),
    ...(embed.description ? shown(world, embed.description).split('\n') : []),
    ...(embed.fields ?? []).flatMap(({ name, value }) => `${name}: ${value}`.split('\n')),
    ...(embed.image ? [mediaLine(files, embed.image.url)] : []),
    ...(embed.thumbnail ? [mediaLine(files, embed.thumbnail.url)] : []),
    ...(embed.footer ? [embed.footer.text] : []),
  ];
  return lines.map((line) => `▌ ${line}`);
}

function buttonText(button: Component): string {
  const emoji = (button.emoji as { name?: string } | undefined)?.name;
  const label = [emoji, button.label].filter((part) => part !== undefined && part !== '').join(' ');
  const link = button.style === ButtonStyle.Link ? ` → ${String(button.url)}` : '';
  return button.disabled === true ? `[${label} (off)]` : `[${label}${link}]`;
}

function selectText(select: Component): string {
  const options = listOf(select.options).map(({ label, default: chosen }) => `${String(label)}${chosen ? ' ✓' : ''}`);
  const choices = options.length > 0 ? `: ${options.join(' | ')}` : '';
  return `[▾ ${String(select.placeholder ?? 'Make a selection')}${choices}]${select.disabled === true ? ' (off)' : ''}`;
}

function componentLines(world: World, component: Component, files: readonly AttachmentRecord[]): string[] {
  const inner = (list: unknown) => listOf(list).flatMap((one) => componentLines(world, one, files));
  switch (component.type) {
    case ComponentType.ActionRow:
      return [inner(component.components).join(' ')];
    case ComponentType.Button:
      return [buttonText(component)];
    case ComponentType.TextDisplay:
      return shown(world, String(component.content)).split('\n');
    case ComponentType.Section:
      return [...inner(component.components), ...inner([component.accessory])];
    case ComponentType.Thumbnail:
    case ComponentType.File: {
      const media = (component.media ?? component.file) as { url?: string } | undefined;
      return [mediaLine(files, media?.url, component.description as string | null)];
    }
    case ComponentType.MediaGallery:
      return listOf(component.items).map(({ media, description }) =>
        mediaLine(files, (media as { url?: string }).url, description as string | null),
      );
    case ComponentType.Separator:
      return ['———'];
    case ComponentType.Container:
      return inner(component.components).map((line) => `▌ ${line}`);
    default:
      return [selectText(component)];
  }
}

function bodyLines(
  world: World,
  part: {
    content: string;
    embeds: readonly APIEmbed[];
    attachments: readonly AttachmentRecord[];
    components: readonly APIMessageTopLevelComponent[];
    stickers: MessageRecord['stickers'];
    flags: number;
  },
): string[] {
  const json = JSON.stringify([part.embeds, part.components]);
  const inside = ({ name, path }: AttachmentRecord) => json.includes(`attachment://${name}`) || json.includes(path);
  const embeds = part.flags & MessageFlags.SuppressEmbeds ? [] : part.embeds;
  return [
    ...(part.content === '' ? [] : shown(world, part.content).split('\n')),
    ...part.stickers.map(({ name }) => `(sticker ${name})`),
    ...part.attachments.filter((file) => !inside(file)).map(fileLine),
    ...embeds.flatMap((embed) => embedLines(world, embed, part.attachments)),
    ...part.components.flatMap((component) =>
      componentLines(world, component as unknown as Component, part.attachments),
    ),
  ];
}

function marks(world: World, message: MessageRecord): string[] {
  const { reference } = message;
  const original = reference && world.messages.get(reference.channelId)?.get(reference.messageId);
  const interaction = message.interactionId === null ? undefined : world.interactions.get(message.interactionId);
  const names = (id: string) => world.users.get(id)?.name ?? 'someone';
  const quotes = original
    ? `${names(original.authorId)}: ${quoted(shown(world, original.content))}`
    : 'a deleted message';
  return [
    ...(interaction?.type === InteractionType.ApplicationCommand && interaction.originalId === message.id
      ? [`${names(interaction.userId)} used ${interaction.commandName}`]
      : []),
    ...(reference?.type === MessageReferenceType.Default
      ? [original?.deleted ? 'reply to a deleted message' : `reply to ${quotes}`]
      : []),
    ...(reference?.type === MessageReferenceType.Forward ? ['forwarded'] : []),
    ...(message.ephemeralTo === null ? [] : [`only ${names(message.ephemeralTo)} sees this`]),
    ...(message.flags & MessageFlags.SuppressNotifications ? ['silent'] : []),
    ...(message.editedMs === null ? [] : ['edited']),
  ];
}

export function renderMessage(world: World, message: MessageRecord): string {
  const author = world.users.get(message.authorId);
  const notes = marks(world, message);
  const head = `${author?.name}${author?.bot ? ' [app]' : ''}${notes.length > 0 ? ` (${notes.join('; ')})` : ''}:`;
  const thinking = message.flags & MessageFlags.Loading ? [`${author?.name} is thinking…`] : [];
  const reactions = message.reactions.map(({ emoji, userIds }) => `${emoji.name} ${userIds.size}`);
  const lines = [
    ...thinking,
    ...bodyLines(world, message),
    ...message.snapshots.flatMap((snapshot) => bodyLines(world, snapshot).map((line) => `» ${line}`)),
    ...(reactions.length > 0 ? [reactions.join('  ')] : []),
  ];
  return [head, ...lines.map((line) => `  ${line}`)].join('\n');
}

/** The messages on this person's screen, oldest first. */
export function visibleTo(world: World, channel: ChannelRecord, person: UserRecord): MessageRecord[] {
  if (!may(world, channel, person.id, P.ViewChannel)) return [];
  return [...(world.messages.get(channel.id)?.values() ?? [])].filter(
    ({ deleted, ephemeralTo }) => !deleted && (ephemeralTo === null || ephemeralTo === person.id),
  );
}

export function renderChannel(world: World, channel: ChannelRecord, person: UserRecord): string {
  const failed = [...world.interactions.values()].filter(
    (one) => one.userId === person.id && one.channelId === channel.id && isFailed(world, one),
  );
  return [
    ...visibleTo(world, channel, person).map((message) => renderMessage(world, message)),
    ...failed.map(({ commandName }) => `${commandName ?? 'This interaction'}: The application did not respond`),
  ].join('\n');
}
