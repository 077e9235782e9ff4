import { expect, it, vi } from 'vitest';

it('forgets the post that is meant, and no other', async () => {
  vi.stubGlobal('sessionStorage', { getItem: () => null, setItem: () => undefined });
  const { forget, pastPosts, remember } = await import('../../../web/public/memory.js');
  const [kept, never, gone] = ['kept', 'never', 'gone'].map((name) => ({ name, questions: [], exchanges: [] }));
  if (!kept || !never || !gone) throw new Error('Expected three posts.');
  remember(kept);
  remember(gone);
  forget(never);
  expect(pastPosts()).toEqual([kept, gone]);
  forget(gone);
  expect(pastPosts()).toEqual([kept]);
  vi.unstubAllGlobals();
});
