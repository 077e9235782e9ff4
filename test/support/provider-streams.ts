/**
 * What servers really send for "a red boat", as their sources and documentation write it: the same words in five dialects, with
 * what each adds or leaves out.
 */

const data = (...chunks: readonly object[]): string =>
  chunks.map((chunk) => `data: ${JSON.stringify(chunk)}\n\n`).join('');
const DONE = 'data: [DONE]\n\n';

interface Provider {
  readonly stream: string;
  /** Whether probabilities come along. */
  readonly probabilities: boolean;
  readonly usage: { readonly prompt: number; readonly completion: number } | undefined;
}

const ollama = (content: string, finish_reason: string | null = null) => ({
  id: 'chatcmpl-1',
  object: 'chat.completion.chunk',
  created: 1,
  model: 'qwen2.5vl:3b',
  system_fingerprint: 'fp_ollama',
  choices: [{ index: 0, delta: { role: 'assistant', content }, finish_reason }],
});

const llamaCpp = (delta: object, extra: object = {}, finish_reason: string | null = null) => ({
  choices: [{ finish_reason, index: 0, delta, ...extra }],
  created: 1,
  id: 'chatcmpl-2',
  model: 'gpt-3.5-turbo',
  system_fingerprint: 'b6000-abcdef',
  object: 'chat.completion.chunk',
});
const logprobs = (token: string) => ({
  logprobs: { content: [{ id: 7, token, bytes: [...Buffer.from(token)], logprob: -0.1, top_logprobs: [] }] },
});

const vllm = (delta: object, logprobs: object | null = null, finish_reason: string | null = null) => ({
  id: 'chatcmpl-3',
  object: 'chat.completion.chunk',
  created: 1,
  model: 'Qwen/Qwen2.5-VL-3B-Instruct',
  choices: [{ index: 0, delta, logprobs, finish_reason, token_ids: null }],
  prompt_token_ids: null,
});
const probable = (token: string) => ({ content: [{ token, logprob: -0.2, bytes: null, top_logprobs: [] }] });

const lmStudio = (delta: object, finish_reason: string | null = null) => ({
  id: 'chatcmpl-4',
  object: 'chat.completion.chunk',
  created: 1,
  model: 'qwen2.5-vl-7b-instruct',
  system_fingerprint: 'qwen2.5-vl-7b-instruct',
  choices: [{ index: 0, delta, logprobs: null, finish_reason }],
});

const openRouter = (delta: object, finish_reason: string | null = null, extra: object = {}) => ({
  id: 'gen-5',
  provider: 'Novita',
  model: 'qwen/qwen2.5-vl-72b-instruct',
  object: 'chat.completion.chunk',
  created: 1,
  choices: [{ index: 0, delta, finish_reason, native_finish_reason: finish_reason, logprobs: null }],
  ...extra,
});

export const PROVIDERS: Readonly<Record<string, Provider>> = {
  Ollama: {
    stream:
      data(ollama('a'), ollama(' red'), ollama(' boat'), ollama('', 'stop'), {
        ...ollama(''),
        choices: [],
        usage: { prompt_tokens: 300, completion_tokens: 4, total_tokens: 304 },
      }) + DONE,
    probabilities: false,
    usage: { prompt: 300, completion: 4 },
  },
  'llama.cpp': {
    stream:
      data(
        llamaCpp({ role: 'assistant', content: null }),
        llamaCpp({ content: 'a' }, logprobs('a')),
        llamaCpp({ content: ' red' }, logprobs(' red')),
        llamaCpp({ content: ' boat' }, logprobs(' boat')),
        llamaCpp({}, {}, 'stop'),
        {
          ...llamaCpp({}),
          choices: [],
          usage: { completion_tokens: 4, prompt_tokens: 280, total_tokens: 284 },
          timings: { prompt_ms: 12.5, predicted_per_second: 80 },
        },
      ) + DONE,
    probabilities: true,
    usage: { prompt: 280, completion: 4 },
  },
  vLLM: {
    stream:
      data(
        vllm({ role: 'assistant', content: '' }),
        // Reasoning apart, with probabilities that are not the answer's.
        vllm({ reasoning_content: 'Hm.', reasoning: 'Hm.' }, probable('Hm.')),
        vllm({ content: 'a' }, probable('a')),
        vllm({ content: ' red' }, probable(' red')),
        vllm({ content: ' boat' }, probable(' boat')),
        vllm({ content: '' }, null, 'stop'),
        { ...vllm({}), choices: [], usage: { prompt_tokens: 400, total_tokens: 405, completion_tokens: 5 } },
      ) + DONE,
    probabilities: true,
    usage: { prompt: 400, completion: 5 },
  },
  'LM Studio': {
    stream:
      data(
        lmStudio({ role: 'assistant', content: 'a' }),
        lmStudio({ role: 'assistant', content: ' red boat' }),
        lmStudio({}, 'stop'),
      ) + DONE,
    probabilities: false,
    usage: undefined,
  },
  OpenRouter: {
    stream:
      ': OPENROUTER PROCESSING\n\n: OPENROUTER PROCESSING\n\n' +
      data(
        openRouter({ role: 'assistant', content: '', reasoning: 'I see', reasoning_details: [] }),
        openRouter({ role: 'assistant', content: 'a red' }),
        openRouter({ role: 'assistant', content: ' boat' }),
        openRouter({ role: 'assistant', content: '' }, 'stop'),
        {
          ...openRouter({ role: 'assistant', content: '' }),
          usage: { prompt_tokens: 500, completion_tokens: 9, total_tokens: 509, cost: 0.0001 },
        },
      ) +
      DONE,
    probabilities: false,
    usage: { prompt: 500, completion: 9 },
  },
};

/** How each says that it does not have the model, or cannot yet. */
export const REFUSALS: readonly (readonly [string, number, object, string])[] = [
  [
    'Ollama',
    404,
    {
      error: {
        message: 'model "llava:7b" not found, try pulling it first',
        type: 'api_error',
        param: null,
        code: null,
      },
    },
    'backend_model_unknown',
  ],
  ['llama.cpp', 503, { error: { code: 503, message: 'Loading model', type: 'unavailable_error' } }, 'backend_busy'],
  [
    'llama.cpp without a projector',
    500,
    { error: { code: 500, message: 'image input is not supported - hint: provide the mmproj', type: 'server_error' } },
    'backend_failed',
  ],
  [
    'vLLM',
    404,
    { error: { message: 'The model `llava:7b` does not exist.', type: 'NotFoundError', param: 'model', code: 404 } },
    'backend_model_unknown',
  ],
  [
    'vLLM of old',
    404,
    { object: 'error', message: 'The model `llava:7b` does not exist.', type: 'NotFoundError', param: null, code: 404 },
    'backend_model_unknown',
  ],
  [
    'LM Studio',
    400,
    { error: 'No models loaded. Please load a model in the developer page.' },
    'backend_model_unknown',
  ],
  ['OpenRouter', 402, { error: { code: 402, message: 'Insufficient credits' } }, 'backend_failed'],
  ['OpenRouter', 400, { error: { code: 400, message: 'llava:7b is not a valid model ID' } }, 'backend_model_unknown'],
];
