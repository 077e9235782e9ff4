import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const logger = fileURLToPath(new URL('../../../src/ops/logger.ts', import.meta.url));

describe('createLogger', () => {
  it('keeps secrets out of the log, also within objects', () => {
    const script = `
      import { createLogger } from ${JSON.stringify(logger)};
      const log = createLogger('test', 'info');
      const secrets = { token: 'canary', authorization: 'canary', password: 'canary', cookie: 'canary', redisUrl: 'canary' };
      log.warn(secrets, 'plain');
      log.warn({ headers: secrets }, 'within');
      log.warn({ request: { headers: secrets } }, 'within twice');`;
    const { stderr } = spawnSync(process.execPath, ['--input-type=module', '--eval', script], { encoding: 'utf8' });
    expect(stderr.match(/\[secret\]/g)).toHaveLength(15);
    expect(stderr).not.toContain('canary');
  });

  it('keeps the failed command of a Redis error out of the log, also in a cause', () => {
    const script = `
      import { createLogger } from ${JSON.stringify(logger)};
      const failed = Object.assign(new Error('WRONGPASS'), { command: { name: 'auth', args: ['me', 'canary'] } });
      const log = createLogger('test', 'info');
      log.warn({ error: failed }, 'plain');
      log.warn({ error: new Error('outer', { cause: failed }) }, 'wrapped');`;
    const { stderr } = spawnSync(process.execPath, ['--input-type=module', '--eval', script], { encoding: 'utf8' });
    expect(stderr.match(/WRONGPASS/g)?.length).toBeGreaterThanOrEqual(2);
    expect(stderr).not.toContain('canary');
  });

  it('keeps address and body of a request to Discord out of the log', () => {
    const script = `
      import { createLogger } from ${JSON.stringify(logger)};
      const url = 'https://discord.com/api/v10/webhooks/1/canary/messages/@original';
      const failed = Object.assign(new Error('Unknown Webhook'), { status: 404, url, requestBody: { json: 'canary' } });
      createLogger('test', 'info').warn({ error: failed }, 'plain');`;
    const { stderr } = spawnSync(process.execPath, ['--input-type=module', '--eval', script], { encoding: 'utf8' });
    expect(stderr).toContain('Unknown Webhook');
    expect(stderr).not.toContain('canary');
  });
});
