/** The body of a request: JSON, or multipart with `payload_json` and `files[n]`. Fails: 413 over 25 MiB, 400 for what does not parse. */
import type { IncomingMessage } from 'node:http';
import { type MeasuredFile, measure } from '../cdn/files.ts';
import { refuse } from './refusal.ts';

export interface UploadedFile extends MeasuredFile {
  /** `files[0]` */
  readonly key: string;
}

export interface RequestBody {
  readonly json: unknown;
  readonly files: readonly UploadedFile[];
}

/** "The maximum request size when sending a message is 25 MiB." */
const MAX_REQUEST_BYTES = 25 * 1024 * 1024;

/** The bytes; null when they are too many. Reads to the end all the same, so that the client hears the answer. */
export async function readBytes(request: IncomingMessage): Promise<Buffer | null> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size <= MAX_REQUEST_BYTES) chunks.push(chunk);
  }
  return size > MAX_REQUEST_BYTES ? null : Buffer.concat(chunks);
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return refuse('invalidJson');
  }
}

export async function parseBody(bytes: Buffer, contentType: string): Promise<RequestBody> {
  if (bytes.length === 0) return { json: {}, files: [] };
  if (!contentType.startsWith('multipart/form-data')) return { json: parseJson(bytes.toString('utf8')), files: [] };
  const form = await new Response(new Uint8Array(bytes), { headers: { 'content-type': contentType } }).formData();
  const payload = form.get('payload_json');
  const files: UploadedFile[] = [];
  for (const [key, value] of form.entries()) {
    if (typeof value === 'string') continue;
    const content = Buffer.from(await value.arrayBuffer());
    files.push({ key, ...(await measure(value.name, content)) });
  }
  const plain = Object.fromEntries([...form.entries()].filter(([, value]) => typeof value === 'string'));
  return { json: typeof payload === 'string' ? parseJson(payload) : plain, files };
}
