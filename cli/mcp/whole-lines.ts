/**
 * Standard input by whole lines, of bounded length. The SDK joins all that it has with every chunk that comes, which takes
 * ten seconds for a picture of 25 MB; given whole messages it joins nothing.
 */
import { Transform } from 'node:stream';

const LINE_FEED = 10;

/** Ends with an error when a line is longer than `maxBytes`. */
export function wholeLines(maxBytes: number): Transform {
  let held: Buffer[] = [];
  let heldBytes = 0;
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      const end = chunk.lastIndexOf(LINE_FEED) + 1;
      if (end > 0) {
        this.push(Buffer.concat([...held, chunk.subarray(0, end)]));
        held = [];
        heldBytes = 0;
      }
      held.push(chunk.subarray(end));
      heldBytes += chunk.length - end;
      done(heldBytes > maxBytes ? new Error(`Expected a message of at most ${maxBytes} bytes`) : null);
    },
  });
}
