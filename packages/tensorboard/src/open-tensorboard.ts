import { resolve } from 'node:path';
import type { SearchEvent, TrainingEvent } from '@auto-seg-loss/runtime';
import { Board } from './board.ts';
import { checkLogFolder, claimKept, claimNext } from './claim.ts';
import { SearchLog } from './search-log.ts';
import { TrainingLog } from './training-log.ts';

/** Hears what happens, and writes it. It throws before anything is trained, where another run has the folder or nothing can be
 * written there. */
export interface Listener<Event> {
  handle(event: Event): void;
  close(): void;
}

/** Is told once why no more is written; what is watched goes on. */
export type OnLost = (reason: string) => void;

/** A log folder, whose runs `tensorboard --logdir` shows. */
export interface TensorBoard {
  /** As it was named. */
  readonly folder: string;
  /** One search. It writes into a folder that is named as the search's run folder. */
  search(onLost: OnLost): Listener<SearchEvent>;
  /**
   * The trainings of one command.
   * @param out the folder where they are kept, whose name is taken; where nothing is kept, `name` with a number.
   */
  trainings(name: string, out: string | undefined, onLost: OnLost): Listener<TrainingEvent>;
}

/** @throws AslError ASL_ARGUMENT_INVALID where nothing can be written into the folder, or it is that of a run. */
export function openTensorBoard(folder: string): TensorBoard {
  const logs = resolve(folder);
  checkLogFolder(logs);
  return {
    folder,
    search: (onLost) => {
      let opened: { readonly log: SearchLog; readonly board: Board } | undefined;
      return {
        handle: (event) => {
          if (event.type === 'run-opened') {
            const board = new Board(claimKept(logs, event.folder), onLost);
            opened = { board, log: new SearchLog(board) };
          }
          opened?.log.handle(event);
        },
        close: () => opened?.board.closeAll(),
      };
    },
    trainings: (name, out, onLost) => {
      let opened: { readonly log: TrainingLog; readonly board: Board } | undefined;
      return {
        handle: (event) => {
          if (event.type === 'trainings-started' && opened === undefined) {
            const claimed = out === undefined ? claimNext(logs, name) : claimKept(logs, out);
            const board = new Board(claimed, onLost);
            opened = { board, log: new TrainingLog(board) };
          }
          opened?.log.handle(event);
        },
        close: () => opened?.board.closeAll(),
      };
    },
  };
}
