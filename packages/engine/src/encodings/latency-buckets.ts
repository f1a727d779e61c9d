// Buckets for durations in microseconds: exact ones up to 255, then steps of less than 1 %. Counting one is an index.

const EXACT_MICROSECONDS = 256;
const STEPS = 128;
const STEP_BITS = 7;
const EXPONENT_MAX = 30;

export const LATENCY_BUCKETS = EXACT_MICROSECONDS + (EXPONENT_MAX - 7) * STEPS;

/** The bucket of a duration; those below 1 us and beyond 2^30 us are drawn into the range. */
export function latencyBucket(microseconds: number): number {
  const value = Math.min(Math.max(1, Math.floor(microseconds)), 2 ** EXPONENT_MAX - 1);
  if (value < EXACT_MICROSECONDS) return value;
  const exponent = 31 - Math.clz32(value);
  return EXACT_MICROSECONDS + (exponent - 8) * STEPS + ((value >>> (exponent - STEP_BITS)) & (STEPS - 1));
}

/** The shortest duration in microseconds that falls into a bucket. */
export function latencyBucketStart(bucket: number): number {
  if (bucket < EXACT_MICROSECONDS) return bucket;
  const exponent = Math.floor((bucket - EXACT_MICROSECONDS) / STEPS) + 8;
  const step = (bucket - EXACT_MICROSECONDS) % STEPS;
  return 2 ** exponent + step * 2 ** (exponent - STEP_BITS);
}
