/**
 * A hub's URLs: what a model consists of, and its files. Speaks to HF_ENDPOINT, so mirrors and private hubs serve alike.
 * @throws SightlineError `hub_model_unknown`, `hub_model_gated`, `hub_unreachable`
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { SightlineError } from '#core/errors.ts';
import { checkedFile, checkedHubId } from './store.ts';

export interface HubAccess {
  /** Without a slash at the end. */
  readonly endpoint: string;
  readonly token?: string | undefined;
  /** Milliseconds before the first retry; each later one waits twice as long. */
  readonly pauseMs?: number;
}

/** Tries without a byte of progress between them. */
export const TRIES = 5;
const PAUSE_MS = 500;
/** What a hub may ask us to wait; longer, and the person is told to come back. */
const LONGEST_WAIT_MS = 60_000;
/** Headers that do not come by then never will, in ms. */
const SILENCE_MS = 30_000;

const Info = z.object({
  sha: z.string().regex(/^[0-9a-f]{40}$/),
  cardData: z.object({ license: z.string().optional(), license_name: z.string().optional() }).loose().nullish(),
  siblings: z.array(
    z.object({
      rfilename: z.string(),
      size: z.number().int().min(0),
      /** Git's own hash of a small file. */
      blobId: z.string().optional(),
      lfs: z.object({ sha256: z.string().regex(/^[0-9a-f]{64}$/) }).nullish(),
    }),
  ),
});

export interface HubFile {
  readonly name: string;
  readonly bytes: number;
  readonly sha256: string | undefined;
  readonly gitSha1: string | undefined;
}

export interface HubModel {
  readonly commit: string;
  /** As the hub writes it; undefined when it states none. */
  readonly licence: string | undefined;
  readonly files: readonly HubFile[];
}

export async function modelInfo(
  access: HubAccess,
  id: string,
  revision: string,
  signal?: AbortSignal,
): Promise<HubModel> {
  const url = `${access.endpoint}/api/models/${checkedHubId(id)}/revision/${encodeURIComponent(revision)}?blobs=true`;
  const response = await request(access, id, url, {}, signal);
  const parsed = Info.safeParse(await response.json().catch(() => undefined));
  if (!parsed.success) {
    throw new SightlineError('hub_unreachable', {
      detail: `${access.endpoint} does not speak as a hub does`,
      cause: parsed.error,
    });
  }
  const { sha, cardData, siblings } = parsed.data;
  const licence = cardData?.license === 'other' ? (cardData.license_name ?? 'other') : cardData?.license;
  return {
    commit: sha,
    licence,
    files: siblings.map(({ rfilename, size, blobId, lfs }) => ({
      name: rfilename,
      bytes: size,
      sha256: lfs?.sha256,
      gitSha1: lfs ? undefined : blobId,
    })),
  };
}

/** The bytes of one file from `from` on; the answer's status says whether the hub began there. */
export function openFile(
  access: HubAccess,
  { id, commit, name, from }: { id: string; commit: string; name: string; from: number },
  signal?: AbortSignal,
): Promise<Response> {
  const path = checkedFile(id, name).split('/').map(encodeURIComponent).join('/');
  const headers: Record<string, string> = from > 0 ? { range: `bytes=${from}-` } : {};
  return request(access, id, `${access.endpoint}/${checkedHubId(id)}/resolve/${commit}/${path}`, headers, signal);
}

/** Follows redirects; fetch itself leaves the token behind when they lead to another origin. */
async function request(
  { endpoint, token, pauseMs = PAUSE_MS }: HubAccess,
  id: string,
  url: string,
  headers: Readonly<Record<string, string>>,
  signal?: AbortSignal,
): Promise<Response> {
  let problem: unknown;
  for (let attempt = 0; attempt < TRIES; attempt += 1) {
    let waitMs = pauseMs * 2 ** attempt;
    try {
      const response = await fetchHeaders(
        url,
        { ...headers, ...(token && { authorization: `Bearer ${token}` }) },
        signal,
      );
      if (response.ok || response.status === 416) return response;
      await response.body?.cancel();
      refuse(response, id, url);
      problem = new Error(`status ${response.status}`);
      waitMs = Math.max(waitMs, askedToWaitMs(response));
      if (waitMs > LONGEST_WAIT_MS) break;
    } catch (error) {
      if (error instanceof SightlineError) throw error;
      if (signal?.aborted) throw new SightlineError('cancelled');
      problem = error;
    }
    if (attempt + 1 < TRIES) await pause(waitMs, signal);
  }
  throw new SightlineError('hub_unreachable', { detail: `${endpoint}: ${reasonOf(problem)}`, cause: problem });
}

export async function pause(ms: number, signal: AbortSignal | undefined): Promise<void> {
  await sleep(ms, undefined, signal ? { signal } : {}).catch(() => {
    throw new SightlineError('cancelled');
  });
}

async function fetchHeaders(url: string, headers: Record<string, string>, signal?: AbortSignal): Promise<Response> {
  const silence = new AbortController();
  const timer = setTimeout(() => silence.abort(new Error('no answer')), SILENCE_MS);
  try {
    return await fetch(url, { headers, signal: signal ? AbortSignal.any([signal, silence.signal]) : silence.signal });
  } finally {
    clearTimeout(timer);
  }
}

/** A hub tells 401 for what does not exist as well, unless a token is sent. */
function refuse({ status, headers }: Response, id: string, url: string): void {
  const said = headers.get('x-error-code') ?? '';
  if (status === 403 || said === 'GatedRepo') throw new SightlineError('hub_model_gated', { detail: id });
  if (status === 404 || said === 'RepoNotFound') throw new SightlineError('hub_model_unknown', { detail: id });
  if (status === 401) throw new SightlineError('hub_model_gated', { detail: id });
  if (status >= 400 && status < 500 && status !== 408 && status !== 429) {
    throw new SightlineError('hub_unreachable', { detail: `status ${status} for ${url}` });
  }
}

function askedToWaitMs({ headers }: Response): number {
  const seconds = Number(headers.get('retry-after') ?? 0);
  return Number.isFinite(seconds) ? seconds * 1_000 : 0;
}

const reasonOf = (problem: unknown): string => {
  if (!(problem instanceof Error)) return 'it is silent';
  const { cause } = problem as { cause?: { code?: string } };
  return cause?.code ?? problem.message;
};
