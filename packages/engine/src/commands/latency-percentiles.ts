// Percentiles of the durations that a command has in `Command.latency`, given as the original's histogram gives them:
// the largest value that it cannot tell from the one found, which in nanoseconds has seven binary digits.

import { latencyBucketStart } from '../encodings/latency-buckets.ts';

const DIGITS = 7;

/** Microseconds below which so many percent of the durations lie. */
export function findPercentiles(buckets: Float64Array, percentiles: readonly number[]): number[] {
  let total = 0;
  for (const count of buckets) total += count;
  return percentiles.map((percentile) => {
    const wanted = Math.max(1, Math.floor((Math.min(percentile, 100) / 100) * total + 0.5));
    return findDuration(buckets, wanted);
  });
}

function findDuration(buckets: Float64Array, wanted: number): number {
  let seen = 0;
  for (let bucket = 0; bucket < buckets.length; bucket++) {
    seen += buckets[bucket];
    if (seen >= wanted) return largestLike(latencyBucketStart(bucket) * 1000) / 1000;
  }
  return 0;
}

function largestLike(nanoseconds: number): number {
  const unit = 2 ** Math.max(0, Math.floor(Math.log2(nanoseconds)) - DIGITS);
  return Math.floor(nanoseconds / unit) * unit + unit - 1;
}
