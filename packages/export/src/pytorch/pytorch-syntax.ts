import { pythonSyntax } from '../python/python-syntax.ts';
import { atom } from '../source/code.ts';
import type { Syntax } from '../source/syntax.ts';

/** Python, with the AND of prediction and label written for the true class only. */
export const pytorchSyntax: Syntax = {
  ...pythonSyntax,
  andLabel: ({ text }) => atom(`_and_label(prediction, label, ${text})`),
};
