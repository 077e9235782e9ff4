import { createOnnxEngine } from '#inference/engine-onnx.ts';
import { loadModel } from '#inference/model-folder.ts';
import { engineContract } from '#test/engine-contract.ts';
import { FOLDER } from '#test/golden.ts';

for (const dtype of ['fp32', 'q8']) {
  engineContract(`onnxruntime, ${dtype}`, async () =>
    createOnnxEngine({ model: await loadModel(FOLDER, { dtype }), threads: 1 }),
  );
}
