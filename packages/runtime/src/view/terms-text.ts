import type { RunConfig } from '@auto-seg-loss/config';
import type { Json, PluginUse } from '@auto-seg-loss/kernel';
import { isCurvesTerm, type LossFileTerm } from '@auto-seg-loss/loss-file';

/** A term of a loss that was searched, in words. */
export interface TermWords {
  readonly weight: number;
  /** `curves of miou`, or the loss's name. */
  readonly name: string;
  /** What was searched of it beside curves: `temperature 1.3`, `gamma 2.4`. */
  readonly options: readonly string[];
}

/** What a config says of the space. */
type Space = Pick<RunConfig, 'mix' | 'temperature' | 'absent' | 'searchSpace'>;

/** Whether anything but curves was searched. */
export function searchesTerms({ mix, temperature, absent, searchSpace }: Space): boolean {
  return mix.length > 0 || temperature !== null || absent === 'search' || searchSpace !== null;
}

/** @param config of the search: it says what was searched. */
export function termWords(
  terms: readonly LossFileTerm[],
  { mix, temperature, absent, searchSpace }: Space,
): readonly TermWords[] {
  const known = [...mix, ...(searchSpace === null ? [] : [searchSpace])];
  return terms.map((term) => {
    const { weight } = term;
    if (isCurvesTerm(term)) {
      const options = [
        ...(temperature === null ? [] : [`temperature ${short(term.temperature)}`]),
        ...(absent === 'search' ? [`absent classes ${term.absent === 'zero' ? 'count as 0' : 'left out'}`] : []),
      ];
      return { weight, name: `curves of ${term.metric.use}`, options };
    }
    const { use, ...options } = term.loss;
    const searched = Object.entries(options).filter(([option]) => known.some((one) => isSearched(one, use, option)));
    return { weight, name: use, options: searched.map(([option, value]) => `${option} ${show(value)}`) };
  });
}

/** `0.3175 × curves of miou (temperature 1.3) + 0.6825 × focal (gamma 2.4)`. */
export function termsText(terms: readonly LossFileTerm[], config: Space): string {
  return termWords(terms, config)
    .map(({ weight, name, options }) => {
      const of = options.length === 0 ? name : `${name} (${options.join(', ')})`;
      return weight === 1 ? of : `${short(weight)} × ${of}`;
    })
    .join(' + ');
}

function isSearched(one: PluginUse, use: string, option: string): boolean {
  const value = one[option];
  return one.use === use && typeof value === 'object' && value !== null;
}

function show(value: Json): string {
  return Array.isArray(value)
    ? value.map(show).join(' ')
    : typeof value === 'number'
      ? short(value)
      : JSON.stringify(value);
}

function short(value: number): string {
  return String(Number(value.toPrecision(4)));
}
