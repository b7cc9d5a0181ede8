import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { decodeTags } from '../src/events.ts';
import { readRecords } from '../src/records.ts';

/** The steps of each tag in a folder's event files, in the order in which TensorBoard reads them. */
export function stepsIn(folder: string): Readonly<Record<string, readonly number[]>> {
  const steps: Record<string, number[]> = {};
  for (const name of readdirSync(folder).sort()) {
    if (!name.includes('.tfevents.')) continue;
    for (const record of readRecords(readFileSync(join(folder, name)))) {
      const { step, tags } = decodeTags(record);
      for (const tag of tags) {
        const own = steps[tag] ?? [];
        own.push(step);
        steps[tag] = own;
      }
    }
  }
  return steps;
}

/** Every event of a log folder, as text: which folder, step, tags and values, without the time. */
export function contentsOf(root: string): readonly string[] {
  const contents: string[] = [];
  for (const path of readdirSync(root, { recursive: true, encoding: 'utf8' }).sort()) {
    const [folder = '', name] = [join(path, '..'), path];
    if (!/\.tfevents\.[^/]*$/.test(name)) continue;
    for (const record of readRecords(readFileSync(join(root, path)))) {
      const { step, tags } = decodeTags(record);
      // The time is the event's first field: 9 bytes.
      const values = tags.some((tag) => tag.startsWith('_hparams_'))
        ? ''
        : Buffer.from(record.subarray(9)).toString('hex');
      if (tags.length > 0) contents.push(`${folder} ${step} ${tags.join(' ')} ${values}`);
    }
  }
  return contents.sort();
}
