/** The identity of bytes, as 64 hexadecimal digits. */
import { createHash } from 'node:crypto';

export const sha256Of = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');
