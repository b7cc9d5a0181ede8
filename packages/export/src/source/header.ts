/** Begins the line of a header that says who wrote the file: by it, one that was exported before is known. */
export const EXPORTED_BY = 'Written by auto-seg-loss';

/** Whether a file is an exported loss, which may be replaced by another. */
export function exportedBefore(text: string): boolean {
  return text.slice(0, 4000).includes(EXPORTED_BY);
}
