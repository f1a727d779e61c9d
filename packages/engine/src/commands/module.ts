// MODULE: this server loads no modules. LIST names what clients know as the module of scripts, which is part of it.
import type { Call } from './call.ts';
import { CommandError } from './command-error.ts';
import type { CommandSpec } from './command-spec.ts';
import { replyHelp } from './help-reply.ts';

const LOADER = { flags: 'no_async_loading admin noscript protected', acl: '', group: 'server', complexity: 'O(1)' };

// biome-ignore format: a row stays together; one property a line would hide the table
export const moduleCommands: readonly CommandSpec[] = [
  {
    name: 'module', arity: -2, flags: '', acl: '', since: '4.0.0', group: 'server', complexity: 'Depends on the subcommand',
    about: 'Commands about modules.',
    subcommands: [
      { name: 'help', arity: 2, flags: 'loading stale', acl: '', since: '5.0.0', group: 'server', complexity: 'O(1)', about: 'Describes the subcommands.', run: (call) => replyHelp(call, HELP) },
      {
        name: 'list', arity: 2, flags: 'admin noscript', acl: '', since: '4.0.0', group: 'server', complexity: 'O(1)',
        tips: ['NONDETERMINISTIC_OUTPUT_ORDER'], about: 'The modules that are loaded.', run: list,
      },
      { ...LOADER, name: 'load', arity: -3, since: '4.0.0', about: 'Refuses to load a module.', run: refuse },
      { ...LOADER, name: 'loadex', arity: -3, since: '7.0.0', about: 'Refuses to load a module.', run: refuse },
      { ...LOADER, name: 'unload', arity: 3, since: '4.0.0', about: 'Refuses to unload a module.', run: refuse },
    ],
  },
];

const HELP = [
  'LIST',
  '    The modules that are loaded.',
  'LOAD <path> [<arg> ...], LOADEX <path> [CONFIG <name> <value> ...] [ARGS <arg> ...], UNLOAD <name>',
  '    Not offered: this server loads no modules.',
];

function list({ reply }: Call): void {
  reply.array(1);
  reply.map(4);
  reply.bulkText('name');
  reply.bulkText('lua');
  reply.bulkText('ver');
  reply.integer(1);
  reply.bulkText('path');
  reply.bulkText('lua');
  reply.bulkText('args');
  reply.array(0);
}

function refuse(): void {
  throw new CommandError('ERR Error loading the extension. Please check the server logs.');
}
