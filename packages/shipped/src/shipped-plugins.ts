import { plugin as monotonicity } from '@auto-seg-loss/constraint-monotonicity';
import { plugin as truthTable } from '@auto-seg-loss/constraint-truth-table';
import type { Plugin } from '@auto-seg-loss/kernel';
import { plugin as bf1 } from '@auto-seg-loss/metric-bf1';
import { plugin as biou } from '@auto-seg-loss/metric-biou';
import { plugin as boundaryIou } from '@auto-seg-loss/metric-boundary-iou';
import { plugin as dice } from '@auto-seg-loss/metric-dice';
import { plugin as fbeta } from '@auto-seg-loss/metric-fbeta';
import { plugin as fwiou } from '@auto-seg-loss/metric-fwiou';
import { plugin as gacc } from '@auto-seg-loss/metric-gacc';
import { plugin as generalisedDice } from '@auto-seg-loss/metric-generalised-dice';
import { plugin as macc } from '@auto-seg-loss/metric-macc';
import { plugin as miou } from '@auto-seg-loss/metric-miou';
import { plugin as nsd } from '@auto-seg-loss/metric-nsd';
import { plugin as precision } from '@auto-seg-loss/metric-precision';
import { plugin as recall } from '@auto-seg-loss/metric-recall';
import { plugin as tverskyIndex } from '@auto-seg-loss/metric-tversky-index';
import { plugin as weighted } from '@auto-seg-loss/metric-weighted';
import { plugin as bezier } from '@auto-seg-loss/surrogate-bezier';
import { plugin as linear } from '@auto-seg-loss/surrogate-linear';

/** Every plugin of this project that a loss file may name: metrics, surrogates and constraints. */
export const shippedPlugins: readonly Plugin[] = [
  miou,
  fwiou,
  macc,
  gacc,
  dice,
  biou,
  bf1,
  boundaryIou,
  precision,
  recall,
  fbeta,
  tverskyIndex,
  generalisedDice,
  nsd,
  weighted,
  bezier,
  linear,
  truthTable,
  monotonicity,
];
