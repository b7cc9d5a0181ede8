import { readFormula } from '@auto-seg-loss/formula';
import type { Metric } from '@auto-seg-loss/kernel';
import fc from 'fast-check';
import { demandSame } from '../law/demand-same.ts';
import { type Law, law } from '../law/law.ts';
import { demand } from '../law/law-broken.ts';
import { oneOf, showOptions, type Variant } from '../variants.ts';

interface Input {
  readonly variant: Variant<Metric>;
}

/** What holds of a formula before it sees any pixel. */
export function formulaLaws(variants: readonly Variant<Metric>[]): readonly Law[] {
  const inputs = fc.record({ variant: oneOf(variants) });
  const show = ({ variant }: Input): string => [...showOptions(variant), variant.product.name].join('\n');
  return [
    law<Input>({
      name: 'searchable',
      statement: 'The formula has a named operation on the prediction: a curve to search for.',
      share: 0.2,
      inputs,
      show,
      holds: ({ variant: { product } }) => {
        const { slots } = readFormula(product);
        demand(slots.length > 0, 'no operation takes a curve: name one, as in and("hits", prediction, label)');
      },
    }),
    law<Input>({
      name: 'pure',
      statement: 'The formula is the same each time that it is read.',
      share: 0.2,
      inputs,
      show,
      holds: ({ variant: { product } }) => {
        const [first, second] = [readFormula(product), readFormula(product)];
        const read = ({ sums, slots }: typeof first) => ({
          sums: Object.fromEntries(Object.entries(sums).map(([name, { key }]) => [name, key])),
          operations: slots,
        });
        demandSame(read(first), read(second), 'formula', ['first', 'when read again']);
      },
    }),
  ];
}
