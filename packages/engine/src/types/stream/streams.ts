// Streams of a keyspace: the parts that know entries and groups, and what the keyspace must be able to do with a stream
// as a value.
import type { Keyspace } from '../../keyspace/keyspace.ts';
import { KIND_STREAM } from '../../keyspace/value-kind.ts';
import type { Arena } from '../../memory/arena.ts';
import { GroupFreeing } from './group-freeing.ts';
import { StreamBuilder } from './stream-builder.ts';
import { StreamConsumers } from './stream-consumers.ts';
import { StreamCursor } from './stream-cursor.ts';
import { StreamEntries } from './stream-entries.ts';
import { StreamFacts } from './stream-facts.ts';
import { StreamGroups } from './stream-groups.ts';
import type { StreamLayout } from './stream-layout.ts';
import { StreamOperations, type StreamParts } from './stream-operations.ts';
import { StreamPending } from './stream-pending.ts';

export class Streams implements StreamParts {
  readonly layout: StreamLayout;
  readonly entries: StreamEntries;
  readonly groups: StreamGroups;
  readonly consumers: StreamConsumers;
  readonly pending: StreamPending;
  readonly freeing: GroupFreeing;
  /** For reading; a command that walks two streams at once makes one of its own. */
  readonly cursor: StreamCursor;
  /** For saving and digests. */
  readonly facts: StreamFacts;
  readonly operations: StreamOperations;

  constructor(arena: Arena) {
    this.entries = new StreamEntries(arena);
    this.layout = this.entries.layout;
    this.groups = new StreamGroups(arena);
    this.consumers = new StreamConsumers(arena);
    this.pending = new StreamPending(arena, this.consumers);
    this.freeing = new GroupFreeing(this.consumers);
    this.cursor = new StreamCursor(arena);
    this.facts = new StreamFacts(this);
    this.operations = new StreamOperations(this);
  }

  /** Begins a stream that is loaded part by part. */
  newBuilder(): StreamBuilder {
    return new StreamBuilder(this, (root) => this.operations.free(root));
  }
}

let lastKeyspace: Keyspace | undefined;
let lastStreams: Streams | undefined;
const streamsByKeyspace = new WeakMap<Keyspace, Streams>();

/** The streams of a keyspace; made once. */
export function streamsOf(keyspace: Keyspace): Streams {
  if (keyspace === lastKeyspace && lastStreams !== undefined) return lastStreams;
  let streams = streamsByKeyspace.get(keyspace);
  if (streams === undefined) {
    streams = new Streams(keyspace.arena);
    streamsByKeyspace.set(keyspace, streams);
  }
  lastKeyspace = keyspace;
  lastStreams = streams;
  return streams;
}

export function registerStreams(keyspace: Keyspace): void {
  keyspace.registerKind(KIND_STREAM, streamsOf(keyspace).operations);
}
