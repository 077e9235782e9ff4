/** `fetch` for a server that may answer without end: what comes back is cut with an error beyond `maxBytes`. */
import { SightlineError } from '#core/errors.ts';

export const boundedFetch =
  (maxBytes: number): typeof fetch =>
  async (input, init) => {
    const response = await fetch(input, init);
    if (!response.body) return response;
    let received = 0;
    const counter = new TransformStream<Uint8Array, Uint8Array>({
      transform(chunk, controller) {
        received += chunk.byteLength;
        if (received > maxBytes) {
          controller.error(new SightlineError('backend_nonsense', { detail: 'its reply does not end' }));
        } else controller.enqueue(chunk);
      },
    });
    const { status, statusText, headers } = response;
    return new Response(response.body.pipeThrough(counter), { status, statusText, headers });
  };
