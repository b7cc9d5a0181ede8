import {
  AslError,
  contentKey,
  type Decision,
  isErrorCode,
  type Json,
  type Outcome,
  type Paused,
  type TrialHooks,
  type TrialTask,
} from '@auto-seg-loss/kernel';
import { type SentError, trialId, type WorkerMessage } from './messages.ts';

/** What is to be done about what was heard. */
export interface Effects {
  /** The trial has to go into the queue again. */
  enqueue(trial: OpenTrial): void;
  /** Nobody waits for these attempts any more. */
  drop(attempts: readonly string[]): void;
  answer(attempt: string, place: number, decision: Decision): void;
  notify(message: string): void;
  /** The search cannot go on. */
  fail(error: AslError): void;
}

/** A part of a trial that somebody waits for. */
export interface OpenTrial {
  readonly id: string;
  readonly task: TrialTask;
  readonly hooks: TrialHooks;
  readonly resolve: (outcome: Outcome | Paused) => void;
  readonly reject: (reason: unknown) => void;
  /** Its job in the queue; null while it has none. */
  job: string | null;
  /** Looks, one after the other, at which its job was not there. */
  unseen: number;
  /** Those that were begun and may still come to an end, each with its worker; the last one is the one that counts. */
  readonly attempts: Map<string, string>;
  /** Whether a worker took it ever. */
  isBegun: boolean;
  /** Workers that it was lost with, and processes that ended on it. */
  lost: number;
  died: number;
  /** Answers to reports, by attempt and place: a report may come twice. */
  readonly answers: Map<string, Promise<Decision>>;
}

/** What a trial came to, and who said so. */
interface Settled {
  readonly hash: string;
  readonly worker: string;
}

/** A trial whose process ended with this many workers has failed, as on one machine. */
const DEATHS = 2;

/**
 * The trials that are handed out, and what is heard of them. The first result of a trial counts; one that comes later, of an
 * attempt that was thought lost, must equal it.
 */
export class OpenTrials {
  readonly #effects: Effects;
  /** Workers that a trial may be lost with. */
  readonly #attempts: number;
  readonly #open: Map<string, OpenTrial> = new Map();
  readonly #settled: Map<string, Settled> = new Map();

  constructor(attempts: number, effects: Effects) {
    this.#attempts = attempts;
    this.#effects = effects;
  }

  add(task: TrialTask, hooks: TrialHooks): { readonly trial: OpenTrial; readonly outcome: Promise<Outcome | Paused> } {
    const id = trialId(task);
    let resolve: OpenTrial['resolve'] = () => {};
    let reject: OpenTrial['reject'] = () => {};
    const outcome = new Promise<Outcome | Paused>((one, other) => {
      resolve = one;
      reject = other;
    });
    const counts = { job: null, unseen: 0, isBegun: false, lost: 0, died: 0 };
    const trial: OpenTrial = { id, task, hooks, resolve, reject, ...counts, attempts: new Map(), answers: new Map() };
    this.#open.set(id, trial);
    return { trial, outcome };
  }

  get all(): readonly OpenTrial[] {
    return [...this.#open.values()];
  }

  /** Gives a trial up. @returns whether it was still open. */
  giveUp(trial: OpenTrial, reason: unknown): boolean {
    if (!this.#close(trial)) return false;
    trial.reject(reason);
    return true;
  }

  hear(message: WorkerMessage): void {
    const trial = this.#open.get(message.trial);
    if (message.type === 'outcome') this.#outcome(message, trial);
    else if (trial === undefined) this.#late(message);
    else if (message.type === 'begun') this.#begun(message, trial);
    else if (message.type === 'report') this.#report(message, trial);
    else if (message.type === 'alive') trial.hooks.alive?.(message.iterations ?? undefined);
    else if (message.type === 'died') this.#died(message, trial);
    else this.#withoutResult(message, trial);
  }

  /** Of a trial that nobody waits for. */
  #late({ type, attempt }: WorkerMessage): void {
    if (type === 'begun' || type === 'report') this.#effects.drop([attempt]);
  }

  #begun({ attempt, worker }: WorkerMessage, trial: OpenTrial): void {
    if (trial.attempts.has(attempt)) return;
    const before = [...trial.attempts.values()].at(-1);
    trial.attempts.set(attempt, worker);
    if (before !== undefined) {
      trial.lost += 1;
      if (trial.lost >= this.#attempts) {
        this.#settle(trial, { status: 'failed', error: `its worker was lost, ${trial.lost} times` }, null);
        return;
      }
      trial.hooks.retry(`the worker ${before} gave no sign of life`);
    }
    this.#begin(trial);
    trial.hooks.begun?.(worker);
  }

  #begin(trial: OpenTrial): void {
    if (!trial.isBegun) trial.hooks.begin?.();
    trial.isBegun = true;
  }

  #report({ attempt, place, step, reward }: WorkerMessage & { readonly type: 'report' }, trial: OpenTrial): void {
    // Another worker has the trial since; its reports count.
    if ([...trial.attempts.keys()].at(-1) !== attempt) return;
    const key = `${attempt} ${place}`;
    const decision = trial.answers.get(key) ?? Promise.resolve(trial.hooks.report(step, reward));
    trial.answers.set(key, decision);
    decision.then(
      (answer) => this.#effects.answer(attempt, place, answer),
      () => {},
    );
  }

  #died({ attempt, worker, reason }: WorkerMessage & { readonly type: 'died' }, trial: OpenTrial): void {
    if (!trial.attempts.delete(attempt)) return;
    trial.died += 1;
    if (trial.died >= DEATHS) {
      this.#settle(trial, { status: 'failed', error: `${reason}, ${trial.died} times` }, null);
      return;
    }
    trial.hooks.retry(`${reason} (${worker})`);
    this.#effects.enqueue(trial);
  }

  #withoutResult(message: WorkerMessage, trial: OpenTrial): void {
    trial.attempts.delete(message.attempt);
    if (message.type === 'withdrawn')
      this.#effects.notify(`The worker ${message.worker} works no longer for this search: ${told(message.error)}`);
    if (message.type === 'refused') this.#effects.fail(restored(message.error, message.worker));
  }

  #outcome(message: WorkerMessage & { readonly type: 'outcome' }, trial: OpenTrial | undefined): void {
    const { outcome, worker } = message;
    const hash = contentKey(outcome as unknown as Json);
    const settled = this.#settled.get(message.trial);
    if (settled !== undefined && settled.hash !== hash) this.#effects.fail(differing(message, settled));
    if (settled !== undefined || trial === undefined) return;
    trial.attempts.delete(message.attempt);
    // That it was begun may be lost with Redis.
    this.#begin(trial);
    this.#settled.set(trial.id, { hash, worker });
    this.#settle(trial, outcome, message.attempt);
  }

  /** @param by the attempt that it was. */
  #settle(trial: OpenTrial, outcome: Outcome | Paused, by: string | null): void {
    if (!this.#close(trial, by)) return;
    trial.resolve(outcome);
  }

  #close(trial: OpenTrial, by: string | null = null): boolean {
    if (!this.#open.delete(trial.id)) return false;
    const others = [...trial.attempts.keys()].filter((attempt) => attempt !== by);
    if (others.length > 0) this.#effects.drop(others);
    return true;
  }
}

function told({ code, message, details }: SentError): string {
  const { where, received } = details;
  return [`${code}: ${message}`, where, received].filter((part) => part !== undefined).join('; ');
}

function restored({ code, message, details }: SentError, worker: string): AslError {
  const { where, expected, received, remedy, output } = details;
  const known = Object.entries({ expected, received, remedy, output }).filter(([, value]) => value !== undefined);
  return new AslError(isErrorCode(code) ? code : 'ASL_SEARCH_FAILED', message, {
    ...Object.fromEntries(known),
    where: where === undefined ? `the worker ${worker}` : `${where}, on the worker ${worker}`,
  });
}

function differing(
  { trial, worker, outcome }: WorkerMessage & { readonly type: 'outcome' },
  before: Settled,
): AslError {
  return new AslError('ASL_TRIAL_DIFFERS', 'two workers came to different results of the same trial', {
    where: `trial ${trial.slice(0, 12)}, on ${before.worker} and ${worker}`,
    expected: 'the same result, bit by bit',
    received: outcome.status === 'failed' ? `failed: ${outcome.error}` : `reward ${outcome.reward}, after another`,
    remedy:
      'one of the machines computes something else: leave it out, and begin a new search if its results may be among those that count',
  });
}
