/** A direct message to whoever asked; undefined when they take none or share no server with the bot any more. */
import { Routes } from 'discord.js';
import { z } from 'zod';
import type { Address } from '../address.ts';
import { refusalOf } from '../discord/rest.ts';
import { type Placed, postOnce } from './channel-message.ts';
import type { Outgoing } from './outgoing.ts';
import type { PosterParts } from './poster.ts';

const Channel = z.object({ id: z.string() });

export async function postToPerson(
  parts: PosterParts,
  { askerId }: Address,
  { requestId, message, askedId }: { readonly requestId: string; readonly message: Outgoing; readonly askedId: string },
): Promise<Placed | undefined> {
  try {
    const channel = await parts.rest.post(Routes.userChannels(), { body: { recipient_id: askerId } });
    return await postOnce(parts, {
      requestId,
      channelId: Channel.parse(channel).id,
      message,
      askedId,
      triedAt: parts.now(),
    });
  } catch (error) {
    if (refusalOf(error) === undefined) throw error;
    return undefined;
  }
}
