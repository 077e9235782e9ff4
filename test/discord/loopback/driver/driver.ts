/** Sets the scene: servers, channels, roles, people, emoji; and what happens to them. */
import { type APIEmbed, type APIEmbedImage, type APIRole, ChannelType } from 'discord-api-types/v10';
import { directWith } from '../rest/routes/channels.ts';
import {
  addChannel,
  addGuild,
  addMember,
  addRole,
  removeChannel,
  removeMember,
  setOverwrites,
  setRoles,
} from '../world/guilds.ts';
import type {
  ChannelRecord,
  EmojiRecord,
  GuildRecord,
  MessageRecord,
  OverwriteRecord,
  StickerRecord,
} from '../world/records.ts';
import { openThread, setThread } from '../world/threads.ts';
import type { World } from '../world/world.ts';
import { createPerson, type Person } from './person.ts';
import { hostElsewhere, unfurl } from './person-messages.ts';
import { renderChannel, renderMessage } from './render.ts';

export interface PersonDraft {
  readonly name: string;
  readonly locale?: string;
  readonly guilds?: readonly GuildRecord[];
  /** On top of what everyone has, by a role of their own. */
  readonly permissions?: bigint;
  /** Installed the app for themselves. */
  readonly installed?: boolean;
  readonly acceptsDms?: boolean;
}

export interface GuildDraft {
  readonly name: string;
  readonly locale?: string;
  /** Whether the bot is a member; else only people's own installations work there. */
  readonly withBot?: boolean;
  /** Of the bot's own role, on top of what everyone has. */
  readonly botPermissions?: bigint;
}

export interface Driver {
  createGuild(draft: GuildDraft): GuildRecord;
  createChannel(guild: GuildRecord, name: string, overwrites?: OverwriteRecord[]): ChannelRecord;
  createThread(parent: ChannelRecord, name: string, from?: MessageRecord): ChannelRecord;
  createRole(guild: GuildRecord, name: string, permissions?: bigint, mentionable?: boolean): APIRole;
  createPerson(draft: PersonDraft): Person;
  createEmoji(guild: GuildRecord, draft: Omit<EmojiRecord, 'id'>): EmojiRecord;
  createSticker(guild: GuildRecord, draft: Omit<StickerRecord, 'id'>): StickerRecord;
  /** The DM of a person with the bot. */
  direct(person: Person): ChannelRecord;
  /** A DM of people without the bot: only user-installed commands reach it. */
  privateChannel(people: readonly Person[]): ChannelRecord;
  join(guild: GuildRecord, person: Person): void;
  leave(guild: GuildRecord, person: Person): void;
  removeBot(guild: GuildRecord): void;
  addBot(guild: GuildRecord): void;
  setBotPermissions(guild: GuildRecord, permissions: bigint): void;
  setOverwrites(channel: ChannelRecord, overwrites: OverwriteRecord[]): void;
  deleteChannel(channel: ChannelRecord): void;
  archive(thread: ChannelRecord, locked?: boolean): void;
  unarchive(thread: ChannelRecord): void;
  unfurl(message: MessageRecord, embed: Omit<APIEmbed, 'type'>): void;
  /** A picture on another site (served by the loopback): what goes into `unfurl`'s `image` or `thumbnail`. */
  hostElsewhere(name: string, bytes: Buffer): Promise<APIEmbedImage>;
  /** Live messages of a channel, ephemeral ones too. */
  messages(channel: ChannelRecord): MessageRecord[];
  render(message: MessageRecord): string;
  screen(channel: ChannelRecord, person: Person): string;
}

export function createDriver(world: World): Driver {
  function createUser({ name, locale = 'en-US', acceptsDms = true, installed = false }: PersonDraft) {
    const user = { id: world.nextId(), name, bot: false, locale, acceptsDms, installed };
    world.users.set(user.id, user);
    return user;
  }

  function joinBot(guild: GuildRecord, permissions: bigint): void {
    const role = addRole(world, guild, world.application.name, permissions);
    addMember(world, guild, world.bot.id, [role.id]);
  }

  function privateWith(ids: readonly string[]): ChannelRecord {
    const type = ids.length > 2 ? ChannelType.GroupDM : ChannelType.DM;
    const base = { guildId: null, name: '', parentId: null, overwrites: [], thread: null, lastMessageId: null };
    const channel: ChannelRecord = { ...base, id: world.nextId(), type, recipientIds: ids };
    world.channels.set(channel.id, channel);
    return channel;
  }

  return {
    createGuild({ name, locale = 'en-US', withBot = true, botPermissions = 0n }) {
      const owner = createUser({ name: `Owner of ${name}` });
      const guild = addGuild(world, { name, ownerId: owner.id, locale });
      if (withBot) joinBot(guild, botPermissions);
      return guild;
    },
    createChannel: (guild, name, overwrites = []) => addChannel(world, guild, name, overwrites),
    createThread: (parent, name, from) => {
      const owner = world.guilds.get(parent.guildId ?? '')?.ownerId ?? '';
      return openThread(world, parent, { name, ownerId: owner, ...(from ? { messageId: from.id } : {}) });
    },
    createRole: (guild, name, permissions = 0n, mentionable = false) =>
      addRole(world, guild, name, permissions, mentionable),
    createPerson(draft) {
      const user = createUser(draft);
      for (const guild of draft.guilds ?? []) {
        const roles = draft.permissions ? [addRole(world, guild, `${draft.name}'s role`, draft.permissions).id] : [];
        addMember(world, guild, user.id, roles);
      }
      return createPerson(world, user);
    },
    createEmoji(guild, draft) {
      const emoji = { ...draft, id: world.nextId() };
      guild.emojis.set(emoji.id, emoji);
      return emoji;
    },
    createSticker(guild, draft) {
      const sticker = { ...draft, id: world.nextId() };
      guild.stickers.set(sticker.id, sticker);
      return sticker;
    },
    direct: (person) => directWith(world, person.id),
    privateChannel: (people) => privateWith(people.map(({ id }) => id)),
    join: (guild, person) => addMember(world, guild, person.id),
    leave: (guild, person) => removeMember(world, guild, person.id),
    removeBot: (guild) => removeMember(world, guild, world.bot.id),
    addBot: (guild) => joinBot(guild, 0n),
    setBotPermissions(guild, permissions) {
      setRoles(world, guild, world.bot.id, [addRole(world, guild, 'changed', permissions).id]);
    },
    setOverwrites: (channel, overwrites) => setOverwrites(world, channel, overwrites),
    deleteChannel: (channel) => removeChannel(world, channel),
    archive: (thread, locked = false) => setThread(world, thread, { archived: true, locked }),
    unarchive: (thread) => setThread(world, thread, { archived: false, locked: false }),
    unfurl: (message, embed) => unfurl(world, message, embed),
    hostElsewhere: async (name, bytes) => await hostElsewhere(world, name, bytes),
    messages: (channel) => [...(world.messages.get(channel.id)?.values() ?? [])].filter(({ deleted }) => !deleted),
    render: (message) => renderMessage(world, message),
    screen: (channel, person) => renderChannel(world, channel, person.user),
  };
}
