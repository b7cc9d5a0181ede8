type Method = (...args: readonly unknown[]) => unknown;

/** What stands between an object and those who use it. */
export interface Guard {
  /** @param method calls the object's own. @returns what is called in its place. */
  method(name: string, method: Method): Method;
  /** @param read gives what a property holds. @returns what the reader is given. */
  read(name: string, read: () => unknown): unknown;
}

/**
 * An object with the members of another, own and inherited, whose methods are called through a guard. Inside of them, `this` is
 * the other object itself: private fields work, and what it calls of its own is not guarded again. Unlike a Proxy, it may stand
 * in for a frozen object, and a call costs little.
 */
export function standIn<T extends object>(target: T, guard: Guard): T {
  const members: PropertyDescriptorMap = {};
  for (const name of namesOf(target)) members[name] = memberOf(target, name, guard);
  return Object.create(Object.getPrototypeOf(target) as object | null, members) as T;
}

function memberOf(target: object, name: string, guard: Guard): PropertyDescriptor {
  const { value, enumerable = true } = descriptorOf(target, name) ?? {};
  if (typeof value !== 'function') {
    return {
      enumerable,
      configurable: true,
      get: () => guard.read(name, () => Reflect.get(target, name)),
      set: (next: unknown) => void Reflect.set(target, name, next),
    };
  }
  // Looked up each time: a method may be exchanged.
  const own: Method = (...args) => (Reflect.get(target, name) as Method).apply(target, args as unknown[]);
  return { enumerable, configurable: true, writable: true, value: guard.method(name, own) };
}

/** Of its own and inherited, but for what every object has. */
function namesOf(target: object): ReadonlySet<string> {
  const names = new Set<string>();
  for (let each = target; each !== null && each !== Object.prototype; each = Object.getPrototypeOf(each) as object) {
    for (const name of Object.getOwnPropertyNames(each)) if (name !== 'constructor') names.add(name);
  }
  return names;
}

function descriptorOf(target: object, name: string): PropertyDescriptor | undefined {
  for (let each = target; each !== null; each = Object.getPrototypeOf(each) as object) {
    const found = Object.getOwnPropertyDescriptor(each, name);
    if (found !== undefined) return found;
  }
  return undefined;
}
