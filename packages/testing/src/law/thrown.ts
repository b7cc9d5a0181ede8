import { isAslError } from '@auto-seg-loss/kernel';

/** What a law found that something was thrown: in a sentence, and what is equal for throws at the same place. */
export function thrownBy(error: unknown): { readonly message: string; readonly thrown: string } {
  if (isAslError(error)) {
    const { where, received } = error.details;
    const details = [received, where].filter((part) => part !== undefined);
    const place = details.length === 0 ? '' : ` (${details.join('; ')})`;
    // What is thrown at one place may name another number each time.
    return { message: `it throws: ${error.message}${place}`, thrown: where ?? error.message };
  }
  const text = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  const [frame] = (error instanceof Error ? error.stack : undefined)?.match(/^ +at .*$/m) ?? [];
  return {
    message: `it throws: ${text}${frame === undefined ? '' : ` (${frame.trim()})`}`,
    thrown: frame?.trim() ?? text,
  };
}
