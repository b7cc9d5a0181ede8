import type { Listener, OnLost, TensorBoard } from '@auto-seg-loss/tensorboard';
import type { Command } from 'commander';
import { folderPath } from './parse-option.ts';

/** What `withTensorBoard` reads from the command line. */
export interface TensorBoardOption {
  readonly tensorboard?: string;
}

/** The option of the commands that can be looked at in TensorBoard. */
export function withTensorBoard(command: Command): Command {
  return command.option(
    '--tensorboard <folder>',
    'write event files for TensorBoard into a folder of this one; with --resume, or the same --out, they go on',
    folderPath,
  );
}

/** Makes what hears the events of one command. */
export type Listen<Event> = (onLost: OnLost) => Listener<Event>;

/** The log folder that the command line names; undefined without one. @throws AslError where nothing can be written there. */
export async function tensorBoardOf({ tensorboard }: TensorBoardOption): Promise<TensorBoard | undefined> {
  if (tensorboard === undefined) return undefined;
  const { openTensorBoard } = await import('@auto-seg-loss/tensorboard');
  return openTensorBoard(tensorboard);
}

/** With which a command goes on writing there. */
export function boardFlags(board: TensorBoard | undefined): readonly string[] {
  return board === undefined ? [] : ['--tensorboard', board.folder];
}

/** @param reason why nothing more can be written. */
export function lostNote(reason: string): string {
  return `What TensorBoard shows ends here: ${reason}. All else goes on.`;
}

/**
 * Has what happens heard by TensorBoard's files too, before it is shown. @param note shows a line that stays.
 * @returns `handle` in place of `show`.
 */
export function heard<Event>(
  listen: Listen<Event> | undefined,
  show: (event: Event) => void,
  note: (line: string) => void,
): Listener<Event> {
  const listener = listen?.((reason) => note(lostNote(reason)));
  return {
    handle: (event) => {
      listener?.handle(event);
      show(event);
    },
    close: () => listener?.close(),
  };
}
