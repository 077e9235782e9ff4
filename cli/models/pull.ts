/** `models pull`: fetches a model from the hub with a progress bar; interrupted, the next pull goes on from there. */
import cliProgress from 'cli-progress';
import { type Config, readSecret } from '#core/config.ts';
import { hubModelName } from '#core/hub-name.ts';
import { dtypeWords } from '#inference/hub/dtypes.ts';
import { isFreeLicence } from '#inference/hub/licence.ts';
import { type PullProgress, pullModel } from '#inference/hub/pull.ts';
import { tokenFrom } from '#inference/hub/python-cache.ts';
import { EXIT } from '../exit.ts';
import { interruptible } from '../interrupt.ts';
import { printable, say, sayJson, type Terminal } from '../terminal.ts';
import { megabytes } from './sizes.ts';

export interface PullCommand {
  readonly id: string;
  readonly dtype?: string | undefined;
  readonly update: boolean;
  readonly licenceAccepted: boolean;
  readonly json: boolean;
}

export async function pullCommand(command: PullCommand, config: Config, terminal: Terminal): Promise<number> {
  const { id, update, licenceAccepted, json } = command;
  const { dataDir, device, hub } = config;
  const token = readSecret('HF_TOKEN') ?? (await tokenFrom(hub.home));
  const bar = downloadBar(terminal);
  const pulled = await interruptible(async (signal) => {
    try {
      return await pullModel(id, {
        access: { endpoint: hub.endpoint, token },
        dataDir,
        dtype: command.dtype ?? config.dtype,
        device,
        update,
        licenceAccepted,
        hfHome: hub.home,
        onProgress: bar.show,
        signal,
      });
    } finally {
      bar.stop();
    }
  });
  const { model, dtypes, fetchedBytes } = pulled;
  const weights = dtypeWords(dtypes);
  if (json) {
    sayJson(terminal, { id, commit: model.commit, licence: model.licence, weights, fetchedBytes });
    return EXIT.ok;
  }
  if (!isFreeLicence(model.licence))
    say(terminal.stderr, `sightline: mind the licence of this model: ${printable(model.licence)}`);
  const fetched = fetchedBytes === 0 ? 'all of it was here' : `${megabytes(fetchedBytes)} fetched`;
  say(terminal.stdout, `${hubModelName(id)} is here: ${weights}, commit ${model.commit.slice(0, 12)}, ${fetched}.`);
  say(terminal.stdout, `Use it with "sightline models use ${id}", or set MODEL=${hubModelName(id)}.`);
  return EXIT.ok;
}

function downloadBar({ stderr }: Terminal): { show: (progress: PullProgress) => void; stop: () => void } {
  // In a log or a pipe a bar would be noise.
  if (!stderr.isTTY) return { show: () => undefined, stop: () => undefined };
  const format = '{bar} {percentage} % | {done} of {all} | {eta_formatted} left | {file}';
  const bar = new cliProgress.SingleBar({ format, stream: stderr }, cliProgress.Presets.shades_classic);
  let running: number | undefined;
  return {
    show({ file, doneBytes, totalBytes }) {
      const words = { file: printable(file), done: megabytes(doneBytes), all: megabytes(totalBytes) };
      if (running !== totalBytes) {
        if (running !== undefined) bar.stop();
        bar.start(totalBytes, doneBytes, words);
        running = totalBytes;
      }
      bar.update(doneBytes, words);
    },
    stop: () => bar.stop(),
  };
}
