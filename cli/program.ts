/** The command line as a person types it: commands, options, help. Each command's code is imported when it is called. */
import { stat } from 'node:fs/promises';
import { Command, InvalidArgumentError } from 'commander';
import { readConfig } from '#core/config.ts';
import packageJson from '../package.json' with { type: 'json' };
import { isWebAddress } from './commands/pictures.ts';
import { UsageError } from './exit.ts';
import { localModel, type OpenLocalModel } from './local-model.ts';
import { addModelCommands } from './models/commands.ts';
import type { Terminal } from './terminal.ts';

const EXAMPLES = `
Examples:
  sightline ask cat.jpg "what is at the top left?"
  sightline ask cat.jpg "how many stars are there?" --heatmap looked.png
  sightline ask a.png b.webp "what is this?" --json
  curl -s https://example.org/cat.jpg | sightline caption -
  sightline rank cat.jpg "a red car" "a cat on a chair"
  sightline models pull HuggingFaceTB/SmolVLM-500M-Instruct
  sightline start

Pictures are JPEG, PNG, WebP, GIF or AVIF files, data URLs, or "-" for standard input.

Exit codes: 0 done, 1 failed, 2 the command line is not understood, 130 interrupted.
With --json, standard output holds one JSON object and nothing else; a failure is {"error": {"code", "message"}}.`;

export interface ProgramParts {
  readonly terminal: Terminal;
  /** How the model is opened; tests give one without weights. */
  readonly open?: OpenLocalModel;
}

interface JsonOption {
  readonly json?: true;
}

/** `ended` hears the exit code of the command that ran. */
export function createProgram({ terminal, open }: ProgramParts, ended: (exitCode: number) => void): Command {
  const openModel: OpenLocalModel = (changes) => (open ?? localModel(readConfig()))(changes);
  const program = new Command('sightline')
    .description('Asks questions about pictures, on this machine: no account, no server, nothing leaves it.')
    .version(packageJson.version)
    .configureHelp({ sortSubcommands: false, helpWidth: 100 })
    .configureOutput({
      writeOut: (text) => terminal.stdout.write(text),
      writeErr: (text) => terminal.stderr.write(text),
      // Failures are told in one place, tellFailure.
      outputError: () => undefined,
    })
    .exitOverride()
    .addHelpText('after', EXAMPLES);

  json(program.command('ask'))
    .description('Answer a question about one or more pictures; the question comes last')
    .usage('<image...> "<question>" [options]')
    .argument('<images-and-question...>', 'the pictures, then the question')
    .option('--heatmap <out.png>', 'also draw where the model looked, over the picture')
    .action(async (words: string[], options: JsonOption & { heatmap?: string }) => {
      const { sources, question } = await pointOut(words);
      const { answerCommand } = await import('./commands/answer.ts');
      const { heatmap } = options;
      ended(
        await answerCommand({ task: 'vqa', sources, question, json: isJson(options), heatmap }, terminal, openModel),
      );
    });

  for (const [name, task, description] of [
    ['caption', 'caption', 'Describe one or more pictures in a sentence'],
    ['alt', 'alt-text', 'Write alt text for one or more pictures, labelled as machine-made'],
  ] as const) {
    json(program.command(name))
      .description(description)
      .argument('<image...>', 'the pictures')
      .action(async (sources: string[], options: JsonOption) => {
        const { answerCommand } = await import('./commands/answer.ts');
        ended(await answerCommand({ task, sources, json: isJson(options) }, terminal, openModel));
      });
  }

  json(program.command('rank'))
    .description('Say which caption fits a picture best, with a probability for each')
    .argument('<image>', 'the picture')
    .argument('<caption...>', 'two captions or more')
    .action(async (source: string, captions: string[], options: JsonOption) => {
      const { rankCommand } = await import('./commands/rank.ts');
      ended(await rankCommand({ source, captions, json: isJson(options) }, terminal, openModel));
    });

  json(program.command('evaluate'))
    .description('Measure the model on questions with known answers')
    .requiredOption('--data <folder>', 'a folder with questions.jsonl and the pictures it names')
    .option('--batch <n>', 'questions answered together', batchSize)
    .addHelpText(
      'after',
      '\nEach line of questions.jsonl: {"image": "a.png", "type": "colour", "question": "…", "answers": ["red"]}',
    )
    .action(async (options: JsonOption & { data: string; batch?: number }) => {
      const { evaluateCommand } = await import('./evaluate/command.ts');
      const { data, batch } = options;
      ended(
        await evaluateCommand(
          { folder: data, batchSize: batch ?? readConfig().batchSize, json: isJson(options) },
          terminal,
          openModel,
        ),
      );
    });

  json(program.command('doctor'))
    .description('Check Node, Redis, the model, the device and the picture formats; says how to mend what is wrong')
    .action(async (options: JsonOption) => {
      const { doctorCommand } = await import('./doctor/command.ts');
      ended(await doctorCommand({ json: isJson(options) }, terminal));
    });

  addModelCommands(program, terminal, ended);

  program
    .command('mcp')
    .description(
      'Give assistants the tools ask, caption, alt_text, read_text, locate, rank and search (MCP, over stdio)',
    )
    .option('--root <folder...>', 'open pictures below these folders only')
    .action(async ({ root = [] }: { root?: string[] }) => {
      const { mcpCommand } = await import('./mcp/command.ts');
      ended(await mcpCommand({ config: readConfig(), roots: root, open: openModel }));
    });

  program
    .command('start')
    .description('Run everything on this machine: queue, worker and the web room')
    .action(async () => {
      const { start } = await import('./start.ts');
      await start();
    });

  return program;
}

const json = (command: Command): Command => command.option('--json', 'print one JSON object for programs');
const isJson = (options: JsonOption): boolean => options.json ?? false;

function batchSize(text: string): number {
  const size = Number(text);
  if (!Number.isInteger(size) || size < 1 || size > 64)
    throw new InvalidArgumentError('Expected a number from 1 to 64.');
  return size;
}

/** The last word is the question; a picture standing there means that it was forgotten. */
async function pointOut(words: readonly string[]): Promise<{ sources: readonly string[]; question: string }> {
  const question = words.at(-1) ?? '';
  const isFile = async (path = question) => (await stat(path).catch(() => undefined))?.isFile() === true;
  const isPicture = async () => question === '-' || /^data:/i.test(question) || isWebAddress(question) || isFile();
  if (words.length < 2 && (await isPicture())) {
    throw new UsageError(NO_QUESTION, 'no_question');
  }
  if (words.length < 2)
    throw new UsageError('Name a picture before the question: sightline ask cat.jpg "what is this?"', 'no_image');
  if (await isFile()) throw new UsageError(NO_QUESTION, 'no_question');
  const sources = words.slice(0, -1);
  const unquoted = sources.findIndex((source, at) => at > 0 && /^[\p{L}\p{N}'’,-]+$/u.test(source) && source !== '-');
  if (unquoted > 0 && !(await isFile(sources[unquoted]))) {
    const [named, asked] = [words.slice(0, unquoted).join(' '), words.slice(unquoted).join(' ')];
    throw new UsageError(`Put the question in quotes: sightline ask ${named} "${asked}"`);
  }
  return { sources, question };
}

const NO_QUESTION = 'The question is missing; it comes last: sightline ask cat.jpg "what is this?"';
