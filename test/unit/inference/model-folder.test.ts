import { expect, it } from 'vitest';
import { modelFolder } from '#core/config.ts';
import { loadModel } from '#inference/model-folder.ts';

it.each(['constructor', '__proto__', 'fp7'])('has no dtype %s', async (dtype) => {
  await expect(loadModel(modelFolder('sightline-small'), { dtype, verify: false })).rejects.toMatchObject({
    code: 'bad_configuration',
    detail: expect.stringContaining(`not ${dtype}`),
  });
});
