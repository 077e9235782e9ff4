/** A small valid model card for tests; `changes` replace top-level fields. */
export const cardLike = (changes: Record<string, unknown> = {}): Record<string, unknown> => {
  const task = (template: string) => ({ template, maxTokens: 8 });
  return {
    id: 'test-model',
    revision: '0123456789ab',
    description: 'A card for tests',
    license: 'Apache-2.0',
    files: {},
    sessions: { fp32: { encoder: 'onnx/e.onnx', decoder: 'onnx/d.onnx', text: 'onnx/t.onnx' } },
    defaultDtype: 'fp32',
    preprocessing: {
      width: 8,
      height: 8,
      fit: 'fill',
      kernel: 'cubic',
      mean: [0.5, 0.5, 0.5],
      std: [0.5, 0.5, 0.5],
      background: [255, 255, 255],
    },
    memory: { tokens: 5, width: 4, grids: [{ name: 'patch', offset: 1, rows: 2, columns: 2 }] },
    decoder: { layers: 1, heads: 1, headSize: 2, contextLength: 32 },
    attention: { layer: 0 },
    embedding: { size: 4, logitScale: 10 },
    vocabularySize: 16,
    tokens: { pad: 0, end: 1, so: 2 },
    text: { lowercase: true, stripTrailing: '?.!', maxQuestionTokens: 16 },
    tasks: {
      vqa: task('<|ask|>{question}<|answer|>'),
      caption: task('<|caption|>'),
      'alt-text': task('<|alt|>'),
      read: task('<|ask|>what does the sign say<|answer|>'),
    },
    calibration: { kind: 'platt', a: 1, b: 0, sure: 0.9, fairlySure: 0.6, n: 100 },
    accuracy: {},
    knows: {},
    limits: ['It knows nothing.'],
    credits: [],
    training: {},
    ...changes,
  };
};
