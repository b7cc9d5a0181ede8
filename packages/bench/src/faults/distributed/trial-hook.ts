// Loaded with --import into `asl worker` or `asl search`: the processes of its trials say what they run, and take long enough to be met at it.
import { appendFileSync } from 'node:fs';
import { isMainThread } from 'node:worker_threads';
import { type JournalEntry, type TrialWatch, WATCH_VARIABLE } from './trial-journal.ts';

interface Message {
  readonly type?: string;
  readonly task?: { readonly key: string; readonly from: number };
}

function hook({ journal, delayMs }: TrialWatch): void {
  const worker = Number(process.argv[2]);
  let task = '';
  const note = (event: JournalEntry['event']): void => {
    const { user, system } = process.cpuUsage();
    const entry: JournalEntry = { event, pid: process.pid, worker, task, at: Date.now(), cpu: (user + system) / 1000 };
    appendFileSync(journal, `${JSON.stringify(entry)}\n`);
  };
  const emit = process.emit as (event: string, ...args: unknown[]) => boolean;
  process.emit = function (this: unknown, event: string, ...args: unknown[]) {
    const message = args[0] as Message | undefined;
    if (event !== 'message' || message?.type !== 'run' || message.task === undefined)
      return emit.call(this, event, ...args);
    task = `${message.task.key} ${message.task.from}`;
    note('begun');
    if (delayMs === 0) return emit.call(this, event, ...args);
    setTimeout(() => emit.call(this, event, ...args), delayMs);
    return true;
  } as typeof process.emit;
  const send = process.send as (message: unknown, ...rest: unknown[]) => boolean;
  process.send = function (this: unknown, message: Message, ...rest: unknown[]) {
    if (message.type === 'outcome') note('ended');
    return send.call(this, message, ...rest);
  } as NonNullable<typeof process.send>;
}

const text = process.env[WATCH_VARIABLE];
if (text !== undefined && isMainThread && process.argv[1]?.endsWith('worker-process.js') === true)
  hook(JSON.parse(text) as TrialWatch);
