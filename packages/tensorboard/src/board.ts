import { join } from 'node:path';
import { systemReason } from '@auto-seg-loss/kernel';
import { EventFolder } from './event-folder.ts';
import type { TaggedValue } from './events.ts';

/**
 * What of a search or of trainings is written into one folder, and the folders in it: each is a run of TensorBoard's. Where
 * something cannot be written, that is told of once, and no more is written: what is watched goes on.
 */
export class Board {
  readonly #root: string;
  readonly #onLost: (reason: string) => void;
  readonly #folders = new Map<string, EventFolder>();
  #isLost = false;

  /** @param onLost told why nothing can be written any more. */
  constructor(root: string, onLost: (reason: string) => void) {
    this.#root = root;
    this.#onLost = onLost;
  }

  /** The last step that a tag has on the disk, or was written since; undefined without one. */
  lastStep(folder: string, tag: string): number | undefined {
    return this.#attempt(() => this.#folder(folder).lastStep(tag));
  }

  /** Values of a step of one folder. Those that are on the disk already are left as they are. */
  write(folder: string, step: number, values: readonly TaggedValue[]): void {
    this.#attempt(() => this.#folder(folder).write(step, values));
  }

  /** A folder that nothing more comes to. */
  close(folder: string): void {
    this.#attempt(() => this.#folders.get(folder)?.close());
    this.#folders.delete(folder);
  }

  closeAll(): void {
    for (const folder of [...this.#folders.keys()]) this.close(folder);
  }

  #folder(folder: string): EventFolder {
    const open = this.#folders.get(folder) ?? EventFolder.open(join(this.#root, folder));
    this.#folders.set(folder, open);
    return open;
  }

  #attempt<T>(act: () => T): T | undefined {
    if (this.#isLost) return undefined;
    try {
      return act();
    } catch (error) {
      this.#isLost = true;
      this.#onLost(systemReason(error));
      return undefined;
    }
  }
}
