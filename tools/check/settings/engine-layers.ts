// The layers inside packages/engine/src, from the top to the ground: one row per folder ('.' is the files beside them).
// `imports` may be used at run time; `knows` may be named in types only (`import type`), which leaves no trace at run
// time and so cannot make a layer depend on one above it. A single file of a folder is written as `folder/file.ts`.

export interface EngineLayer {
  readonly folder: string;
  readonly imports: readonly string[];
  readonly knows?: readonly string[];
  readonly about: string;
}

export const engineLayers: readonly EngineLayer[] = [
  {
    folder: '.',
    imports: [
      'transport',
      'session',
      'commands',
      'scripting',
      'acl',
      'types',
      'persistence',
      'config',
      'keyspace',
      'encodings',
      'memory',
    ],
    about: 'puts the layers together',
  },
  {
    folder: 'session',
    imports: ['transport', 'commands', 'acl', 'config', 'keyspace', 'encodings', 'memory'],
    // Scripts call commands through a port that the session implements.
    knows: ['scripting'],
    about: 'one client: protocol, authentication, MULTI, subscriptions, output gate and limits',
  },
  {
    folder: 'commands',
    imports: [
      // Handlers end what a session has begun (DISCARD); the dispatcher, which calls handlers, stays out of reach.
      'session/transaction-queue.ts',
      'scripting',
      'acl',
      'types',
      'persistence',
      'config',
      'keyspace',
      'encodings',
      'memory',
    ],
    // A handler reads its arguments and writes its reply through the session's types; it gets the objects passed in.
    knows: ['session', 'transport'],
    about: 'a table and handlers per family',
  },
  {
    folder: 'scripting',
    imports: ['acl', 'config', 'keyspace', 'encodings', 'memory'],
    // A script belongs to a client, and its value is written to a reply: both are passed in.
    knows: ['session'],
    about: 'Lua: compiles and runs scripts; calls commands through a port it is given',
  },
  {
    folder: 'persistence',
    imports: ['types', 'config', 'keyspace', 'encodings', 'memory'],
    about: 'RDB and AOF: reads the keyspace, never the commands',
  },
  {
    folder: 'acl',
    imports: ['config', 'keyspace', 'encodings', 'memory'],
    about: 'users and what they may do',
  },
  {
    folder: 'types',
    imports: ['keyspace', 'encodings', 'memory'],
    about: 'behaviour of values, no protocol',
  },
  {
    folder: 'transport',
    imports: ['encodings', 'memory'],
    about: 'gives bytes, takes bytes',
  },
  {
    folder: 'keyspace',
    imports: ['config', 'encodings', 'memory'],
    // Effects carry a command's arguments in the shape in which they were parsed.
    knows: ['session/args.ts'],
    about: 'databases, expiry, eviction, accounting, epochs, effects',
  },
  {
    folder: 'config',
    imports: ['encodings'],
    about: 'every directive, the files and the command line',
  },
  {
    folder: 'encodings',
    imports: ['memory'],
    about: 'bytes, no behaviour',
  },
  {
    folder: 'memory',
    imports: [],
    about: 'the arena',
  },
];
