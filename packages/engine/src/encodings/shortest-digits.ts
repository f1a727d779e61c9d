// Decimal digits of a double by Grisu2 (Florian Loitsch, "Printing floating-point numbers quickly and accurately with
// integers", 2010), as the original's printer uses it. Not the shortest digits in about one case of a thousand, where
// JavaScript's own printing would be: the text of a score is protocol, so the same algorithm with the same choice of
// cached powers must run. 64-bit words are pairs of 32-bit halves; a sum of halves times 2^32 plus halves is rounded once
// at most, so its sign is exact, which is all that the comparisons need.

const TWO_22 = 4194304;
const TWO_32 = 4294967296;
const POWERS = 87;
const POWER_FIRST = -348;
const POWER_STEP = 8;
/** The scaled exponent must be within: then the integral part has at most 32 bits. */
const EXPONENT_MIN = -60;
const EXPONENT_MAX = -32;
const LOG10_OF_2 = 0.30102999566398114;

/** The digits found last, as ASCII; `digitCount` of them are valid. */
export const digits = new Uint8Array(20);
export let digitCount = 0;
/** The value is the digits as an integer times ten to this power. */
export let digitExponent = 0;

const double = new Float64Array(1);
const doubleWords = new Uint32Array(double.buffer);

/** Powers of ten from 10^-348 on in steps of 10^8: significands of 64 bits as limbs of 22, 22 and 20, and exponents. */
let powerLimbs: Float64Array | undefined;
const powerExponents = new Int16Array(POWERS);

/** Halves of the last product. */
let productHigh = 0;
let productLow = 0;

/** Finds the digits of a positive finite double into `digits`, `digitCount` and `digitExponent`. */
export function findShortestDigits(value: number): void {
  double[0] = value;
  const words = doubleWords;
  const biased = (words[1] >>> 20) & 0x7ff;
  let high = words[1] & 0xfffff;
  let low = words[0];
  let shift = 11;
  if (biased === 0) shift = high === 0 ? 32 + Math.clz32(low) : Math.clz32(high);
  else high |= 0x100000;
  // A power of two has its lower neighbour at half the distance.
  const isBoundary = biased !== 0 && high === 0x100000 && low === 0;
  const exponent = (biased === 0 ? -1074 : biased - 1075) - shift;
  if (shift >= 32) {
    high = low << (shift - 32);
    low = 0;
  } else {
    high = (high << shift) | (low >>> (32 - shift));
    low <<= shift;
  }
  scale(high >>> 0, low >>> 0, shift, isBoundary, exponent);
}

/** Scales the value and its two boundaries by a power of ten, then cuts digits between the boundaries. */
function scale(high: number, low: number, shift: number, isBoundary: boolean, exponent: number): void {
  const power = powerIndex(exponent);
  multiply(high, low, power);
  const valueHigh = productHigh;
  const valueLow = productLow;
  // Half of the last place, as the words that are added and taken away.
  const halfHigh = shift > 32 ? 2 ** (shift - 33) : 0;
  const halfLow = shift > 32 ? 0 : 2 ** (shift - 1);
  const upperSum = low + halfLow;
  multiply(high + halfHigh + (upperSum >= TWO_32 ? 1 : 0), upperSum >>> 0, power);
  const upperHigh = productHigh - (productLow === 0 ? 1 : 0);
  const upperLow = (productLow - 1) >>> 0;
  const lowerSum = low - (isBoundary ? halfLow / 2 : halfLow);
  multiply(high - halfHigh - (lowerSum < 0 ? 1 : 0), lowerSum >>> 0, power);
  const lowerHigh = productHigh + (productLow === 0xffffffff ? 1 : 0);
  const lowerLow = (productLow + 1) >>> 0;
  digitExponent = -(POWER_FIRST + power * POWER_STEP);
  cutDigits(
    -(exponent + powerExponents[power] + 64),
    upperHigh,
    upperLow,
    upperHigh - lowerHigh - (upperLow < lowerLow ? 1 : 0),
    (upperLow - lowerLow) >>> 0,
    upperHigh - valueHigh - (upperLow < valueLow ? 1 : 0),
    (upperLow - valueLow) >>> 0,
  );
}

/**
 * Cuts digits off `upper`, a fixed-point number with `point` bits behind the point, until the rest is within `delta` of
 * it; then moves the last digit towards the value, which lies `distance` below `upper`.
 */
function cutDigits(
  point: number,
  upperHigh: number,
  upperLow: number,
  delta0High: number,
  delta0Low: number,
  distance0High: number,
  distance0Low: number,
): void {
  const shift = point - 32;
  const mask = (1 << shift) - 1;
  let integral = upperHigh >>> shift;
  let restHigh = upperHigh & mask;
  let restLow = upperLow;
  let count = 0;
  let unit = 1_000_000_000;
  let places = 10;
  while (places > 1 && integral < unit) {
    unit /= 10;
    places--;
  }
  for (; places > 0; unit /= 10) {
    const digit = Math.floor(integral / unit);
    if (digit > 0 || count > 0) digits[count++] = 48 + digit;
    integral -= digit * unit;
    places--;
    const high = integral * 2 ** shift + restHigh;
    if ((delta0High - high) * TWO_32 + (delta0Low - restLow) >= 0) {
      const unitHigh = unit * 2 ** shift;
      finish(count, places, delta0High, delta0Low, high, restLow, unitHigh, distance0High, distance0Low);
      return;
    }
  }
  let deltaHigh = delta0High;
  let deltaLow = delta0Low;
  let distanceHigh = distance0High;
  let distanceLow = distance0Low;
  for (;;) {
    let scaled = restLow * 10;
    restLow = scaled >>> 0;
    restHigh = restHigh * 10 + Math.floor(scaled / TWO_32);
    scaled = deltaLow * 10;
    deltaLow = scaled >>> 0;
    deltaHigh = deltaHigh * 10 + Math.floor(scaled / TWO_32);
    scaled = distanceLow * 10;
    distanceLow = scaled >>> 0;
    distanceHigh = distanceHigh * 10 + Math.floor(scaled / TWO_32);
    places--;
    const digit = restHigh >>> shift;
    if (digit > 0 || count > 0) digits[count++] = 48 + digit;
    restHigh = (restHigh & mask) >>> 0;
    if ((deltaHigh - restHigh) * TWO_32 + (deltaLow - restLow) > 0) {
      finish(count, places, deltaHigh, deltaLow, restHigh, restLow, 2 ** shift, distanceHigh, distanceLow);
      return;
    }
  }
}

/** Lowers the last digit while that brings the text nearer to the value; one unit of it is `unitHigh` * 2^32. */
function finish(
  count: number,
  places: number,
  deltaHigh: number,
  deltaLow: number,
  restHigh: number,
  restLow: number,
  unitHigh: number,
  distanceHigh: number,
  distanceLow: number,
): void {
  let high = restHigh;
  while (
    (deltaHigh - high - unitHigh) * TWO_32 + (deltaLow - restLow) >= 0 &&
    (2 * distanceHigh - 2 * high - unitHigh) * TWO_32 + 2 * (distanceLow - restLow) > 0
  ) {
    digits[count - 1]--;
    high += unitHigh;
  }
  digitCount = count;
  digitExponent += places;
}

/** Sets the product halves to the 64-bit word times the power's significand, rounded to its upper 64 bits. */
function multiply(high: number, low: number, power: number): void {
  const limbs = powerLimbs ?? makePowers();
  const b0 = limbs[power * 3];
  const b1 = limbs[power * 3 + 1];
  const b2 = limbs[power * 3 + 2];
  const a0 = low & 0x3fffff;
  const a1 = (low >>> 22) | ((high & 0xfff) << 10);
  const a2 = high >>> 12;
  const c0 = a0 * b0;
  const c1 = a0 * b1 + a1 * b0 + Math.floor(c0 / TWO_22);
  // 2^63 to round, which is 2^19 at the third limb.
  const c2 = a0 * b2 + a1 * b1 + a2 * b0 + Math.floor(c1 / TWO_22) + 524288;
  const carry2 = Math.floor(c2 / TWO_22);
  const c3 = a1 * b2 + a2 * b1 + carry2;
  const carry3 = Math.floor(c3 / TWO_22);
  const c4 = a2 * b2 + carry3;
  const top = Math.floor(c4 / 256);
  productHigh = top;
  productLow = (((c4 - top * 256) << 24) | ((c3 - carry3 * TWO_22) << 2) | ((c2 - carry2 * TWO_22) >>> 20)) >>> 0;
}

/** Which power brings `exponent` into the window; where two do, the one that the original's estimate reaches first. */
function powerIndex(exponent: number): number {
  if (powerLimbs === undefined) makePowers();
  const estimate = Math.trunc(-(exponent + POWERS) * LOG10_OF_2);
  let index = Math.trunc((estimate - POWER_FIRST) / POWER_STEP);
  for (;;) {
    const scaled = exponent + powerExponents[index] + 64;
    if (scaled < EXPONENT_MIN) index++;
    else if (scaled > EXPONENT_MAX) index--;
    else return index;
  }
}

/** Computes the table on first use: less than a millisecond. */
function makePowers(): Float64Array {
  const limbs = new Float64Array(POWERS * 3);
  for (let i = 0; i < POWERS; i++) {
    const power = POWER_FIRST + i * POWER_STEP;
    // 10^power * 2^extra is an integer, or a quotient, of far more than 64 bits.
    const extra = 1400n;
    const wide = power >= 0 ? (10n ** BigInt(power)) << extra : (1n << (2n * extra)) / 10n ** BigInt(-power);
    const wideExponent = power >= 0 ? -Number(extra) : -2 * Number(extra);
    const surplus = wide.toString(2).length - 64;
    const significand = (wide + (1n << BigInt(surplus - 1))) >> BigInt(surplus);
    powerExponents[i] = wideExponent + surplus;
    limbs[i * 3] = Number(significand & 0x3fffffn);
    limbs[i * 3 + 1] = Number((significand >> 22n) & 0x3fffffn);
    limbs[i * 3 + 2] = Number(significand >> 44n);
  }
  powerLimbs = limbs;
  return limbs;
}
