/** What every store does, in a file or on a server. `open` gives another process's view of the same database each time. */
import { randomUUID } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Feedback } from '#store/feedback.ts';
import type { SettingsNews } from '#store/guild-settings.ts';
import { NO_CHOICES } from '#store/people.ts';
import { DEFAULT_GUILD_SETTINGS, DEFAULT_SETTINGS } from '#store/settings.ts';
import type { Store } from '#store/store.ts';

const DAY_MS = 86_400_000;
const [GUILD, OTHER_GUILD, CHANNEL, ANN, BEN] = ['100', '200', '300', '400', '500'] as [
  string,
  string,
  string,
  string,
  string,
];

const aVote = (changes: Partial<Feedback> = {}): Feedback => ({
  userId: ANN,
  requestId: randomUUID(),
  guildId: GUILD,
  vote: 'up',
  task: 'vqa',
  question: 'What is this?',
  answer: 'a cat',
  modelId: 'fake',
  confidence: 0.5,
  givenAt: DAY_MS * 1000,
  ...changes,
});
const aPost = (messageId: string, authorId = ANN, guildId = GUILD) => ({
  ...{
    messageId,
    postId: `9${messageId}`,
    channelId: CHANNEL,
    guildId,
    authorId,
    pictures: ['7', '8'],
    postedAt: DAY_MS * 1000,
  },
});
const consents = { ...NO_CHOICES, feedback: 'yes' } as const;

/** Two processes that hear of each other's changes. */
function sharedNews(): SettingsNews {
  const listeners: ((guildId: string | undefined) => void)[] = [];
  return {
    tell(guildId) {
      for (const heard of listeners) heard(guildId);
    },
    listen: (heard) => void listeners.push(heard),
  };
}

export interface StoreFixture {
  open(news?: SettingsNews): Promise<Store>;
  close(): Promise<void>;
}

export function storeContract(create: () => Promise<StoreFixture>): void {
  let fixture: StoreFixture;
  let store: Store;
  const opened: Store[] = [];
  const open = async (news?: SettingsNews) => {
    const another = await fixture.open(news);
    opened.push(another);
    return another;
  };

  beforeEach(async () => {
    fixture = await create();
    store = await open();
  });
  afterEach(async () => {
    for (const each of opened.splice(0)) await each.close();
    await fixture.close();
  });

  describe('settings', () => {
    it('are the defaults where nothing was set, and in direct messages', async () => {
      expect(await store.settings.of(GUILD, CHANNEL)).toEqual(DEFAULT_SETTINGS);
      expect(await store.settings.of(null)).toEqual(DEFAULT_SETTINGS);
    });

    it("are the server's, unless the channel says otherwise; other servers keep theirs", async () => {
      await store.settings.setGuild(GUILD, { ...DEFAULT_GUILD_SETTINGS, language: 'de', captionLength: 'long' });
      await store.settings.setChannel(GUILD, CHANNEL, { language: 'ja', autoAlt: { on: true } });
      expect(await store.settings.of(GUILD, CHANNEL)).toMatchObject({ language: 'ja', captionLength: 'long' });
      expect(await store.settings.of(GUILD, '301')).toMatchObject({ language: 'de', autoAlt: { on: false } });
      expect(await store.settings.of(OTHER_GUILD, CHANNEL)).toEqual(DEFAULT_SETTINGS);
      const { guild, channels } = await store.settings.all(GUILD);
      expect([guild.language, [...channels]]).toEqual(['de', [[CHANNEL, { language: 'ja', autoAlt: { on: true } }]]]);
    });

    it('outlive the process', async () => {
      await store.settings.setGuild(GUILD, { ...DEFAULT_GUILD_SETTINGS, language: 'fr' });
      const next = await open();
      expect(await next.settings.of(GUILD)).toMatchObject({ language: 'fr' });
    });

    it('refuse what is out of bounds, and keep what was', async () => {
      const limits = { ...DEFAULT_GUILD_SETTINGS.limits, perUserPerMinute: 0 };
      await expect(store.settings.setGuild(GUILD, { ...DEFAULT_GUILD_SETTINGS, limits })).rejects.toThrow();
      expect(await store.settings.of(GUILD)).toEqual(DEFAULT_SETTINGS);
    });

    it('that another process changes are heard of, and a cache without news would be wrong', async () => {
      const news = sharedNews();
      const [one, two, deaf] = [await open(news), await open(news), await open()];
      for (const each of [one, two, deaf]) await each.settings.of(GUILD);
      await one.settings.setGuild(GUILD, { ...DEFAULT_GUILD_SETTINGS, language: 'es' });
      expect(await two.settings.of(GUILD)).toMatchObject({ language: 'es' });
      expect(await deaf.settings.of(GUILD)).toMatchObject({ language: 'auto' });
    });
  });

  describe('a person', () => {
    it('has chosen nothing until they do, and leaves no row when they choose nothing again', async () => {
      expect(await store.people.choices(ANN)).toEqual(NO_CHOICES);
      await store.people.choose(ANN, { noAutoAlt: true, askMe: true, feedback: 'no' });
      expect(await store.people.choices(ANN)).toEqual({ noAutoAlt: true, askMe: true, feedback: 'no' });
      expect(await store.people.choices(BEN)).toEqual(NO_CHOICES);
      await store.people.choose(ANN, NO_CHOICES);
      expect(await store.people.choices(ANN)).toEqual(NO_CHOICES);
    });

    it('permits descriptions in one server at a time, until they withdraw', async () => {
      await store.people.permit(ANN, GUILD, 1);
      await store.people.permit(ANN, GUILD, 2);
      const permits = () => Promise.all([store.people.permits(ANN, GUILD), store.people.permits(ANN, OTHER_GUILD)]);
      expect(await permits()).toEqual([true, false]);
      expect(await store.people.permits(BEN, GUILD)).toBe(false);
      await store.people.withdraw(ANN);
      expect(await permits()).toEqual([false, false]);
    });
  });

  describe('feedback', () => {
    const votesOf = async (userId: string) => (await store.privacy.exportUser(userId)).feedback;

    it('is kept only with consent, even when it is given', async () => {
      expect(await store.feedback.keep(aVote())).toBe(false);
      await store.people.choose(ANN, { ...NO_CHOICES, feedback: 'no' });
      expect(await store.feedback.keep(aVote())).toBe(false);
      await store.people.choose(BEN, consents);
      expect(await store.feedback.keep(aVote())).toBe(false);
      expect(await votesOf(ANN)).toEqual([]);
      await store.people.choose(ANN, consents);
      expect(await store.feedback.keep(aVote({ guildId: null }))).toBe(true);
      expect(await votesOf(ANN)).toHaveLength(1);
    });

    it('is one vote per answer, the last one', async () => {
      await store.people.choose(ANN, consents);
      const vote = aVote();
      await store.feedback.keep(vote);
      await store.feedback.keep({ ...vote, vote: 'down' });
      expect(await votesOf(ANN)).toEqual([{ ...vote, vote: 'down' }]);
    });

    it('goes when consent is taken back', async () => {
      await store.people.choose(ANN, consents);
      await store.feedback.keep(aVote());
      await store.people.choose(ANN, { ...NO_CHOICES, askMe: true });
      expect(await votesOf(ANN)).toEqual([]);
    });

    it('is not kept in a server that wants none', async () => {
      await store.people.choose(ANN, consents);
      const retention = { ...DEFAULT_GUILD_SETTINGS.retention, feedbackDays: 0 };
      await store.settings.setGuild(GUILD, { ...DEFAULT_GUILD_SETTINGS, retention });
      expect(await store.feedback.keep(aVote())).toBe(false);
      expect(await store.feedback.keep(aVote({ guildId: OTHER_GUILD }))).toBe(true);
    });
  });

  it('remembers which message describes which', async () => {
    await store.autoAltPosts.record(aPost('1'));
    expect(await store.autoAltPosts.of('1')).toEqual(aPost('1'));
    expect(await store.autoAltPosts.of('2')).toBeUndefined();
    await store.autoAltPosts.remove('1');
    expect(await store.autoAltPosts.of('1')).toBeUndefined();
  });

  describe('privacy', () => {
    const fill = async () => {
      for (const user of [ANN, BEN]) {
        await store.people.choose(user, { ...consents, noAutoAlt: true });
        await store.people.permit(user, GUILD, 5);
        await store.feedback.keep(aVote({ userId: user, requestId: `request-${user}` }));
        await store.autoAltPosts.record(aPost(`1${user}`, user));
      }
    };
    const nothing = (userId: string) => ({
      userId,
      choices: NO_CHOICES,
      permissions: [],
      feedback: [],
      autoAltPosts: [],
    });

    it('exports everything about one person, and nothing about another', async () => {
      await fill();
      expect(await store.privacy.exportUser(ANN)).toEqual({
        userId: ANN,
        choices: { ...consents, noAutoAlt: true },
        permissions: [{ guildId: GUILD, givenAt: 5 }],
        feedback: [aVote({ requestId: `request-${ANN}` })],
        autoAltPosts: [aPost(`1${ANN}`)],
      });
      expect(JSON.stringify(await store.privacy.exportUser(ANN))).not.toContain(BEN);
    });

    it('deletes everything about one person, and nothing about another', async () => {
      await fill();
      const ben = await store.privacy.exportUser(BEN);
      await store.privacy.deleteUser(ANN);
      expect(await store.privacy.exportUser(ANN)).toEqual(nothing(ANN));
      expect(await store.privacy.exportUser(BEN)).toEqual(ben);
    });

    it('leaves the opt-outs where that is wished', async () => {
      await fill();
      await store.privacy.deleteUser(ANN, { keepChoices: true });
      const choices = { ...consents, noAutoAlt: true };
      expect(await store.privacy.exportUser(ANN)).toEqual({ ...nothing(ANN), choices });
    });

    it('deletes what a server leaves behind, and not what people chose for themselves', async () => {
      await fill();
      await store.settings.setGuild(GUILD, { ...DEFAULT_GUILD_SETTINGS, language: 'es' });
      await store.settings.setChannel(GUILD, CHANNEL, { answers: false });
      await store.autoAltPosts.record(aPost('2', ANN, OTHER_GUILD));
      await store.privacy.deleteGuild(GUILD);
      expect(await store.settings.of(GUILD, CHANNEL)).toEqual(DEFAULT_SETTINGS);
      expect(await store.privacy.exportUser(ANN)).toEqual({
        ...nothing(ANN),
        choices: { ...consents, noAutoAlt: true },
        autoAltPosts: [aPost('2', ANN, OTHER_GUILD)],
      });
    });

    it('deletes what is older than its server keeps it', async () => {
      await store.people.choose(ANN, consents);
      const retention = { feedbackDays: 2, autoAltDays: 1 };
      await store.settings.setGuild(GUILD, { ...DEFAULT_GUILD_SETTINGS, retention });
      for (const guildId of [GUILD, OTHER_GUILD]) {
        await store.feedback.keep(aVote({ requestId: `request-${guildId}`, guildId }));
        await store.autoAltPosts.record(aPost(guildId, ANN, guildId));
      }
      const left = async (days: number) => {
        const deleted = await store.privacy.deleteOld(DAY_MS * (1000 + days));
        const { feedback, autoAltPosts } = await store.privacy.exportUser(ANN);
        return [deleted, feedback.map(({ guildId }) => guildId), autoAltPosts.map(({ guildId }) => guildId)];
      };
      const both = [GUILD, OTHER_GUILD];
      expect(await left(0.9)).toEqual([0, both, both]);
      expect(await left(1)).toEqual([1, both, [OTHER_GUILD]]);
      expect(await left(2)).toEqual([1, [OTHER_GUILD], [OTHER_GUILD]]);
      expect(await left(30)).toEqual([1, [OTHER_GUILD], []]);
      expect(await left(90)).toEqual([1, [], []]);
    });
  });
}
