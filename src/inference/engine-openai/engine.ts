/**
 * The engine port on a server that speaks OpenAI's chat completions: Ollama, llama.cpp, vLLM, LM Studio, OpenRouter and others. It
 * batches by itself, so inputs go to it one by one, up to `parallel` at a time. Nothing is asked of it at the start: it may come up later.
 */
import OpenAI from 'openai';
import { SightlineError } from '#core/errors.ts';
import type { RemoteModel } from '#core/model-name.ts';
import type { Engine, EngineInput, EngineOutput, Prediction } from '../engine.ts';
import { backendError } from './backend-error.ts';
import { boundedFetch } from './bounded-fetch.ts';
import { remoteCard } from './card.ts';
import { type Completion, readCompletion } from './completion.ts';
import { createDialect } from './dialect.ts';
import { messagesFor } from './messages.ts';
import { pictureUrl } from './picture.ts';
import { reasoningTokens, splitReasoning } from './reasoning.ts';

export interface OpenAIEngineOptions {
  readonly remote: RemoteModel;
  readonly apiKey?: string | undefined;
  /** Longest side of the pictures that are sent. */
  readonly imageSide: number;
  readonly parallel: number;
  /** How long the server may be silent. */
  readonly silenceMs: number;
}

/** Of a refused connection, 408, 409, 429 and 5xx, before anything was answered. */
const RETRIES = 2;
/** An answer of a thousand tokens with their probabilities is some 300 KB. */
const REPLY_BYTES = 8 * 1024 * 1024;

export function createOpenAIEngine(options: OpenAIEngineOptions): Engine {
  const { remote, apiKey, imageSide, parallel, silenceMs } = options;
  const client = new OpenAI({
    baseURL: remote.baseUrl,
    // The client insists on one; servers that need none ignore it.
    apiKey: apiKey ?? 'none',
    // Everything else that it would take from the environment belongs to other programs.
    organization: null,
    project: null,
    adminAPIKey: null,
    webhookSecret: null,
    logLevel: 'off',
    maxRetries: RETRIES,
    timeout: silenceMs,
    fetch: boundedFetch(REPLY_BYTES),
  });
  const dialect = createDialect();

  const open = async (input: EngineInput, signal: AbortSignal) => {
    const messages = messagesFor(input, await pictureUrl(input.image));
    for (;;) {
      try {
        const params = dialect.params(remote.model, messages, input.maxTokens);
        return await client.chat.completions.create(params, { signal }).withResponse();
      } catch (error) {
        const refusal = error instanceof OpenAI.APIError && (error.status === 400 || error.status === 422);
        if (!refusal || !dialect.learn(error)) throw error;
      }
    }
  };

  const complete = async (input: EngineInput, say: (text: string) => void, silence: Silence): Promise<Completion> => {
    const { data, response } = await open(input, silence.signal);
    const type = response.headers.get('content-type')?.split(';')[0] ?? 'nothing';
    if (type !== 'text/event-stream') {
      data.controller.abort();
      throw new SightlineError('backend_nonsense', { detail: `it sent ${type} instead of an answer` });
    }
    const heard = async function* () {
      for await (const chunk of data) {
        silence.heard();
        yield chunk;
      }
      // The client takes an abort for the end of the stream.
      silence.signal.throwIfAborted();
    };
    return readCompletion(heard(), input.maxTokens, say);
  };

  const answer = async (
    input: EngineInput,
    say: (text: string) => void,
    asker?: AbortSignal,
  ): Promise<EngineOutput> => {
    if (asker?.aborted) return { ok: false, error: new SightlineError('cancelled') };
    const startedAt = performance.now();
    const silence = listenForSilence(silenceMs, asker);
    try {
      const completion = await complete(input, say, silence);
      const decodeMs = performance.now() - startedAt;
      return { ok: true, prediction: predictionOf(completion), reused: false, encodeMs: 0, decodeMs };
    } catch (error) {
      if (asker?.aborted) return { ok: false, error: new SightlineError('cancelled') };
      const detail = `${new URL(remote.baseUrl).host} was silent for ${silenceMs / 1000} s`;
      const late = silence.signal.aborted ? new SightlineError('backend_unreachable', { detail }) : undefined;
      return { ok: false, error: late ?? backendError(error, remote, apiKey) };
    } finally {
      silence.stop();
    }
  };

  const cannot = async (): Promise<never> => {
    throw new SightlineError('task_unsupported', { detail: `${remote.model}, comparing pictures with texts` });
  };

  return {
    card: remoteCard(remote, imageSide),
    device: { name: new URL(remote.baseUrl).host, dtype: 'remote', threads: 0, runtime: 'OpenAI-compatible server' },
    // It batches by itself.
    mostTogether: 1,
    atOnce: parallel,
    run: (batch, { onPartial, signals } = {}) =>
      Promise.all(batch.map((input, index) => answer(input, (text) => onPartial?.(index, text), signals?.[index]))),
    embedTexts: cannot,
    embedImages: cannot,
    close: async () => {},
  };
}

interface Silence {
  /** Aborted when the server was silent for too long, or the asker left. */
  readonly signal: AbortSignal;
  heard(): void;
  stop(): void;
}

function listenForSilence(silenceMs: number, asker: AbortSignal | undefined): Silence {
  const abort = new AbortController();
  const timer = setTimeout(() => abort.abort(), silenceMs);
  const leave = () => abort.abort();
  asker?.addEventListener('abort', leave, { once: true });
  return {
    signal: abort.signal,
    heard: () => void timer.refresh(),
    stop() {
      clearTimeout(timer);
      asker?.removeEventListener('abort', leave);
    },
  };
}

function predictionOf({ text, tokens, usage, cutOff }: Completion): Prediction {
  const { answer, rationale } = splitReasoning(text);
  return {
    text: answer.trim(),
    rationale,
    tokens,
    endLogprob: undefined,
    rationaleTokens: reasoningTokens(tokens),
    attention: new Float32Array(0),
    alternatives: [],
    cutOff,
    ...(usage && { usage }),
  };
}
