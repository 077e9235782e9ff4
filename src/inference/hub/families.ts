/**
 * The families of hub models that the engine knows, by the `model_type` of their config.json: which graphs they have and how
 * they are asked. Each family stands in the tests as a tiny model in the hub's own layout.
 */
import { SightlineError } from '#core/errors.ts';

/** A chat model reads a picture and a conversation, a tasker a picture and a task token, a captioner a picture, towers embed. */
export type HubFamily = 'chat' | 'tasker' | 'captioner' | 'towers';

export interface HubArchitecture {
  readonly family: HubFamily;
  /** Base names of its graphs in `onnx/`, without dtype. */
  readonly graphs: readonly string[];
}

const CHAT: HubArchitecture = { family: 'chat', graphs: ['vision_encoder', 'embed_tokens', 'decoder_model_merged'] };

const ARCHITECTURES: Readonly<Record<string, HubArchitecture>> = {
  idefics3: CHAT,
  smolvlm: CHAT,
  qwen2_vl: CHAT,
  qwen2_5_vl: CHAT,
  florence2: { family: 'tasker', graphs: ['vision_encoder', 'embed_tokens', 'encoder_model', 'decoder_model_merged'] },
  'vision-encoder-decoder': { family: 'captioner', graphs: ['encoder_model', 'decoder_model_merged'] },
  clip: { family: 'towers', graphs: ['vision_model', 'text_model'] },
};

/** @throws SightlineError `hub_model_unsupported` */
export function architectureOf(id: string, modelType: string): HubArchitecture {
  const architecture = Object.hasOwn(ARCHITECTURES, modelType) ? ARCHITECTURES[modelType] : undefined;
  if (architecture) return architecture;
  const known = Object.keys(ARCHITECTURES).join(', ');
  throw new SightlineError('hub_model_unsupported', {
    detail: `${id} is a ${modelType} model and not one of ${known}`,
  });
}
