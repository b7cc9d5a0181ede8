import { BYTES_OF } from '../number-types.ts';
import type { Refuse } from '../refusal.ts';
import { unpickle } from './pickle/unpickle.ts';
import type { SavedObjects } from './saved-objects.ts';
import { torchMeanings } from './torch-meanings.ts';
import { unsafe } from './torch-names.ts';
import { openZip, type ZipRecords } from './zip-records.ts';

/** The pickle has names and shapes only: that of ResNet-101 has 60 kB. */
const MOST_PICKLE_BYTES = 2 ** 24;

/**
 * Opens what `torch.save` writes since 1.6: a zip archive with `data.pkl`, a file for each storage, and the order of bytes.
 * @throws AslError ASL_WEIGHTS_INVALID, ASL_WEIGHTS_UNSAFE.
 */
export async function openZipPth(bytes: Buffer, where: string, refuse: Refuse): Promise<SavedObjects> {
  const records = await openZip(bytes, refuse);
  const folder = folderOf(records, where, refuse);
  refuseBigEndian(records.read(`${folder}/byteorder`), refuse);
  const pickle = records.read(`${folder}/data.pkl`) ?? new Uint8Array();
  if (pickle.length > MOST_PICKLE_BYTES) {
    throw refuse({ expected: `a data.pkl of at most ${MOST_PICKLE_BYTES} bytes`, received: `${pickle.length} bytes` });
  }
  const { value } = unpickle(pickle, 0, torchMeanings(where, refuse), refuse);
  return {
    root: value,
    bytesOf: ({ type, key, count }) => {
      const name = `${folder}/data/${key}`;
      const content = records.read(name);
      const expected = count * BYTES_OF[type];
      if (content?.length === expected) return content;
      throw refuse({
        expected: `${expected} bytes in ${name}, for ${count} numbers of ${type}`,
        received: content === undefined ? 'no such file in the archive' : `${content.length} bytes`,
      });
    },
  };
}

/** The one folder that everything is in. */
function folderOf({ names }: ZipRecords, where: string, refuse: Refuse): string {
  const folders = names.flatMap((name) => /^([^/]+)\/data\.pkl$/.exec(name)?.[1] ?? []);
  const [folder] = folders;
  if (folder === undefined || folders.length > 1) {
    throw refuse({
      expected: 'an archive with one data.pkl, as torch.save writes it',
      received: folder === undefined ? `a zip archive without: ${names.slice(0, 3).join(', ')}` : 'several',
      remedy: 'name a file that torch.save wrote; a model of another framework cannot be read',
    });
  }
  if (names.some((name) => name === `${folder}/constants.pkl` || name.startsWith(`${folder}/code/`))) {
    throw unsafe(where, 'a program (it is a TorchScript archive)');
  }
  return folder;
}

function refuseBigEndian(record: Uint8Array | undefined, refuse: Refuse): void {
  const order = record === undefined ? 'little' : Buffer.from(record.subarray(0, 20)).toString('latin1').trim();
  if (order === 'little') return;
  throw refuse({
    expected: 'numbers with the little end first',
    received: `byteorder ${JSON.stringify(order)}`,
    remedy: 'load it in PyTorch on this machine and save it again',
  });
}
