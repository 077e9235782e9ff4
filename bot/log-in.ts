/**
 * Comes up on the gateway: resolves when every connection of this process is ready.
 * @throws SightlineError `discord_token_refused`, `discord_intents_refused`, `discord_unreachable`
 */
import { type Client, DiscordjsError, DiscordjsErrorCodes, Events, GatewayCloseCodes } from 'discord.js';
import { SightlineError } from '#core/errors.ts';

export async function logIn(client: Client, token: string | undefined): Promise<Client<true>> {
  const ready = Promise.withResolvers<Client<true>>();
  client.once(Events.ClientReady, ready.resolve);
  const refused = ({ code }: { readonly code: number }) => ready.reject(closed(code));
  client.on(Events.ShardDisconnect, refused);
  client.login(token).catch((error: unknown) => ready.reject(asReason(error)));
  try {
    return await ready.promise;
  } finally {
    client.off(Events.ShardDisconnect, refused);
  }
}

/** topics/opcodes-and-status-codes#gateway: those after which one may not come back. */
function closed(code: number): SightlineError {
  if (code === GatewayCloseCodes.AuthenticationFailed) return new SightlineError('discord_token_refused');
  if (code === GatewayCloseCodes.DisallowedIntents) return new SightlineError('discord_intents_refused');
  return new SightlineError('discord_unreachable', { detail: `the gateway closed with ${code}` });
}

function asReason(cause: unknown): SightlineError {
  const refused = cause instanceof DiscordjsError && cause.code === DiscordjsErrorCodes.TokenInvalid;
  // Not as a cause: it is told to people, and its stack says nothing more.
  if (refused) return new SightlineError('discord_token_refused');
  const intents = cause instanceof Error && /disallowed intents/i.test(cause.message);
  if (intents) return new SightlineError('discord_intents_refused');
  return new SightlineError('discord_unreachable', {
    detail: cause instanceof Error ? cause.message : 'no answer',
    cause,
  });
}
