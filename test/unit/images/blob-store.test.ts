import { describe } from 'vitest';
import { createMemoryBlobStore } from '#images/blob-store.ts';
import { blobStoreContract } from '#test/blob-store-contract.ts';

describe('the blob store in memory', () => {
  blobStoreContract(async (limits) => {
    const clock = { now: 0 };
    const pass = async (seconds: number) => {
      clock.now += seconds * 1000;
    };
    return { store: createMemoryBlobStore(limits, () => clock.now), pass };
  });
});
