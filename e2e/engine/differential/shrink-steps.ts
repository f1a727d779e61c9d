// Makes a failing episode short: leaves out as many steps as it can while any difference remains. Greedy, in halves and then
// smaller parts, with a limit on the number of runs.
import type { Difference, Episode } from './run-episode.ts';

const RUNS_MAX = 250;

export type TryEpisode = (episode: Episode) => Promise<Difference | undefined>;

export interface ShrunkEpisode {
  readonly episode: Episode;
  readonly difference: Difference;
  /** False when the difference did not come again: it depends on chance or time. */
  readonly repeatable: boolean;
}

/** Shortens the episode, which showed `first`. */
export async function shrinkSteps(episode: Episode, first: Difference, tryEpisode: TryEpisode): Promise<ShrunkEpisode> {
  let steps = episode.steps.slice(0, first.step + 1);
  let difference = await tryEpisode({ ...episode, steps });
  if (difference === undefined) return { episode, difference: first, repeatable: false };
  let runs = 0;
  for (let size = Math.ceil(steps.length / 2); size >= 1; size = size === 1 ? 0 : Math.ceil(size / 2)) {
    for (let start = 0; start < steps.length && runs < RUNS_MAX; ) {
      // Waits stay: without them a brief time to live ends at any moment.
      const waits = steps.slice(start, start + size).filter(({ kind }) => kind === 'wait');
      const rest = [...steps.slice(0, start), ...waits.slice(0, 1), ...steps.slice(start + size)];
      runs++;
      const shown = rest.length >= steps.length ? undefined : await tryEpisode({ ...episode, steps: rest });
      if (shown === undefined || shown.kind !== first.kind) start += size;
      else [steps, difference] = [rest, shown];
    }
  }
  return { episode: { ...episode, steps }, difference, repeatable: true };
}
