import { type Dataset, IGNORE_LABEL, isAslError, type Sample, type Split } from '@auto-seg-loss/kernel';
import fc from 'fast-check';
import { demandSame } from '../law/demand-same.ts';
import { type Law, law } from '../law/law.ts';
import { demand } from '../law/law-broken.ts';
import { oneOf, showOptions, type Variant } from '../variants.ts';

interface Input {
  readonly variant: Variant<Dataset>;
  readonly split: 'train' | 'val';
  /** Taken modulo the number of samples. */
  readonly index: number;
  readonly other: number;
}

/** val may be empty; what is asked of samples is then asked of train. */
const splitOf = ({ variant: { product }, split }: Input): Split =>
  split === 'val' && product.val.ids.length === 0 ? product.train : product[split];
const read = (input: Input, index: number): Promise<Sample> => {
  const split = splitOf(input);
  return split.read(index % split.ids.length);
};

function show(input: Input): string {
  const { variant, split, index } = input;
  const { ids } = splitOf(input);
  return [...showOptions(variant), `${split}, sample ${ids[index % Math.max(1, ids.length)] ?? '(none)'}`].join('\n');
}

/** The laws of data sets. @param variants a data set with different options, at least one. */
export function datasetLaws(variants: readonly Variant<Dataset>[]): readonly Law[] {
  const inputs: fc.Arbitrary<Input> = fc.record({
    variant: oneOf(variants),
    split: fc.constantFrom('train', 'val'),
    index: fc.nat(1000),
    other: fc.nat(1000),
  });
  return [
    law<Input>({
      name: 'names',
      statement:
        'Classes have different names, at most 255 of them; samples have different ids, in both splits together.',
      share: 0.2,
      inputs,
      show,
      holds: ({ variant: { product } }) => {
        const { classes, colors, train, val } = product;
        demand(classes.length >= 1 && classes.length <= 255, `there are ${classes.length} classes`);
        demand(new Set(classes).size === classes.length, 'two classes have one name', { classes });
        demand(
          colors === undefined || colors.length === classes.length,
          `${colors?.length} colours for ${classes.length} classes`,
        );
        const ids = [...train.ids, ...val.ids];
        demand(train.ids.length > 0, 'the training split has no samples');
        for (const { ids: own, groups } of [train, val])
          demand(
            groups === undefined || groups.length === own.length,
            `${groups?.length} groups for ${own.length} samples`,
          );
        const twice = ids.find((id, index) => ids.indexOf(id) !== index);
        demand(twice === undefined, `"${twice}" is there twice`);
      },
    }),
    law<Input>({
      name: 'sample',
      statement: 'A sample has its id, an RGB image, and a class or the ignore label at every pixel.',
      share: 0.3,
      inputs,
      show,
      holds: async (input) => {
        const { id, height, width, image, label } = await read(input, input.index);
        const { ids } = splitOf(input);
        demand(id === ids[input.index % ids.length], `the sample is "${id}"`);
        demand(height >= 1 && width >= 1, `its size is ${height}×${width}`);
        demand(image.length === height * width * 3, `its image has ${image.length} values, for ${height}×${width}×3`);
        demand(label.length === height * width, `its label has ${label.length} values, for ${height}×${width}`);
        const classes = input.variant.product.classes.length;
        const wrong = label.findIndex((value) => value >= classes && value !== IGNORE_LABEL);
        demand(wrong < 0, `the label at pixel ${wrong} is ${label[wrong]}, of ${classes} classes`);
      },
    }),
    law<Input>({
      name: 'repeatable',
      statement: 'A sample is the same whenever it is read, and what others do with it changes nothing.',
      share: 0.3,
      inputs,
      show,
      holds: async (input) => {
        const first = await read(input, input.index);
        const before = { image: first.image.slice(), label: first.label.slice() };
        await read(input, input.other);
        first.image.fill(1);
        first.label.fill(0);
        const again = await read(input, input.index);
        for (const map of ['image', 'label'] as const) demandSame(before[map], again[map], map, ['first', 'then']);
      },
    }),
    law<Input>({
      name: 'outside',
      statement: 'Asking for a sample that is not there is refused.',
      share: 0.1,
      inputs,
      show,
      holds: async (input) => {
        const split = input.variant.product[input.split];
        for (const index of [split.ids.length, -1]) {
          const outcome = await split.read(index).then(
            () => 'it is read',
            (error: unknown) =>
              isRefusal(error) ? undefined : `it throws no AslError of its own, but ${messageOf(error)}`,
          );
          demand(outcome === undefined, `sample ${index} of ${split.ids.length}: ${outcome}`);
        }
      },
    }),
    law<Input>({
      name: 'fingerprint',
      statement: 'The fingerprint stays the same, and with other options it is another.',
      share: 0.1,
      inputs,
      show,
      holds: async ({ variant }) => {
        const [first, second] = [await variant.product.fingerprint(), await variant.product.fingerprint()];
        demand(first.length > 0 && first === second, `it is "${first}", then "${second}"`);
        for (const other of variants) {
          if (other === variant) continue;
          const fingerprint = await other.product.fingerprint();
          demand(fingerprint !== first, 'other options have the same fingerprint', { options: other.options });
        }
      },
    }),
  ];
}

/** An AslError that the plugin threw itself: what fails in a plugin's code is made one too. */
function isRefusal(error: unknown): boolean {
  return isAslError(error) && error.code !== 'ASL_PLUGIN_FAILED';
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
