import type { TrainedNetwork } from '@auto-seg-loss/runtime';
import { nameList } from './coverage-text.ts';

/** How val scores of trained networks are taken. */
export const SCORED_ON_VAL = "on val, at the labels' size (logits resized bilinearly)";

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
