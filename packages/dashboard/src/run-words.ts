/** How a run stands, in the words of the command line. */
export interface RunWords {
  /** For example `search for miou with ppo`. */
  readonly subject: string;
  readonly state: string;
  /** For example `20 of 144 trials`. */
  readonly progress: string;
  readonly best: string;
  /** Time that is left; empty where nothing is. */
  readonly left: string;
  /** All there is to say, in order. */
  readonly facts: readonly (readonly [name: string, text: string])[];
  /** What each worker does. */
  readonly doing: readonly string[];
}
