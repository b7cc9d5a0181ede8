import { contentHash } from './content-hash.ts';
import { isCurvesTerm, type LossFile, type LossFileTerm, plainCurves } from './loss-file.ts';
import { SINGLE, SUM } from './loss-file-schema.ts';

/** A list of numbers that JSON.stringify broke over lines. */
const NUMBERS = /\[\s+(-?[\d.eE+-]+(?:,\s+-?[\d.eE+-]+)*)\s+\]/g;

/**
 * The bytes of a loss file: the same for the same loss, everywhere and at any time. Curves alone are written in the first
 * format, which every version of this project reads.
 */
export function lossFileText(loss: LossFile): string {
  const content = contentOf(loss);
  const signed = { ...content, sha256: contentHash(content) };
  const lines = JSON.stringify(signed, null, 2);
  return `${lines.replace(NUMBERS, (_list, numbers: string) => `[${numbers.replace(/\s+/g, ' ')}]`)}\n`;
}

function contentOf(loss: LossFile): object {
  const { terms, sha256: _old, ...origin } = loss;
  const plain = plainCurves(loss);
  if (plain === undefined) return { format: SUM, terms: terms.map(writtenTerm), ...origin };
  const { metric, surrogate, constraints, absent, curves } = plain;
  return { format: SINGLE, metric, surrogate, constraints, absent, curves, ...origin };
}

/** A term with its fields in one order, however it was made. */
function writtenTerm(term: LossFileTerm): object {
  if (!isCurvesTerm(term)) return { weight: term.weight, loss: term.loss };
  const { weight, temperature, absent, metric, surrogate, constraints, curves } = term;
  return { weight, temperature, absent, metric, surrogate, constraints, curves };
}
