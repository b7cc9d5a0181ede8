import type { Refuse } from '../../refusal.ts';
import { ByteReader } from './byte-reader.ts';
import { MAKES_OBJECTS, OPCODE } from './opcodes.ts';
import { PickleStack } from './pickle-stack.ts';
import { Dict, Global, type PickleValue, Sequence, type Storage, Tensor } from './values.ts';

/** What the named things of a pickle come to; both throw for what they do not know. */
export interface Meanings {
  /** A thing by its name: "collections.OrderedDict". */
  readonly global: (name: string) => Global;
  /** What calling such a thing comes to. */
  readonly call: (callee: Global, args: readonly PickleValue[]) => PickleValue;
  /** The storage that a persistent id stands for. */
  readonly storage: (id: PickleValue) => Storage;
  /** The error of an operation that would make objects of classes. */
  readonly forbidden: (operation: string) => Error;
}

export interface Unpickled {
  readonly value: PickleValue;
  /** Where the pickle ends. */
  readonly end: number;
}

/** A tensor takes about 40: this is for 25,000 of them, where ResNet-101 has 626. Each may make a container. */
const MOST_OPERATIONS = 1_000_000;
/** In bytes; such numbers are seeds and versions. */
const LONGEST_INTEGER = 64;
const LATEST_PROTOCOL = 5;

/**
 * Reads a pickle of containers, texts, numbers and the things that `meanings` knows. It only ever makes these: an operation that
 * would do anything else is refused.
 * @throws the errors of `refuse` and `meanings`.
 */
export function unpickle(bytes: Uint8Array, position: number, meanings: Meanings, refuse: Refuse): Unpickled {
  return new Machine(bytes, position, meanings, refuse).run();
}

class Machine {
  readonly #reader: ByteReader;
  readonly #meanings: Meanings;
  readonly #refuse: Refuse;
  readonly #stack: PickleStack;
  readonly #memo: Map<number, PickleValue> = new Map();

  constructor(bytes: Uint8Array, position: number, meanings: Meanings, refuse: Refuse) {
    this.#reader = new ByteReader(bytes, position, refuse);
    this.#meanings = meanings;
    this.#refuse = refuse;
    this.#stack = new PickleStack((expected) => this.#unlike(expected));
  }

  run(): Unpickled {
    for (let operations = 0; operations < MOST_OPERATIONS; operations++) {
      const operation = this.#reader.uint8();
      if (operation === OPCODE.STOP) return { value: this.#stack.pop(), end: this.#reader.position };
      if (!this.#pushConstant(operation) && !this.#pushContainer(operation)) this.#change(operation);
    }
    throw this.#refuse({ expected: `a pickle of at most ${MOST_OPERATIONS} operations`, received: 'a longer one' });
  }

  /** Operations that push what stands in the pickle itself. */
  #pushConstant(operation: number): boolean {
    const reader = this.#reader;
    switch (operation) {
      case OPCODE.NONE:
        return this.#stack.push(null);
      case OPCODE.NEWTRUE:
        return this.#stack.push(true);
      case OPCODE.NEWFALSE:
        return this.#stack.push(false);
      case OPCODE.BININT:
        return this.#stack.push(reader.int32());
      case OPCODE.BININT1:
        return this.#stack.push(reader.uint8());
      case OPCODE.BININT2:
        return this.#stack.push(reader.uint16());
      case OPCODE.LONG1:
        return this.#stack.push(this.#integer(reader.uint8()));
      case OPCODE.BINFLOAT:
        return this.#stack.push(reader.float64());
      case OPCODE.BINSTRING:
        return this.#stack.push(reader.text(reader.uint32()));
      case OPCODE.SHORT_BINSTRING:
        return this.#stack.push(reader.text(reader.uint8()));
      case OPCODE.BINUNICODE:
        return this.#stack.push(reader.text(reader.uint32()));
      case OPCODE.SHORT_BINUNICODE:
        return this.#stack.push(reader.text(reader.uint8()));
      case OPCODE.BINUNICODE8:
        return this.#stack.push(reader.text(reader.uint64()));
      case OPCODE.BINBYTES:
        return this.#stack.push(reader.take(reader.uint32()));
      case OPCODE.SHORT_BINBYTES:
        return this.#stack.push(reader.take(reader.uint8()));
      case OPCODE.BINBYTES8:
        return this.#stack.push(reader.take(reader.uint64()));
      default:
        return false;
    }
  }

  /** Operations that push a container, of what is on the stack. */
  #pushContainer(operation: number): boolean {
    switch (operation) {
      case OPCODE.EMPTY_LIST:
        return this.#stack.push(new Sequence('list', []));
      case OPCODE.EMPTY_TUPLE:
        return this.#stack.push(new Sequence('tuple', []));
      case OPCODE.EMPTY_SET:
        return this.#stack.push(new Sequence('set', []));
      case OPCODE.EMPTY_DICT:
        return this.#stack.push(new Dict());
      case OPCODE.LIST:
        return this.#stack.push(new Sequence('list', this.#stack.popMark()));
      case OPCODE.TUPLE:
        return this.#stack.push(new Sequence('tuple', this.#stack.popMark()));
      case OPCODE.FROZENSET:
        return this.#stack.push(new Sequence('set', this.#stack.popMark()));
      case OPCODE.TUPLE1:
        return this.#stack.push(new Sequence('tuple', this.#stack.popMany(1)));
      case OPCODE.TUPLE2:
        return this.#stack.push(new Sequence('tuple', this.#stack.popMany(2)));
      case OPCODE.TUPLE3:
        return this.#stack.push(new Sequence('tuple', this.#stack.popMany(3)));
      case OPCODE.DICT: {
        const items = this.#stack.popMark();
        const dict = new Dict();
        this.#set(dict, items);
        return this.#stack.push(dict);
      }
      default:
        return false;
    }
  }

  /** Operations that change what is there, remember it, or give it a meaning. */
  #change(operation: number): void {
    const reader = this.#reader;
    switch (operation) {
      case OPCODE.PROTO:
        return void this.#checkProtocol(reader.uint8());
      case OPCODE.FRAME:
        return void reader.uint64();
      case OPCODE.MARK:
        return void this.#stack.mark();
      case OPCODE.POP:
        // After a mark, it is the mark that goes.
        return void (this.#stack.isEmpty ? this.#stack.popMark() : this.#stack.pop());
      case OPCODE.POP_MARK:
        return void this.#stack.popMark();
      case OPCODE.DUP:
        return void this.#stack.push(this.#stack.top());
      case OPCODE.BINPUT:
        return void this.#memo.set(reader.uint8(), this.#stack.top());
      case OPCODE.LONG_BINPUT:
        return void this.#memo.set(reader.uint32(), this.#stack.top());
      case OPCODE.MEMOIZE:
        return void this.#memo.set(this.#memo.size, this.#stack.top());
      case OPCODE.BINGET:
        return void this.#recall(reader.uint8());
      case OPCODE.LONG_BINGET:
        return void this.#recall(reader.uint32());
      case OPCODE.APPEND:
        return void this.#append(this.#stack.popMany(1), 'list');
      case OPCODE.APPENDS:
        return void this.#append(this.#stack.popMark(), 'list');
      case OPCODE.ADDITEMS:
        return void this.#append(this.#stack.popMark(), 'set');
      case OPCODE.SETITEM: {
        const items = this.#stack.popMany(2);
        return void this.#set(this.#stack.top(), items);
      }
      case OPCODE.SETITEMS: {
        const items = this.#stack.popMark();
        return void this.#set(this.#stack.top(), items);
      }
      case OPCODE.GLOBAL: {
        const module = reader.line();
        return void this.#stack.push(this.#meanings.global(`${module}.${reader.line()}`));
      }
      case OPCODE.STACK_GLOBAL: {
        const [module, name] = this.#stack.popMany(2);
        if (typeof module !== 'string' || typeof name !== 'string') throw this.#unlike('a name in two texts');
        return void this.#stack.push(this.#meanings.global(`${module}.${name}`));
      }
      case OPCODE.REDUCE: {
        const [callee, args] = this.#stack.popMany(2);
        if (!(callee instanceof Global && args instanceof Sequence)) throw this.#unlike('something to be called');
        return void this.#stack.push(this.#meanings.call(callee, args.items));
      }
      case OPCODE.BUILD: {
        const state = this.#stack.pop();
        if (!isToldOnly(this.#stack.top(), state)) throw this.#unlike('attributes of an OrderedDict or a parameter');
        return;
      }
      case OPCODE.BINPERSID:
        return void this.#stack.push(this.#meanings.storage(this.#stack.pop()));
      default:
        throw this.#unknown(operation);
    }
  }

  #unknown(operation: number): Error {
    const name = MAKES_OBJECTS[operation];
    if (name !== undefined) return this.#meanings.forbidden(name);
    const received = `operation 0x${operation.toString(16).padStart(2, '0')} at byte ${this.#reader.position - 1}`;
    return this.#refuse({ expected: 'a pickle as torch.save writes it', received });
  }

  #unlike(expected: string): Error {
    const received = `something else before byte ${this.#reader.position}`;
    return this.#refuse({ expected: `${expected}, as torch.save writes it`, received });
  }

  #checkProtocol(protocol: number): void {
    if (protocol <= LATEST_PROTOCOL) return;
    throw this.#refuse({ expected: `a pickle of protocol ${LATEST_PROTOCOL} at most`, received: `${protocol}` });
  }

  /** Little-endian, with a sign. */
  #integer(length: number): number | bigint {
    if (length > LONGEST_INTEGER) {
      throw this.#refuse({ expected: `integers of at most ${LONGEST_INTEGER} bytes`, received: `${length} bytes` });
    }
    const bytes = this.#reader.take(length);
    let value = 0n;
    for (const byte of bytes.toReversed()) value = (value << 8n) | BigInt(byte);
    const signed = BigInt.asIntN(8 * length, value);
    const number = Number(signed);
    return Number.isSafeInteger(number) ? number : signed;
  }

  #recall(key: number): void {
    const value = this.#memo.get(key);
    if (value === undefined) throw this.#unlike(`something remembered as ${key}`);
    this.#stack.push(value);
  }

  #append(items: readonly PickleValue[], kind: Sequence['kind']): void {
    const target = this.#stack.top();
    if (!(target instanceof Sequence && target.kind === kind)) throw this.#unlike(`a ${kind} to add to`);
    for (const item of items) target.items.push(item);
  }

  #set(target: PickleValue, items: readonly PickleValue[]): void {
    if (!(target instanceof Dict)) throw this.#unlike('a dict to add to');
    if (items.length % 2 !== 0) throw this.#unlike('keys with values');
    for (let index = 0; index < items.length; index += 2) {
      target.entries.set(items[index] ?? null, items[index + 1] ?? null);
    }
  }
}

/**
 * Whether attributes are about what is read, and no part of it: of an OrderedDict (the versions of modules, in a state dict),
 * or whether a parameter has a gradient, in files of before 0.4.
 */
function isToldOnly(target: PickleValue, state: PickleValue): boolean {
  if (target instanceof Dict) return true;
  const [hasGradient] = state instanceof Sequence && state.items.length === 3 ? state.items : [];
  return target instanceof Tensor && typeof hasGradient === 'boolean';
}
