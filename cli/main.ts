/** The command line of Sightline. Leaves by its own: nothing here calls `process.exit` (DESIGN §3.3). */
import { tellFailure } from './exit.ts';
import { createProgram } from './program.ts';

/** A reader that went away, as `head` does, is no failure. */
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
});

const ended = (exitCode: number): void => {
  // A command that lives on, such as `start`, sets its own.
  if (exitCode !== 0) process.exitCode = exitCode;
};

try {
  await createProgram({ terminal: process }, ended).parseAsync(process.argv);
} catch (error) {
  ended(tellFailure(error, process, process.argv.includes('--json')));
}
