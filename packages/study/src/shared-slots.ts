import type { Executor, TrialHooks } from './executor.ts';
import { KeptExecutors, type Owner } from './kept-executors.ts';
import type { Outcome, Paused, TrialTask } from './trial.ts';

/** One of those that share the slots, such as a search. */
export interface Sharer {
  /** Makes what runs one trial at a time, such as a worker process. */
  readonly make: () => Executor;
  /** How long what is left of it takes, in a unit that all have in common; Infinity as long as nobody knows. */
  readonly left: () => number;
}

interface Member extends Owner {
  readonly left: () => number;
  running: number;
}

/** A trial that waits for a slot. */
interface Waiting {
  readonly member: Member;
  readonly admit: () => void;
}

/** Of so many executors as there are slots as many more may wait, each for its own sharer. */
const KEPT_PER_SLOT = 2;
/** By how much one that would need another executor must be ahead of one that has its own. */
const WORTH_A_CHANGE = 2;

/**
 * Lets several searches share slots for trials: never more trials at once than slots, and no slot idle while a trial waits.
 *
 * Slots are shared out in proportion to what is left of each search (D'Hondt's rule), so that all come to their end at about
 * the same time: the last one alone would leave slots idle at the end of each round. How this was compared with other rules, and
 * why executors are kept: docs/decisions/shared-slots.md.
 */
export class SharedSlots {
  readonly #slots: number;
  readonly #kept: KeptExecutors;
  /** In the order in which they came. */
  readonly #waiting: Waiting[] = [];
  #busy = 0;
  #isDealing = false;

  /** @param slots at least 1. */
  constructor(slots: number) {
    this.#slots = slots;
    this.#kept = new KeptExecutors(KEPT_PER_SLOT * slots);
  }

  /** What a sharer runs its trials with. To be closed when none of them runs. */
  executor({ make, left }: Sharer): Executor {
    const member: Member = { make, left, running: 0 };
    return {
      concurrency: this.#slots,
      queues: true,
      run: (task, hooks, signal) => this.#run(member, task, hooks, signal),
      close: () => this.#kept.close(member),
    };
  }

  async #run(member: Member, task: TrialTask, hooks: TrialHooks, signal: AbortSignal): Promise<Outcome | Paused> {
    await this.#turn(member, signal);
    try {
      const executor = await this.#kept.take(member);
      try {
        signal.throwIfAborted();
        hooks.begin?.();
        return await executor.run(task, hooks, signal);
      } finally {
        this.#kept.giveBack(member, executor);
      }
    } finally {
      member.running -= 1;
      this.#busy -= 1;
      this.#deal();
    }
  }

  /** Settles when the trial has a slot. */
  #turn(member: Member, signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    return new Promise((resolve, reject) => {
      const leave = (): void => {
        this.#waiting.splice(this.#waiting.indexOf(waiting), 1);
        reject(signal.reason);
      };
      const admit = (): void => {
        signal.removeEventListener('abort', leave);
        resolve();
      };
      const waiting: Waiting = { member, admit };
      signal.addEventListener('abort', leave, { once: true });
      this.#waiting.push(waiting);
      this.#deal();
    });
  }

  /** Not at once: a search whose trial has just ended comes with its next one before the event loop turns. */
  #deal(): void {
    if (this.#isDealing) return;
    this.#isDealing = true;
    setImmediate(() => {
      this.#isDealing = false;
      while (this.#busy < this.#slots) {
        const next = this.#next();
        if (next === undefined) return;
        this.#waiting.splice(this.#waiting.indexOf(next), 1);
        next.member.running += 1;
        this.#busy += 1;
        next.admit();
      }
    });
  }

  #next(): Waiting | undefined {
    const [first, ...others] = this.#waiting.toSorted(
      (a, b) => claimOf(a.member) - claimOf(b.member) || a.member.running - b.member.running,
    );
    if (first === undefined || !this.#kept.isFull || this.#kept.waitsFor(first.member)) return first;
    const limit = WORTH_A_CHANGE * claimOf(first.member);
    const near = others.find(({ member }) => claimOf(member) <= limit && this.#kept.waitsFor(member));
    return near ?? first;
  }
}

/** The lower, the sooner it is its turn. */
function claimOf({ running, left }: Member): number {
  return (running + 1) / left();
}
