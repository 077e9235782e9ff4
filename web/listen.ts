/**
 * Opens the server's address. Returns it as a person can open it in a browser.
 * @throws SightlineError `address_in_use`
 */
import type { FastifyInstance } from 'fastify';
import { SightlineError } from '#core/errors.ts';

export async function listen(server: FastifyInstance, { host, port }: { host: string; port: number }): Promise<string> {
  try {
    await server.listen({ host, port });
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EADDRINUSE')) throw error;
    // Without its cause: the sentence says it all, and a cause would be logged with its stack.
    throw new SightlineError('address_in_use', { detail: `${host}:${port}` });
  }
  const address = server.server.address();
  const opened = typeof address === 'object' && address ? address.port : port;
  // "Everywhere" is no address to open.
  const name = host === '0.0.0.0' || host === '::' ? 'localhost' : host;
  return `http://${name.includes(':') ? `[${name}]` : name}:${opened}`;
}
