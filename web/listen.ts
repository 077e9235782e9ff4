/**
 * Opens the server's address. Returns it as a person can open it in a browser.
 * @throws SightlineError `address_in_use`, `bad_configuration` where the address is none of this machine's
 */
import type { FastifyInstance } from 'fastify';
import { SightlineError } from '#core/errors.ts';

export async function listen(server: FastifyInstance, { host, port }: { host: string; port: number }): Promise<string> {
  try {
    await server.listen({ host, port });
  } catch (error) {
    throw inWords(error, host, port);
  }
  const address = server.server.address();
  const opened = typeof address === 'object' && address ? address.port : port;
  // "Everywhere" is no address to open.
  const name = host === '0.0.0.0' || host === '::' ? 'localhost' : host;
  return `http://${name.includes(':') ? `[${name}]` : name}:${opened}`;
}

/** Without its cause: the sentence says it all, and a cause would be logged with its stack. */
function inWords(error: unknown, host: string, port: number): unknown {
  switch (error instanceof Error && 'code' in error ? error.code : undefined) {
    case 'EADDRINUSE':
      return new SightlineError('address_in_use', { detail: `${host}:${port}` });
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
    case 'EAI_FAIL':
      return new SightlineError('bad_configuration', { detail: `HOST: ${host} is a name that leads nowhere` });
    case 'EADDRNOTAVAIL':
    case 'EINVAL':
      return new SightlineError('bad_configuration', { detail: `HOST: ${host} is no address of this machine` });
    case 'EACCES':
      return new SightlineError('bad_configuration', { detail: `PORT: ${port} is not open to this user` });
    default:
      return error;
  }
}
