/**
 * A hub on loopback that speaks a hub's URLs: what a model consists of, files by commit, ranges, ETags, and large files by
 * redirect from another origin, as a content network serves them. It can be told to misbehave.
 */
import { createHash } from 'node:crypto';
import { createReadStream, readFileSync, statSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { COMMIT, factsOf, filesBelow, TINY } from './tiny-models.ts';

export interface HubRequest {
  readonly path: string;
  readonly origin: 'hub' | 'cdn';
  readonly range: string | undefined;
  readonly token: string | undefined;
}

/** Answers in its own way, or cuts the answer off after so many bytes. */
export type Misbehave = (
  request: HubRequest,
) => { status: number; headers?: Record<string, string> } | { cutAfter: number } | undefined;

export interface HubModelOnLoopback {
  /** Files as the hub shows them, from files on disk. */
  readonly files: Readonly<Record<string, string>>;
  readonly licence?: string;
  readonly gated?: boolean;
  readonly commit?: string;
}

export interface LoopbackHub {
  readonly endpoint: string;
  readonly requests: HubRequest[];
  readonly models: Record<string, HubModelOnLoopback>;
  misbehave: Misbehave;
  close(): Promise<void>;
}

/** All files of a tiny model; `alsoAs` shows its graphs under a second dtype, whose bytes are the same. */
export function tinyOnHub(name: string, alsoAs: readonly string[] = []): HubModelOnLoopback {
  const folder = join(TINY, name);
  const files = filesBelow(folder).map((file) => [file, join(folder, file)] as const);
  const copies = alsoAs.flatMap((suffix) =>
    files
      .filter(([file]) => file.endsWith('.onnx'))
      .map(([file, path]) => [file.replace('.onnx', `${suffix}.onnx`), path] as const),
  );
  return { files: Object.fromEntries([...files, ...copies]), licence: 'apache-2.0' };
}

export async function openLoopbackHub(models: Record<string, HubModelOnLoopback>): Promise<LoopbackHub> {
  const requests: HubRequest[] = [];
  const hub: { misbehave: Misbehave } = { misbehave: () => undefined };
  const cdn = await listen((request, response) => serve('cdn', request, response));
  const main = await listen((request, response) => serve('hub', request, response));

  function serve(origin: 'hub' | 'cdn', request: IncomingMessage, response: ServerResponse): unknown {
    const url = new URL(request.url ?? '/', 'http://hub');
    const token = request.headers.authorization?.replace('Bearer ', '');
    const seen: HubRequest = { path: url.pathname, origin, range: request.headers.range, token };
    requests.push(seen);
    const own = hub.misbehave(seen);
    if (own && 'status' in own) {
      return response.writeHead(own.status, own.headers).end();
    }
    const cutAfter = own && 'cutAfter' in own ? own.cutAfter : undefined;
    if (origin === 'cdn')
      return sendFile(
        response,
        Buffer.from(url.searchParams.get('file') ?? '', 'base64url').toString(),
        seen,
        cutAfter,
      );
    const [, api, , owner, name] = url.pathname.split('/');
    const id = api === 'api' ? `${owner}/${name}` : url.pathname.split('/').slice(1, 3).join('/');
    const model = models[id];
    const refuse = (status: number, code: string): unknown =>
      response.writeHead(status, { 'x-error-code': code }).end();
    if (!model) return refuse(401, 'RepoNotFound');
    if (model.gated && token === undefined) return refuse(401, 'GatedRepo');
    const commit = model.commit ?? COMMIT;
    if (api === 'api') return sendInfo(response, id, model, commit);
    const [, , , , asked, ...rest] = url.pathname.split('/');
    const path = model.files[rest.map(decodeURIComponent).join('/')];
    if (asked !== commit || path === undefined) return refuse(404, 'EntryNotFound');
    if (!path.endsWith('.onnx')) return sendFile(response, path, seen, cutAfter);
    const { sha256, bytes } = factsOf(path);
    response.writeHead(302, {
      location: `${cdn.url}/file?file=${Buffer.from(path).toString('base64url')}`,
      'x-linked-etag': `"${sha256}"`,
      'x-linked-size': String(bytes),
      'x-repo-commit': commit,
    });
    return response.end();
  }

  return {
    endpoint: main.url,
    requests,
    models,
    get misbehave() {
      return hub.misbehave;
    },
    set misbehave(misbehave) {
      hub.misbehave = misbehave;
    },
    close: async () => {
      await Promise.all([closed(main.server), closed(cdn.server)]);
    },
  };
}

function sendInfo(response: ServerResponse, id: string, model: HubModelOnLoopback, commit: string): void {
  const siblings = Object.entries(model.files).map(([rfilename, path]) => {
    const { sha256, bytes } = factsOf(path);
    const git = createHash('sha1').update(`blob ${bytes}\0`).update(readFileSync(path)).digest('hex');
    return path.endsWith('.onnx')
      ? { rfilename, size: bytes, blobId: 'f'.repeat(40), lfs: { sha256, size: bytes, pointerSize: 130 } }
      : { rfilename, size: bytes, blobId: git };
  });
  const cardData = model.licence === undefined ? {} : { license: model.licence };
  response.writeHead(200, { 'content-type': 'application/json' });
  response.end(JSON.stringify({ id, sha: commit, gated: model.gated ?? false, cardData, siblings }));
}

function sendFile(response: ServerResponse, path: string, { range }: HubRequest, cutAfter: number | undefined): void {
  const { size } = statSync(path);
  const start = Number(/^bytes=(\d+)-$/.exec(range ?? '')?.[1] ?? 0);
  if (start >= size && range !== undefined) {
    response.writeHead(416, { 'content-range': `bytes */${size}` }).end();
    return;
  }
  response.writeHead(range === undefined ? 200 : 206, {
    'content-length': size - start,
    etag: `"${factsOf(path).sha256}"`,
    'accept-ranges': 'bytes',
    ...(range !== undefined && { 'content-range': `bytes ${start}-${size - 1}/${size}` }),
  });
  if (cutAfter === undefined) createReadStream(path, { start }).pipe(response);
  else
    response.write(readFileSync(path).subarray(start, start + cutAfter), () => {
      // What was sent is read by then: a body that breaks off takes along what nobody has read yet.
      setTimeout(() => response.socket?.end(), 50);
    });
}

async function listen(
  handle: (request: IncomingMessage, response: ServerResponse) => void,
): Promise<{ server: Server; url: string }> {
  const server = createServer(handle);
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
  return { server, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` };
}

function closed(server: Server): Promise<void> {
  server.closeAllConnections();
  return new Promise((done) => void server.close(() => done()));
}
