import { createFakeEngine } from '#inference/engine-fake.ts';
import { engineContract } from '#test/engine-contract.ts';

engineContract('fake', async () => createFakeEngine());
