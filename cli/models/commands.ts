/** The commands below `sightline models`, as a person types them. Each command's code is imported when it is called. */
import { type Command, InvalidArgumentError } from 'commander';
import { readConfig } from '#core/config.ts';
import { Task } from '#core/task.ts';
import type { Terminal } from '../terminal.ts';

interface JsonOption {
  readonly json?: true;
}

export function addModelCommands(program: Command, terminal: Terminal, ended: (exitCode: number) => void): void {
  const models = program
    .command('models')
    .description('Models from the hub: fetch them, choose among them, check them');
  const json = (command: Command): Command => command.option('--json', 'print one JSON object for programs');
  const isJson = ({ json: wanted }: JsonOption): boolean => wanted ?? false;

  json(models.command('list'))
    .description('What is in use, what is here, what is known to fit')
    .action(async (options: JsonOption) => {
      const { listCommand } = await import('./list.ts');
      ended(await listCommand(readConfig(), isJson(options), terminal));
    });

  json(models.command('pull'))
    .description('Fetch a model into the data folder; goes on where an earlier pull stopped')
    .argument('<id>', 'its name on the hub: owner/name')
    .option('--dtype <dtype>', 'which weights: q8, q4, fp16 …, or graph=dtype,graph=dtype')
    .option('--update', "take the hub's newest instead of the commit that was locked")
    .option('--accept-licence', 'for a licence that restricts the use, once you have read it')
    .action(async (id: string, options: JsonOption & { dtype?: string; update?: true; acceptLicence?: true }) => {
      const { pullCommand } = await import('./pull.ts');
      const { dtype, update = false, acceptLicence = false } = options;
      const command = { id, dtype, update, licenceAccepted: acceptLicence, json: isJson(options) };
      ended(await pullCommand(command, readConfig(), terminal));
    });

  json(models.command('use'))
    .description('Use a model that is here, for everything or for one task')
    .argument('<model>', 'owner/name of a pulled one, or a folder of models/')
    .option('--task <task>', Task.options.join(', '), task)
    .action(async (model: string, options: JsonOption & { task?: Task }) => {
      const { useCommand } = await import('./keep.ts');
      ended(await useCommand({ model, task: options.task, json: isJson(options) }, readConfig(), terminal));
    });

  json(models.command('remove'))
    .description('Delete a pulled model and forget its commit')
    .argument('<id>', 'owner/name')
    .action(async (id: string, options: JsonOption) => {
      const { removeCommand } = await import('./keep.ts');
      ended(await removeCommand(id, isJson(options), readConfig(), terminal));
    });

  json(models.command('verify'))
    .description('Compare every file of a pulled model, or of all, with the lock')
    .argument('[id]', 'owner/name')
    .action(async (id: string | undefined, options: JsonOption) => {
      const { verifyCommand } = await import('./keep.ts');
      ended(await verifyCommand(id, isJson(options), readConfig(), terminal));
    });
}

function task(text: string): Task {
  const { data } = Task.safeParse(text);
  if (data === undefined) throw new InvalidArgumentError(`Expected one of ${Task.options.join(', ')}.`);
  return data;
}
