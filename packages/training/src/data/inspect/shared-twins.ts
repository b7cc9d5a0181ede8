import { findTwins, type Twins } from './find-twins.ts';
import type { ImagePrint } from './image-print.ts';

/** Equal or nearly equal images of both splits, by their indices in each. */
export interface SharedTwins extends Omit<Twins, 'images'> {
  readonly train: readonly number[];
  readonly val: readonly number[];
}

/** Images of train that are in val too, or nearly so. */
export function sharedTwins(train: readonly ImagePrint[], val: readonly ImagePrint[]): readonly SharedTwins[] {
  return findTwins([...train, ...val]).flatMap(({ images, ...twins }): SharedTwins[] => {
    const inTrain = images.filter((index) => index < train.length);
    const inVal = images.filter((index) => index >= train.length).map((index) => index - train.length);
    return inTrain.length === 0 || inVal.length === 0 ? [] : [{ ...twins, train: inTrain, val: inVal }];
  });
}
