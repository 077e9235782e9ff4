/**
 * What `MODEL` names: a model of ours, or `openai:<base-url>#<model>`, one that another server runs.
 * @throws SightlineError `bad_configuration`
 */
import { SightlineError } from './errors.ts';

export interface RemoteModel {
  /** As the server documents it, mostly ending in /v1; without a slash at the end. */
  readonly baseUrl: string;
  readonly model: string;
}

const PREFIX = 'openai:';
const EXAMPLE = 'openai:http://127.0.0.1:11434/v1#qwen2.5vl:3b';

/** Undefined for a model that runs here. */
export function remoteModel(name: string): RemoteModel | undefined {
  if (!name.startsWith(PREFIX)) return undefined;
  const [address = '', ...rest] = name.slice(PREFIX.length).split('#');
  const model = rest.join('#');
  const url = URL.canParse(address) ? new URL(address) : undefined;
  if (!url || !/^https?:$/.test(url.protocol) || model.trim() === '') {
    throw new SightlineError('bad_configuration', {
      detail: `MODEL: expected openai:<base-url>#<model>, as in ${EXAMPLE}`,
    });
  }
  if (url.username !== '' || url.password !== '' || url.search !== '') {
    throw new SightlineError('bad_configuration', {
      detail: 'MODEL: the address may hold no key, as it is shown to people; set MODEL_API_KEY instead',
    });
  }
  return { baseUrl: url.href.replace(/\/+$/, ''), model };
}
