// What the commands that give fields deadlines share: where the fields are named, options, deadlines as replies and as
// text for followers.
import type { Call } from './call.ts';
import { CommandError, SYNTAX_ERROR } from './command-error.ts';
import { deadlineArgument, invalidExpireTime } from './deadline-argument.ts';

export const BAD_FIELD_COUNT = new CommandError(
  'ERR numfields should be greater than 0 and match the provided number of fields',
);
const INT64_MAX = 2n ** 63n - 1n;
const INT64_LIMIT = 2 ** 63;

/** Position of the word FIELDS from argument `from` on (an argument follows it); 0 where there is none. */
export function fieldsWordAt(call: Call, from: number): number {
  const { args } = call;
  for (let i = from; i < args.count - 1; i++) if (args.is(i, 'fields')) return i;
  return 0;
}

/** Throws where the number behind FIELDS is not that of the fields that follow, each of `width` arguments. */
export function checkFieldCount(call: Call, wordAt: number, width: number, error = BAD_FIELD_COUNT): void {
  if (wordAt === 0) throw error;
  const fields = call.integer(wordAt + 1);
  if (fields === 0 || fields * width !== call.args.count - (wordAt + 2)) throw error;
}

/** The deadline in argument `index`, in Unix milliseconds; negative amounts are refused. */
export function fieldDeadlineArgument(call: Call, index: number, unitMs: number, baseMs: number): number {
  const deadline = deadlineArgument(call, index, unitMs, baseMs);
  if (call.args.text(index).startsWith('-')) throw invalidExpireTime(call);
  return deadline;
}

/** A deadline as text; the largest 64-bit integer for what was rounded up beyond it. */
export function deadlineText(deadline: number): string {
  return deadline >= INT64_LIMIT ? String(INT64_MAX) : String(deadline);
}

export function replyTime(call: Call, time: number): void {
  if (time >= INT64_LIMIT) call.reply.bigInteger(INT64_MAX);
  else call.reply.integer(time);
}

/** Options of HGETEX and HSETEX. */
export interface FieldOptions {
  /** NX or XX: whether the key must not be there, or must be. */
  keyCondition: '' | 'nx' | 'xx';
  /** FNX or FXX: the same for all of the fields. */
  fieldCondition: '' | 'fnx' | 'fxx';
  /** What happens to the deadlines: EX, PX, EXAT, PXAT give one. */
  time: '' | 'keepttl' | 'persist' | 'ex' | 'px' | 'exat' | 'pxat';
  /** Position of the option that gives a deadline, 0 where there is none. */
  timeAt: number;
}

type Time = FieldOptions['time'];
const DEADLINES: readonly Time[] = ['ex', 'px', 'exat', 'pxat'];

/** Parses the options before the word FIELDS. */
export function fieldOptions(call: Call, wordAt: number, command: 'hgetex' | 'hsetex'): FieldOptions {
  const { args } = call;
  const options: FieldOptions = { keyCondition: '', fieldCondition: '', time: '', timeAt: 0 };
  for (let i = 2; i < wordAt; i++) {
    const option = DEADLINES.find((name) => args.is(i, name));
    if (option !== undefined) {
      if ((options.time !== '' && options.time !== option) || i + 1 === wordAt) throw SYNTAX_ERROR;
      options.time = option;
      options.timeAt = i++;
    } else if (command === 'hsetex') {
      parseSettingOption(call, i, options);
    } else {
      if (!args.is(i, 'persist') || (options.time !== '' && options.time !== 'persist')) throw SYNTAX_ERROR;
      options.time = 'persist';
    }
  }
  return options;
}

function parseSettingOption(call: Call, index: number, options: FieldOptions): void {
  const { args } = call;
  if (args.is(index, 'nx') && options.keyCondition !== 'xx') options.keyCondition = 'nx';
  else if (args.is(index, 'xx') && options.keyCondition !== 'nx') options.keyCondition = 'xx';
  else if (args.is(index, 'fnx') && options.fieldCondition !== 'fxx') options.fieldCondition = 'fnx';
  else if (args.is(index, 'fxx') && options.fieldCondition !== 'fnx') options.fieldCondition = 'fxx';
  else if (args.is(index, 'keepttl') && (options.time === '' || options.time === 'keepttl')) options.time = 'keepttl';
  else throw SYNTAX_ERROR;
}

/** The deadline that options give, in Unix milliseconds; undefined where they give none. */
export function optionDeadline(call: Call, { time, timeAt }: FieldOptions): number | undefined {
  if (timeAt === 0) return undefined;
  const unitMs = time === 'ex' || time === 'exat' ? 1000 : 1;
  const baseMs = time === 'ex' || time === 'px' ? call.nowMs : 0;
  return fieldDeadlineArgument(call, timeAt + 1, unitMs, baseMs);
}
