// Streams of a keyspace: the parts that know entries and groups, and what the keyspace must be able to do with a stream
// as a value.
import type { Keyspace } from '../../keyspace/keyspace.ts';
import { KIND_STREAM } from '../../keyspace/value-kind.ts';
import type { Arena } from '../../memory/arena.ts';
import { StreamCursor } from './stream-cursor.ts';
import { StreamEntries } from './stream-entries.ts';
import { StreamOperations } from './stream-operations.ts';

export class Streams {
  readonly entries: StreamEntries;
  /** For reading; a command that walks two streams at once makes one of its own. */
  readonly cursor: StreamCursor;

  constructor(arena: Arena) {
    this.entries = new StreamEntries(arena);
    this.cursor = new StreamCursor(arena);
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
  keyspace.registerKind(KIND_STREAM, new StreamOperations(streamsOf(keyspace)));
}
