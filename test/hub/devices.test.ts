import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { candidates, openOnDevice, providerShares } from '#inference/engine-hub/devices.ts';
import { chooseDtypes, suitsGpu } from '#inference/hub/dtypes.ts';
import { dataFolder, openTiny } from '#test/tiny-models.ts';

const { dataDir, remove } = dataFolder();
afterAll(remove);

describe('devices', () => {
  it('reports what really ran the probe, from the runtime itself', async () => {
    const engine = await openTiny('tiny-captioner');
    expect(engine.device).toMatchObject({ name: 'cpu', dtype: 'fp32', runtime: expect.stringContaining('CPU 100 %') });
    expect(engine.device.warning).toBeUndefined();
    await engine.close();
  });

  it('warns when the device that was asked for cannot run the model, and answers on the CPU', async () => {
    const engine = await openTiny('tiny-captioner', { device: 'dml' });
    expect(engine.device).toMatchObject({
      name: 'cpu',
      warning: expect.stringMatching(/^running on cpu, as dml failed/),
    });
    await engine.close();
  });

  it('names weights that no device can run', async () => {
    await expect(openTiny('tiny-captioner', { threads: -1 })).rejects.toMatchObject({ code: 'device_unusable' });
  });

  it('names a graph that is none, though it is the one that was locked', async () => {
    const garbage = openTiny('tiny-captioner', {}, (folder) =>
      writeFileSync(join(folder, 'onnx/decoder_model_merged.onnx'), 'no graph'),
    );
    await expect(garbage).rejects.toMatchObject({
      code: 'device_unusable',
      detail: expect.stringContaining('tiny-captioner'),
    });
  });

  it('tries in order, and says what failed', async () => {
    const tried: string[] = [];
    const opened = await openOnDevice('webgpu', true, async (device) => {
      tried.push(device);
      if (device === 'webgpu') throw new Error('no adapter\nat line 3');
      return 'open';
    });
    const passedOver = ['webgpu failed (no adapter)'];
    expect(opened).toEqual({
      model: 'open',
      device: 'cpu',
      passedOver,
      warning: `running on cpu, as ${passedOver[0]}`,
    });
    expect(tried).toEqual(['webgpu', 'cpu']);
    const auto = await openOnDevice('auto', false, async () => 'open');
    expect(auto).toEqual({ model: 'open', device: 'cpu', passedOver: [] });
  });

  it('leaves weights that are made for a CPU on it', () => {
    expect(candidates('auto', false)).toEqual(['cpu']);
    expect(candidates('auto', true).at(-1)).toBe('cpu');
    expect(candidates('cpu', true)).toEqual(['cpu']);
    expect([suitsGpu({ a: 'q8', b: 'fp16' }), suitsGpu({ a: 'q4f16', b: 'fp16' })]).toEqual([false, true]);
  });

  it('adds up the time of each provider', async () => {
    const file = join(dataDir, 'profile.json');
    const node = (provider: string, dur: number) => ({ cat: 'Node', dur, args: { provider, op_name: 'MatMul' } });
    writeFileSync(
      file,
      JSON.stringify([
        node('CUDAExecutionProvider', 75),
        node('CPUExecutionProvider', 25),
        { cat: 'Session', dur: 999 },
      ]),
    );
    expect(await providerShares([file])).toEqual([
      { provider: 'CUDA', share: 0.75 },
      { provider: 'CPU', share: 0.25 },
    ]);
  });
});

describe('weights', () => {
  const files = new Set(['onnx/a.onnx', 'onnx/a_fp16.onnx', 'onnx/a_quantized.onnx', 'onnx/b.onnx', 'onnx/b_q4.onnx']);
  const choose = (wanted: string | undefined, device: string) =>
    chooseDtypes({ id: 'x/y', graphs: ['a', 'b'], files, wanted, device });

  it.each([
    [undefined, 'cpu', { a: 'q8', b: 'q4' }],
    [undefined, 'auto', { a: 'q8', b: 'q4' }],
    [undefined, 'webgpu', { a: 'fp16', b: 'q4' }],
    ['fp32', 'cpu', { a: 'fp32', b: 'fp32' }],
    ['a=fp16,b=fp32', 'cpu', { a: 'fp16', b: 'fp32' }],
    ['a=fp16', 'cpu', { a: 'fp16', b: 'q4' }],
    ['fp32, b = q4', 'cpu', { a: 'fp32', b: 'q4' }],
  ])('%s on %s', (wanted, device, chosen) => {
    expect(choose(wanted, device)).toEqual(chosen);
  });
});
