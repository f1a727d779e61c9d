// Commands as patterns, so that a family reads like its documentation:
//   SET $key $value [NX|XX] [EX $seconds|KEEPTTL]     [ ] perhaps, { } one of, | between alternatives
//   MSET {$key $value}+                               + one to four times, * none to four times
//   ZUNION #{$zkey}+                                  # how many times, then the repetitions
//   $name                                             a word of the vocabulary
import type { SeededRandom } from '@valkeep/testing';

/** Words by name; each call draws another. */
export type Vocabulary = Readonly<Record<string, (random: SeededRandom) => string>>;

type Pattern =
  | { readonly kind: 'word'; readonly text: string }
  | { readonly kind: 'draw'; readonly name: string }
  | { readonly kind: 'group'; readonly optional: boolean; readonly alternatives: readonly Pattern[][] }
  | { readonly kind: 'repeat'; readonly min: number; readonly counted: boolean; readonly item: Pattern };

const REPEAT_MAX = 4;
const OPTION_PROBABILITY = 0.4;
const SINGLE_PROBABILITY = 0.5;

export class Template {
  /** The command's name, in capitals. */
  readonly name: string;
  readonly #patterns: readonly Pattern[];

  constructor(source: string) {
    const tokens = source.match(/#?[[{]|[\]}][+*]?|\||[^\s[\]{}|#]+/g) ?? [];
    this.#patterns = parseAlternatives(tokens, undefined)[0] ?? [];
    this.name = tokens[0] ?? '';
  }

  /** One command of this form. */
  expand(random: SeededRandom, vocabulary: Vocabulary): string[] {
    return this.#patterns.flatMap((pattern) => expandPattern(pattern, random, vocabulary));
  }
}

/** Takes tokens up to the bracket that closes the group. */
function parseAlternatives(tokens: string[], closing: string | undefined): Pattern[][] {
  const alternatives: Pattern[][] = [[]];
  const rest = closing === undefined ? [...tokens] : tokens;
  for (let token = rest.shift(); token !== undefined; token = rest.shift()) {
    if (closing !== undefined && token.startsWith(closing)) {
      rest.unshift(token);
      return alternatives;
    }
    if (token === '|') alternatives.push([]);
    else alternatives.at(-1)?.push(parsePattern(token, rest));
  }
  if (closing !== undefined) throw new Error(`a template lacks its '${closing}'`);
  return alternatives;
}

function parsePattern(token: string, rest: string[]): Pattern {
  if (token.startsWith('$') && token.length > 1) return { kind: 'draw', name: token.slice(1) };
  const opening = token.at(-1);
  if (opening !== '[' && opening !== '{') return { kind: 'word', text: token };
  const alternatives = parseAlternatives(rest, opening === '[' ? ']' : '}');
  const suffix = rest.shift()?.slice(1) ?? '';
  const group: Pattern = { kind: 'group', optional: opening === '[', alternatives };
  if (suffix === '') return group;
  return { kind: 'repeat', min: suffix === '+' ? 1 : 0, counted: token.startsWith('#'), item: group };
}

function expandPattern(pattern: Pattern, random: SeededRandom, vocabulary: Vocabulary): string[] {
  switch (pattern.kind) {
    case 'word':
      return [pattern.text];
    case 'draw': {
      const draw = vocabulary[pattern.name];
      if (draw === undefined) throw new Error(`the vocabulary has no $${pattern.name}`);
      return [draw(random)];
    }
    case 'group':
      if (pattern.optional && !random.chance(OPTION_PROBABILITY)) return [];
      return random.pick(pattern.alternatives).flatMap((part) => expandPattern(part, random, vocabulary));
    case 'repeat': {
      const single = pattern.min === 1 && random.chance(SINGLE_PROBABILITY);
      const items = random.times(pattern.min, single ? 1 : REPEAT_MAX, () =>
        expandPattern(pattern.item, random, vocabulary),
      );
      return pattern.counted ? [String(items.length), ...items.flat()] : items.flat();
    }
  }
}
