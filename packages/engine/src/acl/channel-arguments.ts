// The arguments that are channels, of the commands that need permission for them. Unsubscribing needs none.
import type { ChannelArguments } from './acl-command.ts';

const ONE_CHANNEL: ChannelArguments = { first: 1, count: 1, arePatterns: false };
const CHANNELS: ChannelArguments = { first: 1, count: undefined, arePatterns: false };
const PATTERNS: ChannelArguments = { first: 1, count: undefined, arePatterns: true };

/** By full name of the command. */
export const channelArguments: ReadonlyMap<string, ChannelArguments> = new Map([
  ['publish', ONE_CHANNEL],
  ['spublish', ONE_CHANNEL],
  ['subscribe', CHANNELS],
  ['ssubscribe', CHANNELS],
  ['psubscribe', PATTERNS],
]);
