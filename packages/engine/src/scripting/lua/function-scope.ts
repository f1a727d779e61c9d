/**
 * Names while one function is parsed: its active local variables, and what it captures from the functions around it.
 * Slots are given like registers: a block's variables are dropped at its end and their slots used again.
 */
import { type Expression, FunctionProto, LocalVariable } from './ast.ts';

export const LOCALS_MAX = 200;
export const UPVALUES_MAX = 60;

/** Bytes of the JavaScript stack that an activation, a nested expression and a local variable take in the tree executor. */
const STACK_BYTES_OF_ACTIVATION = 560;
const STACK_BYTES_OF_LEVEL = 80;
const STACK_BYTES_OF_SLOT = 8;

export class FunctionScope {
  readonly parent: FunctionScope | undefined;
  readonly proto: FunctionProto;
  readonly active: LocalVariable[] = [];
  #levelsMax = 0;
  /** Loops around the current statement. */
  loopDepth = 0;
  /** Syntax levels when the function began. */
  readonly #levelAtStart: number;

  constructor(parent: FunctionScope | undefined, chunkName: string, line: number, levelAtStart: number) {
    this.parent = parent;
    this.proto = new FunctionProto(chunkName, line);
    this.#levelAtStart = levelAtStart;
  }

  noteLevel(level: number): void {
    if (level - this.#levelAtStart > this.#levelsMax) this.#levelsMax = level - this.#levelAtStart;
  }

  /** Makes a variable that is not visible yet: `ahead` others were made before it and not activated. */
  makeLocal(name: string, ahead: number): LocalVariable {
    const slot = this.active.length + ahead;
    if (slot >= this.proto.slotCount) this.proto.slotCount = slot + 1;
    return new LocalVariable(name, slot);
  }

  findLocal(name: string): LocalVariable | undefined {
    const { active } = this;
    for (let at = active.length - 1; at >= 0; at--) {
      const variable = active[at];
      if (variable !== undefined && variable.name === name) return variable;
    }
    return undefined;
  }

  resolve(name: string, line: number): Expression & { kind: 'local' | 'upvalue' | 'global' } {
    const variable = this.findLocal(name);
    if (variable !== undefined) return { kind: 'local', variable };
    const index = this.upvalueIndex(name);
    if (index >= 0) return { kind: 'upvalue', index, name };
    return { kind: 'global', name, line };
  }

  /** The index of the upvalue for a name of an enclosing function, -1 for a global. */
  upvalueIndex(name: string): number {
    const { parent, proto } = this;
    if (parent === undefined) return -1;
    const variable = parent.findLocal(name);
    const from = variable ?? parent.upvalueIndex(name);
    if (from === -1) return -1;
    if (variable !== undefined) {
      variable.captured = true;
      parent.proto.hasCaptured = true;
    }
    const known = proto.upvalues.findIndex((upvalue) => upvalue.from === from);
    if (known >= 0) return known;
    proto.upvalues.push({ name, from });
    return proto.upvalues.length - 1;
  }

  finish(): FunctionProto {
    const { proto } = this;
    proto.stackCost =
      STACK_BYTES_OF_ACTIVATION + STACK_BYTES_OF_LEVEL * this.#levelsMax + STACK_BYTES_OF_SLOT * proto.slotCount;
    return proto;
  }
}
