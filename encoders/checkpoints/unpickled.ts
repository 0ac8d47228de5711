import { ReadBudget } from '../files/read-budget.js';
import { PickleBytes } from './pickle-bytes.js';
import { pickleLiteral } from './pickle-literal.js';
import {
  dictionaryKey,
  MOST_PICKLED_OBJECTS,
  type PickleClass,
  type PickleReading,
  type PickleRules,
  type PickleSource,
} from './pickle-rules.js';

/**
 * Reads one pickle of protocols 2 to 5 and runs nothing of it: objects are made by the rules alone, and a global that
 * they do not know ends the reading with its name. dict → Map, list and tuple → array, int → number (bigint where a
 * number is not exact), bytes → Uint8Array, None → null.
 *
 * @returns the object, and where in the bytes the pickle ends
 * @throws InputError UNREADABLE_FILE naming the byte: damaged, or naming what is not allowed
 * @throws PickleEnded if the bytes end first
 *
 * Time and memory are linear in the pickle: counts in it are checked against what is left of it, and an object that stands
 * in it once and is used again and again takes from its {@link ReadBudget} each time.
 * Source: the opcodes of CPython's Lib/pickletools.py. Agrees with: pickleparser, test/encoders/checkpoints.
 */
export function unpickled(
  source: PickleSource,
  rules: PickleRules,
): { readonly value: unknown; readonly end: number } {
  const machine = new PickleMachine(source, rules);
  while (machine.step() === 'more');
  return machine.result();
}

/** A pickle is a program for this machine: a stack, marks on it, and a memo of objects met before. */
class PickleMachine {
  readonly #in: PickleBytes;
  readonly #rules: PickleRules;
  readonly #classes = new Set<unknown>();
  readonly #stack: unknown[] = [];
  readonly #marks: number[] = [];
  readonly #memo: unknown[] = [];
  readonly #mostMemo: number;
  readonly #budget: ReadBudget;
  #objects = 0;
  readonly #classOf = new WeakMap<object, PickleClass>();

  constructor(source: PickleSource, rules: PickleRules) {
    this.#in = new PickleBytes(source);
    this.#mostMemo = source.bytes.length;
    this.#budget = source.budget ?? new ReadBudget(source.where, source.bytes.length);
    this.#rules = rules;
  }

  get #reading(): PickleReading {
    return { fail: this.#in.fail, spend: (steps) => this.#budget.spend(steps) };
  }

  result(): { value: unknown; end: number } {
    const value = this.#pop();
    if (this.#stack.length > 0) this.#in.fail(`ends with ${this.#stack.length} objects too many`);
    return { value, end: this.#in.position };
  }

  step(): 'more' | 'done' {
    const opcode = this.#in.opcode();
    if (opcode === 0x2e) return 'done';
    const known =
      this.#literalOpcode(opcode) ||
      this.#stackOpcode(opcode) ||
      this.#containerOpcode(opcode) ||
      this.#memoOpcode(opcode) ||
      this.#objectOpcode(opcode);
    if (!known) this.#in.fail(`has the opcode 0x${opcode.toString(16)}, which no checkpoint needs`);
    return 'more';
  }

  #literalOpcode(opcode: number): boolean {
    const literal = pickleLiteral(opcode, this.#in);
    return literal !== undefined && this.#push(literal.value);
  }

  #stackOpcode(opcode: number): boolean {
    switch (opcode) {
      case 0x80: // PROTO
        if (this.#in.uint8() > 5) this.#in.fail('is of a protocol later than 5');
        break;
      case 0x95: // FRAME
        this.#in.uint64();
        break;
      case 0x28: // MARK
        this.#marks.push(this.#stack.length);
        break;
      case 0x30: // POP
        if (this.#marks.at(-1) === this.#stack.length) this.#marks.pop();
        else this.#pop();
        break;
      case 0x31: // POP_MARK
        this.#popMark();
        break;
      case 0x32: // DUP
        this.#push(this.#top());
        break;
      default:
        return false;
    }
    return true;
  }

  #containerOpcode(opcode: number): boolean {
    switch (opcode) {
      case 0x29: // EMPTY_TUPLE
      case 0x5d: // EMPTY_LIST
        return this.#push([]);
      case 0x85: // TUPLE1
      case 0x86: // TUPLE2
      case 0x87: // TUPLE3
        return this.#push(Array.from({ length: opcode - 0x84 }, () => this.#pop()).reverse());
      case 0x74: // TUPLE
        return this.#push(this.#popMark());
      case 0x7d: // EMPTY_DICT
        return this.#push(new Map());
      case 0x61: // APPEND
        return this.#extend([this.#pop()]);
      case 0x65: // APPENDS
        return this.#extend(this.#popMark());
      case 0x73: // SETITEM
        return this.#setItems([this.#pop(), this.#pop()].reverse());
      case 0x75: // SETITEMS
        return this.#setItems(this.#popMark());
      default:
        return false;
    }
  }

  #memoOpcode(opcode: number): boolean {
    switch (opcode) {
      case 0x71: // BINPUT
        return this.#remember(this.#in.uint8());
      case 0x72: // LONG_BINPUT
        return this.#remember(this.#in.uint32());
      case 0x94: // MEMOIZE
        return this.#remember(this.#memo.length);
      case 0x68: // BINGET
        return this.#recall(this.#in.uint8());
      case 0x6a: // LONG_BINGET
        return this.#recall(this.#in.uint32());
      default:
        return false;
    }
  }

  #objectOpcode(opcode: number): boolean {
    const { fail } = this.#in;
    switch (opcode) {
      case 0x63: // GLOBAL
        return this.#push(this.#class(this.#in.line(), this.#in.line()));
      case 0x93: {
        // STACK_GLOBAL
        const [name, module] = [this.#pop(), this.#pop()];
        if (typeof name !== 'string' || typeof module !== 'string')
          return fail('names a global without text');
        return this.#push(this.#class(module, name));
      }
      case 0x52: // REDUCE
      case 0x81: // NEWOBJ
        return this.#make();
      case 0x62: // BUILD
        return this.#build();
      case 0x51: // BINPERSID
        return this.#push(this.#rules.persistent(this.#pop(), fail));
      default:
        return false;
    }
  }

  #push(value: unknown): true {
    this.#budget.spend(1);
    if (++this.#objects > MOST_PICKLED_OBJECTS) this.#in.fail('has more objects than any checkpoint needs');
    this.#stack.push(value);
    return true;
  }

  #top(): unknown {
    if (this.#stack.length <= (this.#marks.at(-1) ?? 0)) this.#in.fail('takes more than is on its stack');
    return this.#stack.at(-1);
  }

  #pop(): unknown {
    const value = this.#top();
    this.#stack.pop();
    return value;
  }

  #popMark(): unknown[] {
    const mark = this.#marks.pop();
    if (mark === undefined) return this.#in.fail('takes from its stack up to a mark that is not there');
    return this.#stack.splice(mark);
  }

  #extend(items: readonly unknown[]): true {
    const list = this.#top();
    if (!Array.isArray(list)) return this.#in.fail('appends to what is no list');
    for (const item of items) list.push(item);
    return true;
  }

  #setItems(items: readonly unknown[]): true {
    const dictionary = this.#top();
    if (!(dictionary instanceof Map)) return this.#in.fail('sets items of what is no dictionary');
    if (items.length % 2 !== 0) return this.#in.fail('has a key without a value');
    for (let i = 0; i < items.length; i += 2) dictionary.set(dictionaryKey(items[i]), items[i + 1]);
    return true;
  }

  #remember(index: number): true {
    // Pickles number what they keep one after another: there are fewer than bytes.
    if (index > this.#mostMemo) this.#in.fail(`keeps an object as number ${index}`);
    this.#memo[index] = this.#top();
    return true;
  }

  #recall(index: number): true {
    if (!(index in this.#memo)) this.#in.fail(`refers to object ${index}, which it has not met`);
    return this.#push(this.#memo[index]);
  }

  #class(module: string, name: string): PickleClass {
    this.#budget.spend(module.length + name.length);
    const allowed = this.#rules.global(module, name);
    if (allowed === undefined) return this.#in.refuse(`${module}.${name}`);
    this.#classes.add(allowed);
    return allowed;
  }

  #make(): true {
    const args = this.#pop();
    const callable = this.#pop();
    if (!this.#classes.has(callable)) return this.#in.fail('calls what is no class');
    if (!Array.isArray(args)) return this.#in.fail('calls a class without a tuple of arguments');
    const made = (callable as PickleClass).make(args, this.#reading);
    if (typeof made === 'object' && made !== null) this.#classOf.set(made, callable as PickleClass);
    return this.#push(made);
  }

  #build(): true {
    const state = this.#pop();
    const object = this.#top();
    if (typeof object !== 'object' || object === null) return this.#in.fail('gives state to what has none');
    this.#classOf.get(object)?.build?.(object, state, this.#reading);
    return true;
  }
}
