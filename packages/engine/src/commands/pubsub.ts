// Publish and subscribe. Confirmations are pushes: they are part of the reply, and come even where replies are off.
import type { SubscriptionKind } from '../session/pubsub.ts';
import type { Call } from './call.ts';
import { CommandError } from './command-error.ts';
import { type CommandSpec, keyAt, keysFrom } from './command-spec.ts';
import { replyHelp, subcommandError } from './help-reply.ts';

const SUBSCRIBER = 'pubsub noscript loading stale sentinel';
const SHARD_SUBSCRIBER = 'pubsub noscript loading stale';

// biome-ignore format: a row stays together; one property a line would hide the table
export const pubsubCommands: readonly CommandSpec[] = [
  {
    name: 'subscribe', arity: -2, flags: SUBSCRIBER, acl: '', since: '2.0.0', group: 'pubsub',
    complexity: 'O(N), N channels', about: 'Subscribes to channels.', run: (call) => subscribe(call, 'channel'),
  },
  {
    name: 'unsubscribe', arity: -1, flags: SUBSCRIBER, acl: '', since: '2.0.0', group: 'pubsub',
    complexity: 'O(N), N channels', about: 'Ends subscriptions to channels.', run: (call) => unsubscribe(call, 'channel'),
  },
  {
    name: 'psubscribe', arity: -2, flags: SUBSCRIBER, acl: '', since: '2.0.0', group: 'pubsub',
    complexity: 'O(N), N patterns', about: 'Subscribes to all channels that match a pattern.',
    run: (call) => subscribe(call, 'pattern'),
  },
  {
    name: 'punsubscribe', arity: -1, flags: SUBSCRIBER, acl: '', since: '2.0.0', group: 'pubsub',
    complexity: 'O(N), N patterns', about: 'Ends subscriptions to patterns.', run: (call) => unsubscribe(call, 'pattern'),
  },
  {
    name: 'ssubscribe', arity: -2, flags: SHARD_SUBSCRIBER, acl: '', keys: [keysFrom(1, 'NOT_KEY')], since: '7.0.0',
    group: 'pubsub', complexity: 'O(N), N channels', about: "Subscribes to a shard's channels.",
    run: (call) => subscribe(call, 'shard'),
  },
  {
    name: 'sunsubscribe', arity: -1, flags: SHARD_SUBSCRIBER, acl: '', keys: [keysFrom(1, 'NOT_KEY')], since: '7.0.0',
    group: 'pubsub', complexity: 'O(N), N channels', about: "Ends subscriptions to a shard's channels.",
    run: (call) => unsubscribe(call, 'shard'),
  },
  {
    name: 'publish', arity: 3, flags: 'pubsub loading stale fast may_replicate sentinel', acl: '', since: '2.0.0',
    group: 'pubsub', complexity: 'O(N+M), N subscribers of the channel, M patterns', about: 'Sends a message to a channel.',
    run: publish,
  },
  {
    name: 'spublish', arity: 3, flags: 'pubsub loading stale fast may_replicate', acl: '', keys: [keyAt(1, 'NOT_KEY')],
    since: '7.0.0', group: 'pubsub', complexity: 'O(N), N subscribers', about: "Sends a message to a shard's channel.",
    run: publishInShard,
  },
  {
    name: 'pubsub', arity: -2, flags: '', acl: '', since: '2.8.0', group: 'pubsub', complexity: 'Depends on the subcommand',
    about: 'Tells who is subscribed to what.',
    subcommands: [
      {
        name: 'channels', arity: -2, flags: 'pubsub loading stale', acl: '', since: '2.8.0', group: 'pubsub',
        complexity: 'O(N), N channels', about: 'The channels with subscribers.', run: (call) => channels(call, 'channel'),
      },
      {
        name: 'help', arity: 2, flags: 'loading stale', acl: '', since: '6.2.0', group: 'pubsub', complexity: 'O(1)',
        about: 'Describes the subcommands.', run: (call) => replyHelp(call, HELP),
      },
      {
        name: 'numpat', arity: 2, flags: 'pubsub loading stale', acl: '', since: '2.8.0', group: 'pubsub',
        complexity: 'O(1)', about: 'The number of patterns with subscribers.', run: numpat,
      },
      {
        name: 'numsub', arity: -2, flags: 'pubsub loading stale', acl: '', since: '2.8.0', group: 'pubsub',
        complexity: 'O(N), N channels', about: 'The number of subscribers of channels.', run: (call) => numsub(call, 'channel'),
      },
      {
        name: 'shardchannels', arity: -2, flags: 'pubsub loading stale', acl: '', since: '7.0.0', group: 'pubsub',
        complexity: 'O(N), N channels', about: "The shard's channels with subscribers.", run: (call) => channels(call, 'shard'),
      },
      {
        name: 'shardnumsub', arity: -2, flags: 'pubsub loading stale', acl: '', since: '7.0.0', group: 'pubsub',
        complexity: 'O(N), N channels', about: "The number of subscribers of a shard's channels.",
        run: (call) => numsub(call, 'shard'),
      },
    ],
  },
];

const HELP = [
  'CHANNELS [<pattern>]',
  '    The channels with subscribers; those that match a pattern where one is given.',
  'NUMPAT',
  '    The number of patterns with subscribers.',
  'NUMSUB [<channel> ...]',
  '    The number of subscribers of each channel; patterns do not count.',
  'SHARDCHANNELS [<pattern>]',
  "    The shard's channels with subscribers.",
  'SHARDNUMSUB [<shardchannel> ...]',
  "    The number of subscribers of each of the shard's channels.",
];

const WORDS = {
  channel: { on: 'subscribe', off: 'unsubscribe' },
  pattern: { on: 'psubscribe', off: 'punsubscribe' },
  shard: { on: 'ssubscribe', off: 'sunsubscribe' },
} as const;

function subscribe(call: Call, kind: SubscriptionKind): void {
  const { args, client, services } = call;
  const mayWait = !call.denyBlocking || (kind !== 'shard' && !client.isScript);
  if (!mayWait) {
    const name = WORDS[kind].on.toUpperCase();
    throw new CommandError(`ERR ${name} isn't allowed for a DENY BLOCKING client`);
  }
  for (const name of args.texts(1)) {
    services.pubsub.subscribe(client, kind, name);
    confirm(call, kind, WORDS[kind].on, name);
  }
}

function unsubscribe(call: Call, kind: SubscriptionKind): void {
  const { args, client, services } = call;
  const names = args.count > 1 ? args.texts(1) : [...ownOf(call, kind)];
  if (names.length === 0) return confirm(call, kind, WORDS[kind].off, undefined);
  for (const name of names) {
    services.pubsub.unsubscribe(client, kind, name);
    confirm(call, kind, WORDS[kind].off, name);
  }
}

function ownOf({ client }: Call, kind: SubscriptionKind): ReadonlySet<string> {
  if (kind === 'channel') return client.channels;
  return kind === 'pattern' ? client.patterns : client.shardChannels;
}

/** Says that a subscription began or ended, and how many there are now. */
function confirm(call: Call, kind: SubscriptionKind, word: string, name: string | undefined): void {
  const { client, reply } = call;
  const count = kind === 'shard' ? client.shardChannels.size : client.channels.size + client.patterns.size;
  if (client.replyMode !== 'on') {
    const text = `${client.protocol === 3 ? '>' : '*'}3\r\n${bulk(word)}${name === undefined ? nil(client.protocol) : bulk(name)}:${count}\r\n`;
    client.deferredPushes.push(Buffer.from(text, 'latin1'));
    return;
  }
  reply.push(3);
  reply.bulkText(word);
  if (name === undefined) reply.nil();
  else reply.bulkText(name);
  reply.integer(count);
}

function bulk(text: string): string {
  return `$${text.length}\r\n${text}\r\n`;
}

function nil(protocol: number): string {
  return protocol === 3 ? '_\r\n' : '$-1\r\n';
}

function publish({ args, services, reply, db }: Call): void {
  services.effects.recordForFollowers(db.id, args);
  reply.integer(services.pubsub.publish(args.text(1), args.bytesOf(2), args.starts[2], args.lengths[2]));
}

function publishInShard({ args, services, reply, db }: Call): void {
  services.effects.recordForFollowers(db.id, args);
  reply.integer(services.pubsub.publishInShard(args.text(1), args.bytesOf(2), args.starts[2], args.lengths[2]));
}

function channels(call: Call, kind: 'channel' | 'shard'): void {
  const { args, reply, services } = call;
  if (args.count > 3) throw subcommandError(call);
  const names = services.pubsub.names(kind, args.count === 3 ? args.text(2) : undefined);
  reply.array(names.length);
  for (const name of names) reply.bulkText(name);
}

function numsub(call: Call, kind: 'channel' | 'shard'): void {
  const { args, reply, services } = call;
  reply.array((args.count - 2) * 2);
  for (const name of args.texts(2)) {
    reply.bulkText(name);
    reply.integer(services.pubsub.countReceivers(kind, name));
  }
}

function numpat({ reply, services }: Call): void {
  reply.integer(services.pubsub.count('pattern'));
}
