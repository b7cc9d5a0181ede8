import { type ScoringOptions, WHOLE_IMAGES } from '@auto-seg-loss/kernel';
import type { TrainedNetwork } from '@auto-seg-loss/runtime';
import { nameList } from './coverage-text.ts';

/** How val scores of trained networks are taken. @param scoring by default as configs say it. */
export function scoredOnVal({ mode, overlap, flip, scales }: ScoringOptions = WHOLE_IMAGES): string {
  const looks = [
    ...(mode === 'windows' ? [`by windows that overlap by ${Math.round(100 * overlap)} %`] : []),
    ...(flip ? ['mirrored too'] : []),
    ...(scales.length > 1 || scales[0] !== 1 ? [`at scales ${scales.join(', ')}`] : []),
  ];
  return `on val, at the labels' size (${['logits resized bilinearly', ...looks].join('; ')})`;
}

/** A warning of classes that networks had no chance to learn. */
export function lostText(classes: readonly string[]): readonly string[] {
  if (classes.length === 0) return [];
  const names = nameList(classes);
  return [
    `Warning: shrunk to the training size, no training label has ${names} any more: no network learns that. Raise training.size.`,
  ];
}

/** Warnings of what networks were trained on, each once. */
export function notesText(networks: readonly TrainedNetwork[]): readonly string[] {
  const notes = networks.flatMap((network) => (network.status === 'complete' ? (network.notes ?? []) : []));
  return [...new Set(notes)].map((note) => `Warning: ${note}.`);
}
