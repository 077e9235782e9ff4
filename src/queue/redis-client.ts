/**
 * ioredis, able to end at any time. Between two attempts to reconnect it has no socket to close, and `disconnect` neither
 * says `end` nor fails what waits in its queue; a BullMQ worker that closes then waits for ever.
 */
import { Redis, type RedisOptions } from 'ioredis';

export class RedisClient extends Redis {
  override disconnect(reconnect = false): void {
    // An attempt that is cut short ends in the orderly way.
    if (this.status === 'reconnecting' && !reconnect) this.connect().catch(() => {});
    super.disconnect(reconnect);
  }

  /** BullMQ makes its blocking connection this way. */
  override duplicate(changes?: Partial<RedisOptions>): Redis {
    return new RedisClient({ ...this.options, ...changes });
  }
}
