/** A stream that output goes to as long as it can. */
export interface Outlet {
  write(text: string): void;
  /** Why it takes no more; undefined while it does. */
  readonly lost: NodeJS.ErrnoException | undefined;
}

/**
 * Writes to a stream until that fails: its reader may go, its disk may become full. What a command does is worth more than what
 * it says, so that this ends nothing.
 * @param onLost called once. It may come after the command's end.
 */
export function createOutlet(stream: NodeJS.WriteStream, onLost: (error: NodeJS.ErrnoException) => void): Outlet {
  let lost: NodeJS.ErrnoException | undefined;
  // Progress bars write to the stream themselves: what they do not get rid of ends here too.
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (lost !== undefined) return;
    lost = error;
    onLost(error);
  });
  return {
    write: (text) => {
      if (lost === undefined) stream.write(text);
    },
    get lost() {
      return lost;
    },
  };
}

/** Whether a stream was lost because nobody reads it any more, which a reader may wish. */
export function isReaderGone({ code }: NodeJS.ErrnoException): boolean {
  return code === 'EPIPE' || code === 'ECONNRESET';
}
