/** A room on a loopback port whose asks the test answers, and the official client that talks to its /v1. */
import OpenAI from 'openai';
import type { AskRequest } from '#core/ask.ts';
import { answerLike, createRoomInMemory } from '#test/room-in-memory.ts';
import { listen } from '../../web/listen.ts';
import { parseApiKeys } from '../../web/openai/api-keys.ts';
import type { DoorOptions } from '../../web/openai/door.ts';
import { createServer } from '../../web/server.ts';

export const KEY = 'a-key-of-the-tests-0001';
/** A picture of one pixel; the room in memory looks into none. */
export const PIXEL = 'data:image/png;base64,iVBORw0KGgo=';

export type Worker = (ask: AskRequest, room: ReturnType<typeof createRoomInMemory>) => void | Promise<void>;

/** Says "a red boat" in three steps, then ends. */
export const streaming: Worker = async (ask, { progress, outcomes }) => {
  for (const text of ['a', 'a red', 'a red boat']) {
    progress.tell(ask.id, { stage: 'answering', text });
    await new Promise((done) => setTimeout(done, 5));
  }
  const answer = answerLike(ask.id, { usage: { prompt: 20, completion: 3 } });
  await outcomes.put(ask.id, { ok: true, answer });
};

export async function openApiRoom(worker: Worker = streaming, door: Partial<DoorOptions> & { keys?: never } = {}) {
  const room = createRoomInMemory();
  const accept = room.parts.ask;
  room.parts.ask = async (ask, options) => {
    await accept(ask, options);
    setTimeout(() => worker(ask, room), 5);
  };
  const server = await createServer({
    parts: room.parts,
    loopback: door.loopback ?? true,
    door: { ...door, keys: parseApiKeys(`another-key-of-the-tests,${KEY}`) },
  });
  const url = await listen(server, { host: '127.0.0.1', port: 0 });
  const client = new OpenAI({ baseURL: `${url}/v1`, apiKey: KEY, maxRetries: 0 });
  return { ...room, url, server, client, close: () => server.close() };
}

export const about = (text: string, ...pictures: string[]): OpenAI.ChatCompletionMessageParam => ({
  role: 'user',
  content: [{ type: 'text', text }, ...pictures.map((url) => ({ type: 'image_url' as const, image_url: { url } }))],
});
