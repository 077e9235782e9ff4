/** The app itself: its gateway, its user, its commands. */
import { type APIApplication, type APIApplicationCommand, ApplicationCommandType } from 'discord-api-types/v10';
import { type CommandInput, checkCommand } from '../../forms/command-form.ts';
import { createForm } from '../../forms/form.ts';
import { applicationFlags, gatewayUrl } from '../../gateway/greeting.ts';
import { apiUser } from '../../shapes/user.ts';
import type { World } from '../../world/world.ts';
import { refuse } from '../refusal.ts';
import { type Call, done, ok, type Reply, type Route, route } from '../router.ts';

/** Context: 100 commands typed, 15 of each menu. */
const MAX_OF_TYPE: Readonly<Record<number, number>> = { 1: 100, 2: 15, 3: 15 };

function stored(world: World, input: CommandInput, guildId: string | null, id: string): APIApplicationCommand {
  const type = input.type ?? ApplicationCommandType.ChatInput;
  return {
    description: '',
    dm_permission: true,
    nsfw: false,
    default_member_permissions: null,
    name_localizations: null,
    description_localizations: null,
    ...(guildId === null ? { integration_types: [0], contexts: null } : {}),
    ...input,
    id,
    type,
    application_id: world.application.id,
    version: world.nextId(),
    ...(guildId === null ? {} : { guild_id: guildId }),
  } as APIApplicationCommand;
}

const scopeOf = ({ world, params }: Call): string | null => {
  if (params.application !== world.application.id) refuse('unknownApplication');
  if (params.guild === undefined) return null;
  return world.guilds.has(params.guild) ? params.guild : refuse('missingAccess');
};

const inScope = (world: World, scope: string | null) =>
  [...world.commands.values()].filter(({ guildId }) => guildId === scope);

const same = (command: APIApplicationCommand, input: CommandInput) =>
  command.name === input.name && command.type === (input.type ?? ApplicationCommandType.ChatInput);

function list(call: Call): Reply {
  return { status: 200, body: inScope(call.world, scopeOf(call)).map(({ command }) => command) };
}

/** A command of the same name and kind is replaced and keeps its id. */
function save(world: World, scope: string | null, input: CommandInput): APIApplicationCommand {
  const old = inScope(world, scope).find(({ command }) => same(command, input));
  const command = stored(world, input, scope, old?.command.id ?? world.nextId());
  world.commands.set(command.id, { command, guildId: scope });
  return command;
}

function overwrite(call: Call): Reply {
  const { world } = call;
  const scope = scopeOf(call);
  const inputs = call.json as CommandInput[];
  const form = createForm();
  for (const [index, input] of inputs.entries()) {
    checkCommand(form, input, [index], scope !== null);
    const twice =
      inputs.findIndex((other) => other.name === input.name && (other.type ?? 1) === (input.type ?? 1)) !== index;
    if (twice) form.fail([index], 'APPLICATION_COMMANDS_DUPLICATE_NAME', 'Application command names must be unique');
  }
  form.check();
  for (const [type, max] of Object.entries(MAX_OF_TYPE)) {
    if (inputs.filter((input) => (input.type ?? 1) === Number(type)).length > max) refuse('tooManyCommands');
  }
  const saved = inputs.map((input) => save(world, scope, input));
  for (const { command } of inScope(world, scope)) if (!saved.includes(command)) world.commands.delete(command.id);
  return { status: 200, body: saved };
}

function create(call: Call): Reply {
  const scope = scopeOf(call);
  const input = call.json as CommandInput;
  const form = createForm();
  checkCommand(form, input, [], scope !== null);
  form.check();
  const isNew = !inScope(call.world, scope).some(({ command }) => same(command, input));
  return { status: isNew ? 201 : 200, body: save(call.world, scope, input) };
}

function edit(call: Call): Reply {
  const scope = scopeOf(call);
  const found = call.world.commands.get(call.params.command ?? '') ?? refuse('unknownCommand');
  const input = { ...found.command, ...(call.json as CommandInput) } as CommandInput;
  const form = createForm();
  checkCommand(form, input, [], scope !== null);
  form.check();
  const command = stored(call.world, input, scope, found.command.id);
  call.world.commands.set(command.id, { command, guildId: scope });
  return ok(command);
}

function remove(call: Call): Reply {
  scopeOf(call);
  return call.world.commands.delete(call.params.command ?? '') ? done : refuse('unknownCommand');
}

function me({ world }: Call): Reply {
  const application: Partial<APIApplication> = {
    id: world.application.id,
    name: world.application.name,
    icon: null,
    description: '',
    bot_public: true,
    bot_require_code_grant: false,
    verify_key: '',
    ...applicationFlags(world),
    bot: apiUser(world.bot),
  };
  return ok(application);
}

function gatewayBot({ world }: Call): Reply {
  return ok({
    url: gatewayUrl(world),
    shards: 1,
    session_start_limit: { total: 1000, remaining: 1000, reset_after: 86_400_000, max_concurrency: 1 },
  });
}

function user(call: Call): Reply {
  const id = call.params.user === '@me' ? call.world.bot.id : (call.params.user ?? '');
  return ok(apiUser(call.world.users.get(id) ?? refuse('unknownUser')));
}

const commandRoutes = (base: string): readonly Route[] => [
  route('GET', base, list),
  route('PUT', base, overwrite),
  route('POST', base, create),
  route('PATCH', `${base}/:command`, edit),
  route('DELETE', `${base}/:command`, remove),
];

export const applicationRoutes: readonly Route[] = [
  route('GET', '/gateway', ({ world }) => ok({ url: gatewayUrl(world) }), { open: true }),
  route('GET', '/gateway/bot', gatewayBot),
  route('GET', '/users/:user', user),
  route('GET', '/applications/@me', me),
  route('GET', '/oauth2/applications/@me', me),
  ...commandRoutes('/applications/:application/commands'),
  ...commandRoutes('/applications/:application/guilds/:guild/commands'),
];
