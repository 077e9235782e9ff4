/**
 * The environment, parsed once at the start of a process. `.env.example` lists the same keys; a test compares them.
 * @throws SightlineError `bad_configuration` naming the key and what is expected
 */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
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

/** Scheme, host and port of each, nothing else; normalised as addresses are, so that they can be compared as text. */
const origins = (fallback: string) =>
  optional(
    z
      .string()
      .default(fallback)
      .transform((list, context) => {
        const urls = list.split(',').flatMap((item) => (item.trim() === '' ? [] : [URL.parse(item.trim())]));
        if (urls.every(isOrigin)) return urls.map(({ origin }) => origin);
        context.addIssue({
          code: 'custom',
          message: 'Expected origins such as https://pictures.example.org and commas',
        });
        return z.NEVER;
      }),
  );
const isOrigin = (url: URL | null): url is URL =>
  url !== null && /^https?:$/.test(url.protocol) && url.href === `${url.origin}/`;

const DISCORD_API = 'https://discord.com/api';
/** Where Discord serves attachments, its media proxy, and its copies of pictures from elsewhere. */
const DISCORD_CDN =
  'https://cdn.discordapp.com,https://media.discordapp.net,https://images-ext-1.discordapp.net,https://images-ext-2.discordapp.net';

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
  MODEL_API_KEY: optional(z.string().optional()),
  MODEL_PARALLEL: integer(1, 256, 4),
  MODEL_SILENCE_SECONDS: integer(1, 600, 60),
  THREADS: integer(1, 64, 1),
  BATCH_SIZE: integer(1, 64, 8),
  FEATURE_CACHE_MB: integer(1, 65_536, 16),
  DATA_DIR: optional(z.string().default(`${root}.sightline`)),
  LOG_LEVEL: optional(z.enum(['trace', 'debug', 'info', 'warn', 'error', 'silent']).default('info')),
  DISCORD_TOKEN: optional(z.string().optional()),
  API_KEYS: optional(z.string().optional()),
  API_ORIGINS: origins(''),
  API_REQUESTS_PER_MINUTE: integer(1, 100_000, 120),
  DISCORD_API: optional(z.url({ protocol: /^https?$/, error: 'Expected http:// or https://' }).default(DISCORD_API)),
  DISCORD_GUILD: optional(
    z
      .string()
      .regex(/^\d{1,20}$/, 'Expected the id of a server')
      .optional(),
  ),
  DISCORD_SHARDS: optional(
    z
      .union([z.literal('auto'), z.coerce.number().int().min(1).max(1_000)], 'Expected auto or a number')
      .default('auto'),
  ),
  DISCORD_MESSAGE_CONTENT: optional(z.enum(['on', 'off']).default('off')),
  DATABASE_URL: optional(
    z.url({ protocol: /^(file|libsql|https?)$/, error: 'Expected file:, libsql://, https:// or http://' }).optional(),
  ),
  DISCORD_CDN: origins(DISCORD_CDN),
  IMAGE_ORIGINS: origins(''),
});

export interface Config {
  readonly redisUrl: string | undefined;
  readonly host: string;
  readonly port: number;
  /** Reverse proxies that are believed when they say who the client is. */
  readonly trustProxy: readonly string[] | undefined;
  /** A folder of `models/`, a path to a model folder, `hub:<owner>/<name>`, or `openai:<base-url>#<model>`. */
  readonly model: string;
  /** MODEL is set: it goes before what "sightline models use" chose. */
  readonly modelIsSet: boolean;
  /** Which sessions of the card to load; the card's default when undefined. */
  readonly dtype: string | undefined;
  /** What a hub model runs on. */
  readonly device: z.infer<typeof Environment>['MODEL_DEVICE'];
  /** Longest side of the pictures that a hub model looks at, or that are sent to a model on another server. */
  readonly imageSide: number;
  /** Where models are pulled from; the token stays in the environment. */
  readonly hub: { readonly endpoint: string; readonly home: string | undefined };
  /** Of a model that another server runs: questions at once, how long it may be silent. */
  readonly remote: { readonly parallel: number; readonly silenceMs: number };
  /** Threads of one onnxruntime session. */
  readonly threads: number;
  readonly batchSize: number;
  readonly featureCacheBytes: number;
  readonly dataDir: string;
  readonly logLevel: z.infer<typeof Environment>['LOG_LEVEL'];
  /** Of /v1: pages of which origins may call, and how often a key may. The keys stay in the environment. */
  readonly api: { readonly origins: readonly string[]; readonly requestsPerMinute: number };
  /** Whether a token is set; the token itself stays in the environment of the bot. */
  readonly discord: boolean;
  /** Base address of Discord's REST API, without the version. */
  readonly discordApi: string;
  /** The server where commands are registered while developing; everywhere when undefined. */
  readonly discordGuild: string | undefined;
  readonly discordShards: number | 'auto';
  /** Whether the bot asks for the contents of messages, a privileged intent. */
  readonly discordMessageContent: boolean;
  /** Origins that Discord's own pictures come from. */
  readonly discordCdn: readonly string[];
  /** Further origins that a link to a picture may lead to. */
  readonly imageOrigins: readonly string[];
  /** Where settings and choices are kept: a file, or a libSQL server. May hold a token in its query. */
  readonly databaseUrl: string;
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
    remote: { parallel: env.MODEL_PARALLEL, silenceMs: env.MODEL_SILENCE_SECONDS * 1_000 },
    threads: env.THREADS,
    batchSize: env.BATCH_SIZE,
    featureCacheBytes: env.FEATURE_CACHE_MB * 1024 * 1024,
    dataDir: env.DATA_DIR,
    logLevel: env.LOG_LEVEL,
    api: { origins: env.API_ORIGINS, requestsPerMinute: env.API_REQUESTS_PER_MINUTE },
    discord: env.DISCORD_TOKEN !== undefined,
    discordApi: env.DISCORD_API.replace(/\/+$/, ''),
    discordGuild: env.DISCORD_GUILD,
    discordShards: env.DISCORD_SHARDS,
    discordMessageContent: env.DISCORD_MESSAGE_CONTENT === 'on',
    discordCdn: env.DISCORD_CDN,
    imageOrigins: env.IMAGE_ORIGINS,
    databaseUrl: env.DATABASE_URL ?? pathToFileURL(join(env.DATA_DIR, 'sightline.db')).href,
  };
}

/**
 * A secret by its key, read where it is used: no configuration object carries it about, where a log or an error could
 * show it. Undefined when it is not set.
 */
export const readSecret = (
  key: 'MODEL_API_KEY' | 'OPENAI_API_KEY' | 'API_KEYS' | 'DISCORD_TOKEN' | 'HF_TOKEN',
  environment: NodeJS.ProcessEnv = ownEnvironment(),
): string | undefined => environment[key]?.trim() || undefined;

/** The folder of a model: a path as it stands, a bare name under `models/`. */
export const modelFolder = (model: string): string => (/[/\\]/.test(model) ? model : `${root}models/${model}`);
