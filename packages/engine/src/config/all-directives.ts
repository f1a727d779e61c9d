// Every directive: all of Valkey 9.1 and our own, and the name types derived from the rows, so that reading a directive
// that does not exist, or as the wrong type, does not compile.
import type {
  BooleanDirective,
  ChoiceDirective,
  FlagsDirective,
  NumberDirective,
  SpecialDirective,
  TextDirective,
} from './directive.ts';
import { clusterDirectives } from './directives/cluster.ts';
import { dataStructuresDirectives } from './directives/data-structures.ts';
import { limitsDirectives } from './directives/limits.ts';
import { loggingDirectives } from './directives/logging.ts';
import { memoryDirectives } from './directives/memory.ts';
import { networkDirectives } from './directives/network.ts';
import { persistenceDirectives } from './directives/persistence.ts';
import { processDirectives } from './directives/process.ts';
import { replicationDirectives } from './directives/replication.ts';
import { securityDirectives } from './directives/security.ts';
import { tlsDirectives } from './directives/tls.ts';

export const allDirectives = [
  ...networkDirectives,
  ...tlsDirectives,
  ...securityDirectives,
  ...processDirectives,
  ...limitsDirectives,
  ...memoryDirectives,
  ...dataStructuresDirectives,
  ...persistenceDirectives,
  ...replicationDirectives,
  ...clusterDirectives,
  ...loggingDirectives,
] as const;

type KnownDirective = (typeof allDirectives)[number];

export type BooleanName = Extract<KnownDirective, BooleanDirective>['name'];
export type NumberName = Extract<KnownDirective, NumberDirective>['name'];
export type TextName = Extract<KnownDirective, TextDirective>['name'];
export type ChoiceName = Extract<KnownDirective, ChoiceDirective>['name'];
export type FlagsName = Extract<KnownDirective, FlagsDirective>['name'];
export type SpecialName = Extract<KnownDirective, SpecialDirective>['name'];
export type DirectiveName = KnownDirective['name'];

/** Directives that older servers knew: a configuration file may still name them with one value, which is ignored. */
export const retiredDirectives: readonly string[] = [
  'list-max-ziplist-entries',
  'list-max-ziplist-value',
  'lua-replicate-commands',
  'io-threads-do-reads',
  'dynamic-hz',
  'events-per-io-thread',
  'sanitize-dump-payload',
];
