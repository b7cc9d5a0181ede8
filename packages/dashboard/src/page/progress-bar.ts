import { element } from '@auto-seg-loss/report/page';

/** @param share in [0, 1]. @param name what it is of, for those who do not see it. */
export function progressBar(share: number, name: string): HTMLElement {
  return element('progress', { max: 1, value: share, 'aria-label': name });
}
