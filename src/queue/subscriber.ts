/**
 * One connection that listens to many channels. ioredis subscribes anew after a reconnect; what was published meanwhile
 * is lost, so `onReconnect` lets a listener look for what it missed.
 */
import type { Redis } from 'ioredis';
import { connect, disconnect } from './connection.ts';

type Heard = (message: string) => void;

export interface Subscriber {
  /** `subscribed` settles when Redis has confirmed; from then on nothing published is missed while connected. */
  listen(channel: string, heard: Heard): { readonly subscribed: Promise<void>; stop(): void };
  onReconnect(missed: () => void): void;
  close(): Promise<void>;
}

export function createSubscriber(url: string): Subscriber {
  const redis: Redis = connect(url, { role: 'subscriber' });
  const channels = new Map<string, { readonly heard: Set<Heard>; readonly subscribed: Promise<void> }>();
  redis.on('message', (channel: string, message: string) => {
    for (const heard of channels.get(channel)?.heard ?? []) heard(message);
  });

  const open = (channel: string) => {
    // Rejects only when the subscriber is closed: then nobody waits for it any more.
    const subscribed = redis.subscribe(channel).then(
      () => {},
      () => {},
    );
    const entry = { heard: new Set<Heard>(), subscribed };
    channels.set(channel, entry);
    return entry;
  };

  return {
    listen(channel, heard) {
      // A wrapper, so that one function listening twice stops once at a time.
      const mine: Heard = (message) => heard(message);
      const entry = channels.get(channel) ?? open(channel);
      entry.heard.add(mine);
      return {
        subscribed: entry.subscribed,
        stop() {
          entry.heard.delete(mine);
          if (entry.heard.size > 0 || channels.get(channel) !== entry) return;
          channels.delete(channel);
          redis.unsubscribe(channel).catch(() => {});
        },
      };
    },
    onReconnect(missed) {
      let first = redis.status !== 'ready';
      redis.on('ready', () => {
        if (!first) missed();
        first = false;
      });
    },
    close: () => disconnect(redis),
  };
}
