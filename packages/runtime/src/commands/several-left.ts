import { triedAgain } from '@auto-seg-loss/study';
import type { SearchEvent } from './search-events.ts';

/** What is known of the time that one of several searches still takes. */
interface Left {
  /** Trainings of the searcher, and all that there will be. */
  searched: number;
  total: number;
  finished: number;
  /** With all slots for itself; null as long as nobody knows. */
  seconds: number | null;
}

/** How long searches that share slots still take, each and all together, from what happens in them. */
export class SeveralLeft {
  readonly #slots: number;
  readonly #left: Map<string, Left>;

  constructor(names: readonly string[], slots: number) {
    this.#slots = slots;
    this.#left = new Map(names.map((name) => [name, { searched: 0, total: 0, finished: 0, seconds: null }]));
  }

  hear(name: string, event: SearchEvent): void {
    const left = this.#left.get(name);
    if (left === undefined) return;
    switch (event.type) {
      case 'study-started':
        left.searched = event.trials;
        left.total = event.trials + event.again;
        left.finished = event.finished;
        break;
      case 'reevaluation-started':
        left.total = left.searched + triedAgain(event) * event.repeats + event.confirm;
        break;
      case 'trial-finished':
        left.finished = event.finished;
        left.seconds = event.secondsLeft;
        break;
      default:
    }
  }

  /** It has come to its end, good or bad. */
  ended(name: string): void {
    this.#left.delete(name);
  }

  /** Seconds that a search would take with all slots for itself; Infinity where nobody knows. */
  of(name: string): number {
    return this.#left.get(name)?.seconds ?? Number.POSITIVE_INFINITY;
  }

  /** Seconds until all have ended: no less than the longest alone, nor than the slots take for what is to be done. */
  get all(): number | null {
    let longest = 0;
    let work = 0;
    for (const { seconds, total, finished } of this.#left.values()) {
      if (seconds === null) return null;
      longest = Math.max(longest, seconds);
      work += seconds * Math.max(1, Math.min(this.#slots, total - finished));
    }
    return Math.max(longest, work / this.#slots);
  }
}
