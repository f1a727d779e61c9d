// Which channels a user keeps when its rules change, and whether a subscriber may stay.
import { isChannelAllowed } from './acl-pattern.ts';
import type { AclUser } from './acl-user.ts';

/** What a client is subscribed to. */
export interface Subscriptions {
  readonly channels: Iterable<string>;
  readonly patterns: Iterable<string>;
  readonly shardChannels: Iterable<string>;
}

/** The channel patterns of `after` where it lacks one that `before` had; undefined where nothing was lost. */
export function lostChannels(before: AclUser, after: AclUser): readonly string[] | undefined {
  if (after.allSelectors.some((selector) => selector.allChannels)) return undefined;
  const left = after.allSelectors.flatMap((selector) => selector.channels);
  const isKept = before.allSelectors.every(
    (selector) => !selector.allChannels && selector.channels.every((channel) => left.includes(channel)),
  );
  return isKept ? undefined : left;
}

/** Whether all of a client's subscriptions are covered by these channel patterns. */
export function maySubscribe(channelsLeft: readonly string[], subscriptions: Subscriptions): boolean {
  for (const pattern of subscriptions.patterns) if (!isChannelAllowed(channelsLeft, pattern, true)) return false;
  for (const channel of subscriptions.channels) if (!isChannelAllowed(channelsLeft, channel, false)) return false;
  for (const channel of subscriptions.shardChannels) if (!isChannelAllowed(channelsLeft, channel, false)) return false;
  return true;
}
