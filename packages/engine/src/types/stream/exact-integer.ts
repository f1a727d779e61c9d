// Counters that clients may set to any 64-bit integer: a number while it is exact, beyond 2^53 a bigint. Sums wrap
// around at 64 bits, as Valkey's do.

export type ExactInteger = number | bigint;

export function addExact(left: ExactInteger, right: ExactInteger): ExactInteger {
  if (typeof left === 'number' && typeof right === 'number') {
    const sum = left + right;
    if (Number.isSafeInteger(sum)) return sum;
  }
  return toExact(BigInt.asIntN(64, BigInt(left) + BigInt(right)));
}

export function subtractExact(left: ExactInteger, right: ExactInteger): ExactInteger {
  return addExact(left, -right);
}

/** The number where it is exact. */
export function toExact(value: bigint): ExactInteger {
  const number = Number(value);
  return Number.isSafeInteger(number) ? number : value;
}
