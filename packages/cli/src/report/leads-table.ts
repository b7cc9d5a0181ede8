import { type CompareResult, comparedLeads } from '@auto-seg-loss/runtime';
import { formatTable } from '../terminal/table.ts';

const points = (value: number): string => `${value < 0 ? '' : '+'}${(100 * value).toFixed(2)}`;

/** How far searches said that their losses are ahead, beside how far they are on val; nothing where no search with folds found any. */
export function leadsTable(losses: CompareResult['losses']): readonly string[] {
  const leads = comparedLeads(losses);
  if (leads.length === 0) return [];
  const rows = leads.map(({ loss, metric, over, lead, interval, val }) => [
    loss,
    metric,
    over,
    `${points(lead)}${interval === null ? '' : ` (${interval.map(points).join(' to ')})`}`,
    val === null
      ? 'not compared'
      : `${points(val.mean)}${val.error === null ? '' : ` ± ${(100 * val.error).toFixed(2)}`}`,
  ]);
  return [
    '',
    formatTable(['loss', 'metric', 'lead over', 'in the search’s rewards', 'on val'], rows),
    'leads in points; in rewards on folds of the training images with their 95 % interval, on val ± standard error over seeds',
  ];
}
