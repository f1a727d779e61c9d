/**
 * Random Lua programs for tests: each is a row of protected chunks whose values and error messages are collected.
 * The same seed gives the same program. Programs end soon, print no addresses, and leave holes in no list, because
 * the length of such a list is nobody's promise. Functions do not call themselves: how deep that may go differs.
 */

const NAMES = ['a', 'b', 'c', 'd'];
const BINARY = ['+', '-', '*', '/', '%', '^', '..', '==', '~=', '<', '<=', '>', '>=', 'and', 'or'];
const UNARY = ['-', 'not ', '#'];
const LITERALS = ['1', '2', '-3', '0.5', '1e3', '"x"', '"10"', '"abc"', '""', 'nil', 'true', 'false', '{}'];
const FIELDS = ['x', 'y', 'name'];

const PROLOGUE = `
local out = {}
local function show(v)
  local t = type(v)
  if v ~= v then return "nan" end
  if v == 0 then return "zero" end
  if t == "table" or t == "function" then return t end
  return tostring(v)
end
local function record(...)
  local parts = {}
  for i = 1, select("#", ...) do parts[i] = show((select(i, ...))) end
  out[#out + 1] = table.concat(parts, ",")
end
local function pick(...) return ... end
local function twice(f, ...) return f(...), f(...) end
local function make(n) return function(m) n = n + (m or 1) return n end end
local object = setmetatable({x = 1, list = {3, 1, 2}}, {
  __index = function(t, k) return "no " .. tostring(k) end,
  __add = function(p, q) return 100 end,
  __concat = function(p, q) return "joined" end,
  __call = function(self, p) return p, self.x end,
  __eq = function() return true end,
  __lt = function() return true end,
  __unm = function() return "negative" end,
})
function object:get(k) return rawget(self, k) end
`;

class ProgramMaker {
  #state: number;
  #depth = 0;

  constructor(seed: number) {
    this.#state = seed >>> 0;
  }

  #below(limit: number): number {
    this.#state = (Math.imul(this.#state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((this.#state / 2 ** 32) * limit);
  }

  #pick(options: readonly string[]): string {
    return options[this.#below(options.length)] ?? '';
  }

  #name(): string {
    return this.#pick(NAMES);
  }

  make(chunks: number): string {
    const parts = [PROLOGUE];
    for (let at = 0; at < chunks; at++) {
      const body = this.#block(2 + this.#below(4));
      parts.push(
        `record(pcall(function(...) local a, b, c, d = 1, "s", {5, 6, x = 7}, make(2)\n${body} end, ${at}, "v"))`,
      );
    }
    return `${parts.join('\n')}\nreturn table.concat(out, "\\n")`;
  }

  #block(statements: number): string {
    this.#depth++;
    const lines = Array.from({ length: statements }, () => this.#statement());
    if (this.#below(3) === 0) lines.push(`do return ${this.#list()} end`);
    this.#depth--;
    return lines.join('\n');
  }

  #statement(): string {
    const isDeep = this.#depth > 3;
    switch (this.#below(isDeep ? 7 : 13)) {
      case 0:
        return `local ${this.#name()} = ${this.#expression()}`;
      case 1:
        return `local ${this.#name()}, ${this.#name()} = ${this.#list()}`;
      case 2:
        return `${this.#name()} = ${this.#expression()}`;
      case 3:
        return `${this.#name()}, ${this.#name()} = ${this.#list()}`;
      case 4:
        return `record(${this.#list()})`;
      case 5:
        return `${this.#name()}.${this.#pick(FIELDS)} = ${this.#expression()}`;
      case 6:
        return `pick(${this.#list()})`;
      case 7:
        return `if ${this.#expression()} then ${this.#block(2)} elseif ${this.#expression()} then ${this.#block(1)} else ${this.#block(1)} end`;
      case 8:
        return `for ${this.#name()} = ${this.#expression()}, 3 do ${this.#block(2)} if ${this.#expression()} then break end end`;
      case 9:
        return `for ${this.#name()}, ${this.#name()} in ${this.#pick(['pairs', 'ipairs'])}(${this.#pick(['c', '{1, 2, 3}', 'object.list', this.#name()])}) do ${this.#block(2)} end`;
      case 10:
        return `local function f(${this.#name()}, ...) ${this.#block(2)} end`;
      case 11:
        return `do local n = 0 while n < ${this.#below(4)} do n = n + 1 ${this.#block(1)} end end`;
      default:
        return `do local n = 0 repeat n = n + 1 local m = ${this.#expression()} ${this.#loopEnd()} until n > 2 or m end`;
    }
  }

  #loopEnd(): string {
    return this.#below(2) === 0 ? `if ${this.#expression()} then break end` : `record(${this.#expression()})`;
  }

  #list(): string {
    return Array.from({ length: 1 + this.#below(3) }, () => this.#expression()).join(', ');
  }

  /** Mostly sensible: wild programs end with their first operator. */
  #expression(): string {
    return this.#below(5) === 0 ? this.#wild() : this.#number();
  }

  #number(): string {
    if (++this.#depth > 7) {
      this.#depth--;
      return this.#pick(['1', '2.5', 'a']);
    }
    const source = this.#arithmetic();
    this.#depth--;
    return source;
  }

  #arithmetic(): string {
    switch (this.#below(12)) {
      case 0:
        return this.#pick(['1', '2', '-3', '0.5', '1e3', '"10"', 'a', 'a']);
      case 1:
        return `${this.#number()} ${this.#pick(['+', '-', '*', '/', '%', '^'])} ${this.#number()}`;
      case 2:
        return `(${this.#number()} ${this.#pick(['+', '-', '*'])} ${this.#number()})`;
      case 3:
        return `-(#c + ${this.#number()})`;
      case 4:
        return `pick(${this.#number()}, ${this.#wild()})`;
      case 5:
        return `(${this.#number()} ${this.#pick(['<', '<=', '>', '>=', '==', '~='])} ${this.#number()} and ${this.#number()} or 9)`;
      case 6:
        return `#tostring(${this.#number()} .. ${this.#number()} .. b)`;
      case 7:
        return `(${this.#function('a')})(${this.#number()}, 2)`;
      case 8:
        return `d(${this.#number()})`;
      case 9:
        return `({${this.#number()}, ${this.#number()}, x = ${this.#number()}, pick(7, 8)})[${this.#pick(['1', '2', '4', '"x"'])}]`;
      case 10:
        return `select("#", ${this.#number()}, ...)`;
      default:
        return `(c[${this.#number()}] or ${this.#number()})`;
    }
  }

  /**
   * On one line, and with variables of its own: Lua reads a variable that an expression assigns meanwhile
   * at a moment of its own choice.
   */
  #function(parameter: string): string {
    const body = `${this.#block(1)} return ${this.#number()}, ...`;
    return `function(${parameter}, ...) local a, b, c, d = a, b, c, d ${body.replaceAll('\n', ' ')} end`;
  }

  #wild(): string {
    if (++this.#depth > 7) {
      this.#depth--;
      return this.#below(2) === 0 ? this.#name() : this.#pick(LITERALS);
    }
    const source = this.#compound();
    this.#depth--;
    return source;
  }

  #compound(): string {
    switch (this.#below(16)) {
      case 0:
      case 1:
        return this.#pick(LITERALS);
      case 2:
      case 3:
        return this.#name();
      case 4:
      case 5:
      case 6:
        return `${this.#expression()} ${this.#pick(BINARY)} ${this.#expression()}`;
      case 7:
        return `(${this.#expression()})`;
      case 8:
        return `${this.#pick(UNARY)}${this.#name()}`;
      case 9:
        return `${this.#name()}.${this.#pick(FIELDS)}`;
      case 10:
        return `${this.#name()}[${this.#expression()}]`;
      case 11:
        return `${this.#pick(['pick', 'd', 'show', 'type', 'twice', 'object', this.#name()])}(${this.#list()})`;
      case 12:
        return `object:get(${this.#expression()})`;
      case 13:
        return `({${this.#list()}, ${this.#pick(FIELDS)} = ${this.#expression()}, ${this.#pick(['...', 'pick(1, 2)', '4'])}}).x`;
      case 14:
        return `(${this.#function(this.#name())})(${this.#list()})`;
      default:
        return this.#pick([
          '...',
          'select("#", ...)',
          'object',
          'object.list',
          '("abc"):upper()',
          '#c',
          'select(2, ...)',
        ]);
    }
  }
}

export function makeRandomProgram(seed: number, chunks: number): string {
  return new ProgramMaker(seed).make(chunks);
}
