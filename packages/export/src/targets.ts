import { AslError } from '@auto-seg-loss/kernel';
import type { ExportedLoss } from './exported-loss.ts';
import { camelCase } from './javascript/javascript-text.ts';
import { writeJax } from './jax/write-jax.ts';
import { writeKeras } from './keras/write-keras.ts';
import { pythonSyntax } from './python/python-syntax.ts';
import { mmseg } from './pytorch/mmseg.ts';
import { monai } from './pytorch/monai.ts';
import { nnunet } from './pytorch/nnunet.ts';
import { writePytorch } from './pytorch/write-pytorch.ts';
import { wordsOf } from './source/names.ts';
import type { ExportTarget } from './target-names.ts';
import { TFJS_NAMES, writeTfjs } from './tfjs/write-tfjs.ts';

/** How a framework's file is written, and how it spells names. */
interface Target {
  readonly write: (loss: ExportedLoss) => string;
  /** `MiouLoss`, `miou_loss`, `miouLoss`. */
  readonly spelling: 'class' | 'snake' | 'camel';
  /** What the loss cannot be called, as it means something else where the file calls it. */
  readonly reserved: readonly string[];
}

/** Words of Python, what its files bind, and the variables of their checks. */
const PYTHON: readonly string[] = [
  ...pythonSyntax.reserved,
  ...'number case n c h w value gradient expected difference'.split(' '),
];

const TARGETS: Readonly<Record<ExportTarget, Target>> = {
  pytorch: { write: (loss) => writePytorch(loss), spelling: 'class', reserved: PYTHON },
  monai: { write: (loss) => writePytorch(loss, monai(loss.name)), spelling: 'class', reserved: PYTHON },
  mmseg: { write: (loss) => writePytorch(loss, mmseg(loss.name)), spelling: 'class', reserved: PYTHON },
  nnunet: {
    write: (loss) => writePytorch(loss, nnunet(loss.name)),
    spelling: 'class',
    reserved: PYTHON,
  },
  keras: { write: writeKeras, spelling: 'class', reserved: PYTHON },
  jax: { write: writeJax, spelling: 'snake', reserved: PYTHON },
  tfjs: { write: writeTfjs, spelling: 'camel', reserved: TFJS_NAMES },
};

/** A loss as one file of source code that needs its framework alone. */
export function exportLoss(to: ExportTarget, loss: ExportedLoss): string {
  return TARGETS[to].write(loss);
}

/** A name for the class or function, made of what the loss is of: `miou` → `MiouLoss`. */
export function suggestedName(to: ExportTarget, metric: string): string {
  const words = [...wordsOf(metric), 'loss'];
  const { spelling } = TARGETS[to];
  if (spelling === 'snake') return words.join('_');
  const text = camelCase(words);
  return spelling === 'camel' ? text : text.slice(0, 1).toUpperCase() + text.slice(1);
}

/** @throws AslError ASL_ARGUMENT_INVALID for a name that is no identifier, or one that means something else in the file. */
export function checkExportName(to: ExportTarget, name: string): void {
  if (/^[A-Za-z][A-Za-z0-9_]*$/.test(name) && !TARGETS[to].reserved.includes(name)) return;
  throw new AslError('ASL_ARGUMENT_INVALID', 'the loss cannot be called so', {
    where: '--name',
    expected: 'a letter, then letters, digits and underscores; no word of the language, nor of what the file imports',
    received: name,
    remedy: `for example ${suggestedName(to, name)}`,
  });
}
