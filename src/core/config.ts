/**
 * The environment, parsed once at the start of a process. `.env.example` lists the same keys; a test compares them.
 * @throws SightlineError `bad_configuration` naming the key and what is expected
 */
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parseEnv } from 'node:util';
import { z } from 'zod';
import { SightlineError } from './errors.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));

/** The model that ships. */
export const DEFAULT_MODEL = 'sightline-small';

/** An empty value in `.env` means "not set". */
const optional = <T extends z.ZodType>(schema: T) =>
  z.preprocess((value) => (value === '' ? undefined : value), schema);
const integer = (min: number, max: number, fallback: number) =>
  optional(z.coerce.number(`Expected a number from ${min} to ${max}`).int().min(min).max(max).default(fallback));

/** Addresses, ranges, or one of the names that stand for some. */
const ProxyAddress = z.union(
  [z.ipv4(), z.ipv6(), z.cidrv4(), z.cidrv6(), z.enum(['loopback', 'linklocal', 'uniquelocal'])],
  'Expected addresses or ranges such as 10.0.0.1, 10.0.0.0/8 or loopback, with commas between',
);
const proxies = z
  .string()
  .transform((text) => text.split(',').map((address) => address.trim()))
  .pipe(z.array(ProxyAddress));

export const Environment = z.object({
  REDIS_URL: optional(
    z.url({ protocol: /^(rediss?|unix)$/, error: 'Expected redis://, rediss:// or unix://' }).optional(),
  ),
  HOST: optional(z.string().default('127.0.0.1')),
  PORT: integer(0, 65_535, 4646),
  TRUST_PROXY: optional(proxies.optional()),
  MODEL: optional(z.string().optional()),
  MODEL_DTYPE: optional(z.string().optional()),
  MODEL_DEVICE: optional(z.enum(['auto', 'cpu', 'cuda', 'webgpu', 'dml', 'coreml']).default('auto')),
  MODEL_IMAGE_SIDE: integer(64, 4_096, 1_024),
  HF_ENDPOINT: optional(
    z.url({ protocol: /^https?$/, error: 'Expected https:// or http://' }).default('https://huggingface.co'),
  ),
  HF_TOKEN: optional(z.string().optional()),
  HF_HOME: optional(z.string().optional()),
  THREADS: integer(1, 64, 1),
  BATCH_SIZE: integer(1, 64, 8),
  FEATURE_CACHE_MB: integer(1, 65_536, 16),
  DATA_DIR: optional(z.string().default(`${root}.sightline`)),
  LOG_LEVEL: optional(z.enum(['trace', 'debug', 'info', 'warn', 'error', 'silent']).default('info')),
  DISCORD_TOKEN: optional(z.string().optional()),
});

export interface Config {
  readonly redisUrl: string | undefined;
  readonly host: string;
  readonly port: number;
  /** Reverse proxies that are believed when they say who the client is. */
  readonly trustProxy: readonly string[] | undefined;
  /** A folder of `models/`, a path to a model folder, or `hub:<owner>/<name>`. */
  readonly model: string;
  /** MODEL is set: it goes before what "sightline models use" chose. */
  readonly modelIsSet: boolean;
  /** Which sessions of the card to load; the card's default when undefined. */
  readonly dtype: string | undefined;
  /** What a hub model runs on. */
  readonly device: z.infer<typeof Environment>['MODEL_DEVICE'];
  /** Longest side of the pictures that a hub model looks at. */
  readonly imageSide: number;
  /** Where models are pulled from; the token stays in the environment. */
  readonly hub: { readonly endpoint: string; readonly home: string | undefined };
  /** Threads of one onnxruntime session. */
  readonly threads: number;
  readonly batchSize: number;
  readonly featureCacheBytes: number;
  readonly dataDir: string;
  readonly logLevel: z.infer<typeof Environment>['LOG_LEVEL'];
  /** Whether a token is set; the token itself stays in the environment of the bot. */
  readonly discord: boolean;
}

/** `.env` beside package.json, where there is one; what the environment says goes first. */
function ownEnvironment(): NodeJS.ProcessEnv {
  const file = `${root}.env`;
  return { ...(existsSync(file) ? parseEnv(readFileSync(file, 'utf8')) : {}), ...process.env };
}

export function readConfig(environment: NodeJS.ProcessEnv = ownEnvironment()): Config {
  const parsed = Environment.safeParse(environment);
  if (!parsed.success) {
    // The key alone: of a list, its place within says nothing to a person.
    const detail = parsed.error.issues.map(({ path, message }) => `${String(path[0])}: ${message}`).join('; ');
    throw new SightlineError('bad_configuration', { detail });
  }
  const env = parsed.data;
  return {
    redisUrl: env.REDIS_URL,
    host: env.HOST,
    port: env.PORT,
    trustProxy: env.TRUST_PROXY,
    model: env.MODEL ?? DEFAULT_MODEL,
    modelIsSet: env.MODEL !== undefined,
    dtype: env.MODEL_DTYPE,
    device: env.MODEL_DEVICE,
    imageSide: env.MODEL_IMAGE_SIDE,
    hub: { endpoint: env.HF_ENDPOINT.replace(/\/+$/, ''), home: env.HF_HOME },
    threads: env.THREADS,
    batchSize: env.BATCH_SIZE,
    featureCacheBytes: env.FEATURE_CACHE_MB * 1024 * 1024,
    dataDir: env.DATA_DIR,
    logLevel: env.LOG_LEVEL,
    discord: env.DISCORD_TOKEN !== undefined,
  };
}

/** A secret by its key, read where it is used: no configuration object carries it about. Undefined when it is not set. */
export const readSecret = (key: 'HF_TOKEN', environment: NodeJS.ProcessEnv = ownEnvironment()): string | undefined =>
  environment[key]?.trim() || undefined;

/** The folder of a model: a path as it stands, a bare name under `models/`. */
export const modelFolder = (model: string): string => (/[/\\]/.test(model) ? model : `${root}models/${model}`);
