// Every family's table. A new family is one import and one line.
import { aclCommands } from './acl.ts';
import { appendOnlyCommands } from './append-only.ts';
import { bitmapCommands } from './bitmap.ts';
import { clientCommands } from './client.ts';
import { clusterCommands } from './cluster.ts';
import { commandCommands } from './command.ts';
import { commandLogCommands } from './command-log.ts';
import type { CommandSpec } from './command-spec.ts';
import { configCommands } from './config.ts';
import { connectionCommands } from './connection.ts';
import { counterCommands } from './counter.ts';
import { debugCommands } from './debug.ts';
import { dumpCommands } from './dump.ts';
import { functionCommands } from './function.ts';
import { genericCommands } from './generic.ts';
import { hashCommands } from './hash.ts';
import { hashCounterCommands } from './hash-counter.ts';
import { hashExpiryCommands } from './hash-expiry.ts';
import { hashExpiryValueCommands } from './hash-expiry-values.ts';
import { hashSampleCommands } from './hash-sample.ts';
import { infoCommands } from './info.ts';
import { keysCommands } from './keys.ts';
import { latencyCommands } from './latency.ts';
import { listCommands } from './list.ts';
import { listEditCommands } from './list-edit.ts';
import { listMoveCommands } from './list-move.ts';
import { listPopCommands } from './list-pop.ts';
import { memoryCommands } from './memory.ts';
import { migrateCommands } from './migrate.ts';
import { moduleCommands } from './module.ts';
import { monitorCommands } from './monitor.ts';
import { objectCommands } from './object.ts';
import { persistenceCommands } from './persistence.ts';
import { pubsubCommands } from './pubsub.ts';
import { renameCommands } from './rename.ts';
import { replicationCommands } from './replication.ts';
import { scriptCommands } from './script.ts';
import { scriptingCommands } from './scripting.ts';
import { serverCommands } from './server.ts';
import { setCommands } from './set.ts';
import { setAlgebraCommands } from './set-algebra.ts';
import { setSampleCommands } from './set-sample.ts';
import { sortCommands } from './sort.ts';
import { sortedSetCommands } from './sorted-set.ts';
import { sortedSetBlockingCommands } from './sorted-set-blocking.ts';
import { sortedSetCombineCommands } from './sorted-set-combine.ts';
import { sortedSetCountCommands } from './sorted-set-count.ts';
import { sortedSetPopCommands } from './sorted-set-pop.ts';
import { sortedSetRangeCommands } from './sorted-set-range.ts';
import { sortedSetSampleCommands } from './sorted-set-sample.ts';
import { streamCommands } from './stream.ts';
import { stringCommands } from './string.ts';
import { lcsCommands } from './string-lcs.ts';
import { stringSetCommands } from './string-set.ts';
import { transactionCommands } from './transaction.ts';

export const allFamilies: readonly (readonly CommandSpec[])[] = [
  aclCommands,
  clientCommands,
  commandCommands,
  commandLogCommands,
  latencyCommands,
  clusterCommands,
  migrateCommands,
  moduleCommands,
  memoryCommands,
  monitorCommands,
  replicationCommands,
  serverCommands,
  setAlgebraCommands,
  setCommands,
  setSampleCommands,
  configCommands,
  connectionCommands,
  counterCommands,
  debugCommands,
  dumpCommands,
  functionCommands,
  genericCommands,
  hashCommands,
  hashCounterCommands,
  hashExpiryCommands,
  hashExpiryValueCommands,
  hashSampleCommands,
  lcsCommands,
  listCommands,
  listEditCommands,
  listMoveCommands,
  listPopCommands,
  scriptCommands,
  scriptingCommands,
  infoCommands,
  keysCommands,
  objectCommands,
  renameCommands,
  persistenceCommands,
  pubsubCommands,
  sortedSetBlockingCommands,
  sortedSetCombineCommands,
  sortedSetCommands,
  sortedSetCountCommands,
  sortedSetPopCommands,
  sortedSetRangeCommands,
  sortedSetSampleCommands,
  streamCommands,
  appendOnlyCommands,
  bitmapCommands,
  sortCommands,
  stringCommands,
  stringSetCommands,
  transactionCommands,
];
