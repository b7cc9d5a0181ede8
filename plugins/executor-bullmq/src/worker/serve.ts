import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import type { AslError, Serving } from '@auto-seg-loss/kernel';
import type { Redis } from 'ioredis';
import type { Address } from '../address.ts';
import { checkAddress, connect, hangUp, SILENT_MS } from '../connection.ts';
import { controlChannel, descriptionKey, lockKey, NEWS, partKey, SEARCHES } from '../keys.ts';
import { type ControlMessage, controlMessageSchema, type Declined, descriptionSchema, read } from '../messages.ts';
import { Trouble } from '../trouble.ts';
import { KnownSearch } from './known-search.ts';
import { Mail } from './mail.ts';
import { sentError, told } from './sent-error.ts';
import { type EndReason, Slot } from './slot.ts';
import { within } from './within.ts';

/** Between two looks at which searches there are. */
const LOOK_MS = 1_000;
/** A search whose description is not there for so many leases has ended; Redis may only have lost it. */
const GONE_LEASES = 3;
/** Of its signs of life. */
const SIGN_HEARTBEATS = 3;
/** A slot stays with a search for so long at most, while others have trials too. */
const STAY_MS = 5 * 60_000;

/** How long it waits for a search to be told that it is not worked for. */
const DECLINE_MS = 2_000;

/** Works for the searches that are found in Redis, until the signal aborts. */
export async function serve(address: Address, serving: Serving): Promise<void> {
  await checkAddress(address);
  const server = new Server(address, serving);
  try {
    await server.run();
  } finally {
    await server.close();
  }
}

class Server {
  readonly #serving: Serving;
  readonly #redis: Redis;
  readonly #ear: Redis;
  readonly #id: string = randomUUID();
  readonly #searches: Map<string, KnownSearch> = new Map();
  /** Of searches that this worker has nothing to do with any more. */
  readonly #done: Set<string> = new Set();
  readonly #slots: readonly Slot[];
  readonly #mail: Mail;
  /** Ends the wait of slots that have nothing to do. */
  readonly #sleepers: Set<() => void> = new Set();
  #proving: Promise<void> = Promise.resolve();
  #ended = false;
  #failure: unknown;

  constructor(address: Address, serving: Serving) {
    this.#serving = serving;
    this.#redis = connect(address, SILENT_MS, new Trouble(address.shown, (message) => serving.notify(message)));
    this.#ear = connect(address, SILENT_MS);
    this.#mail = new Mail(this.#redis, `${hostname()}, process ${process.pid}`);
    this.#slots = Array.from(
      { length: serving.slots },
      () => new Slot(this.#redis, this.#mail, (search, error) => this.#refuse(search, error)),
    );
  }

  async run(): Promise<void> {
    const { signal } = this.#serving;
    const stop = (): void => this.#stopAll('worker stopped');
    signal.addEventListener('abort', stop, { once: true });
    this.#ear.on('message', (channel: string, text: string) => this.#hear(channel, text));
    await this.#ear.subscribe(NEWS);
    const looking = this.#keepLooking();
    await Promise.all(this.#slots.map((slot) => this.#work(slot)));
    signal.removeEventListener('abort', stop);
    await looking;
    if (this.#failure !== undefined) throw this.#failure;
  }

  async close(): Promise<void> {
    for (const search of this.#searches.values()) await search.leave(this.#redis, this.#id);
    hangUp(this.#ear);
    hangUp(this.#redis);
  }

  get #isOver(): boolean {
    return this.#ended || this.#serving.signal.aborted;
  }

  #stopAll(reason: EndReason): void {
    for (const { attempt } of this.#slots) attempt?.stop.abort(reason);
    this.#wake();
  }

  /** Ends the worker. */
  #end(failure?: unknown): void {
    this.#ended = true;
    this.#failure ??= failure;
    this.#stopAll('worker stopped');
  }

  #wake(): void {
    for (const sleeper of this.#sleepers) sleeper();
  }

  #sleep(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const end = (): void => {
        clearTimeout(timer);
        this.#sleepers.delete(end);
        resolve();
      };
      const timer = setTimeout(end, ms);
      this.#sleepers.add(end);
      if (this.#isOver) end();
    });
  }

  async #work(slot: Slot): Promise<void> {
    while (!this.#isOver) {
      const token = randomUUID();
      const taken = await this.#take(slot, token);
      if (taken === undefined) await this.#sleep(LOOK_MS);
      else if (this.#isOver) await taken.job.moveToWait(token).catch(() => {});
      else await slot.run(taken.search, taken.job, token);
    }
    await slot.close();
  }

  /** A trial of the search that the slot has a process of, if there is one; else of the one that has the fewest slots here. */
  async #take(slot: Slot, token: string) {
    const others = [...this.#searches.values()]
      .filter((search) => search.accepted && search !== slot.search)
      .sort((a, b) => this.#slotsOf(a) - this.#slotsOf(b));
    const own = slot.search?.accepted ? [slot.search] : [];
    const stayed = performance.now() - slot.since > STAY_MS;
    for (const search of stayed ? [...others, ...own] : [...own, ...others]) {
      const job = await search.take(token);
      if (job !== undefined) return { search, job };
    }
    return undefined;
  }

  #slotsOf(search: KnownSearch): number {
    return this.#slots.filter((slot) => slot.search === search).length;
  }

  async #keepLooking(): Promise<void> {
    while (!this.#isOver) {
      // Redis may be away, or just starting.
      await this.#look().catch(() => {});
      await this.#sleep(LOOK_MS);
    }
  }

  async #look(): Promise<void> {
    const ids = await this.#redis.smembers(SEARCHES);
    // Keeps that connection from counting as silent.
    void this.#ear.ping().catch(() => {});
    for (const id of ids) if (!this.#searches.has(id) && !this.#done.has(id)) await this.#meet(id);
    for (const search of [...this.#searches.values()]) await this.#lookAt(search);
  }

  async #meet(id: string): Promise<void> {
    const text = await this.#redis.get(descriptionKey(id));
    if (text === null) return;
    const description = read(descriptionSchema, text);
    if (description === undefined) {
      this.#done.add(id);
      this.#serving.notify(`A search is described in a way that this version does not know (${id}): it is left alone.`);
      return;
    }
    const search = new KnownSearch(id, description, this.#serving.folder);
    this.#searches.set(id, search);
    await this.#ear.subscribe(controlChannel(id));
    this.#prove(search);
  }

  /** One search after the other: reading its data takes time, and memory. */
  #prove(search: KnownSearch): void {
    this.#proving = this.#proving.then(async () => {
      if (!this.#searches.has(search.id) || this.#isOver) return;
      try {
        // Without its files it is met again.
        if (!(await search.prove(this.#redis, this.#serving))) {
          this.#searches.delete(search.id);
          return;
        }
        search.isOwned = (await this.#redis.exists(lockKey(search.description.run))) === 1;
        search.join(this.#redis);
        this.#serving.notify(`Works for ${search.description.name}.`);
        await this.#giveSign(search);
        this.#wake();
      } catch (error) {
        search.accepted = null;
        if (!this.#serving.once) this.#serving.warn(error);
        await this.#decline(search, error);
        if (this.#serving.once) this.#end(error);
      }
    });
  }

  /** Whoever searches waits for workers, and may not see this one's words. */
  async #decline(search: KnownSearch, error: unknown): Promise<void> {
    // It may have ended while this machine was proved.
    if (!this.#searches.has(search.id)) return;
    const message: Declined = { type: 'declined', worker: this.#mail.worker, error: sentError(told(error), 1) };
    await within(DECLINE_MS, this.#mail.send(search, message, this.#serving.signal));
  }

  async #lookAt(search: KnownSearch): Promise<void> {
    search.isOwned = (await this.#redis.exists(lockKey(search.description.run))) === 1;
    if (await this.#redis.exists(descriptionKey(search.id))) {
      search.goneSince = undefined;
      if (search.accepted && search.isSignDue()) await this.#giveSign(search);
      return;
    }
    search.goneSince ??= performance.now();
    if (performance.now() - search.goneSince > GONE_LEASES * search.description.lease) await this.#leave(search);
  }

  async #giveSign(search: KnownSearch): Promise<void> {
    const ttl = Math.ceil(SIGN_HEARTBEATS * search.description.heartbeat) + LOOK_MS;
    await this.#redis.set(partKey(search.id, 'worker', this.#id), this.#serving.slots, 'PX', ttl);
    await this.#redis.sadd(partKey(search.id, 'workers'), this.#id);
    await this.#redis.pexpire(partKey(search.id, 'workers'), 20 * search.description.lease);
  }

  #refuse(search: KnownSearch, error: AslError): void {
    search.accepted = null;
    this.#serving.warn(error);
  }

  #hear(channel: string, text: string): void {
    if (channel === NEWS) {
      this.#searches.get(text)?.wake();
      this.#wake();
      return;
    }
    const search = [...this.#searches.values()].find(({ id }) => controlChannel(id) === channel);
    const message = read(controlMessageSchema, text);
    if (search !== undefined && message !== undefined) this.#obey(search, message);
  }

  #obey(search: KnownSearch, message: ControlMessage): void {
    switch (message.type) {
      case 'answer':
        this.#mail.hear(message);
        return;
      case 'drop':
        for (const { attempt } of this.#slots)
          if (attempt !== undefined && message.attempts.includes(attempt.id)) attempt.stop.abort('dropped');
        return;
      case 'end':
        void this.#leave(search);
    }
  }

  /** Nobody searches there any more. */
  async #leave(search: KnownSearch): Promise<void> {
    if (!this.#searches.delete(search.id)) return;
    this.#done.add(search.id);
    const worked = search.accepted !== null && search.accepted !== undefined;
    for (const slot of this.#slots) if (slot.attempt?.search === search) slot.attempt.stop.abort('search ended');
    for (const slot of this.#slots) if (slot.search === search && slot.attempt === undefined) await slot.close();
    await this.#ear.unsubscribe(controlChannel(search.id)).catch(() => {});
    await search.leave(this.#redis, this.#id);
    if (worked) this.#serving.notify(`${search.description.name} has ended.`);
    if (this.#serving.once) this.#end();
  }
}
