import { join } from 'node:path';
import { plugin } from '@auto-seg-loss/dataset-folder';
import type { Dataset } from '@auto-seg-loss/kernel';
import { colourPng, greyPng } from '../../../packages/samples/test/fixtures.ts';

/** Two training samples and one for val, in plain folders of 4 × 6 pixels, three classes. */
export function plainFolders(): Record<string, string | Uint8Array> {
  const label = greyPng(4, 6, (y, x) => (y + x) % 3);
  return {
    'train/images/a.png': colourPng(4, 6, 1),
    'train/labels/a.png': label,
    'train/images/b.png': colourPng(4, 6, 2),
    'train/labels/b.png': label,
    'val/images/c.png': colourPng(4, 6, 3),
    'val/labels/c.png': label,
  };
}

export const PLAIN = {
  classes: 3,
  train: { images: 'train/images', labels: 'train/labels' },
  val: { images: 'val/images', labels: 'val/labels' },
} as const;

/** Makes the data set as a run does: options through the schema, then `create`. */
export async function open(
  root: string,
  options: Readonly<Record<string, unknown>> = PLAIN,
  cacheDir?: string,
): Promise<Dataset> {
  const parsed = plugin.options.parse({ root, ...options });
  return plugin.create(parsed, { baseDir: root, cacheDir: cacheDir ?? join(root, '.cache') });
}
