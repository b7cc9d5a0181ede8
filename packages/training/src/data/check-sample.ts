import { AslError, IGNORE_LABEL, type Sample } from '@auto-seg-loss/kernel';

/**
 * Guards against data set plugins: a wrong label would silently count as ignored later on.
 * @throws AslError ASL_DATA_INVALID.
 */
export function checkSample({ id, height, width, image, label }: Sample, classes: number): void {
  if (image.length !== height * width * 3 || label.length !== height * width) {
    throw new AslError('ASL_DATA_INVALID', 'a sample does not have the size that it says', {
      where: id,
      expected: `${height * width * 3} bytes of image and ${height * width} of label (${width} × ${height} pixels)`,
      received: `${image.length} and ${label.length}`,
      remedy: "this is a defect of the data set's plugin",
    });
  }
  const wrong = label.findIndex((value) => value >= classes && value !== IGNORE_LABEL);
  if (wrong !== -1) {
    throw new AslError('ASL_DATA_INVALID', 'a label holds a value that is no class', {
      where: id,
      expected: `values from 0 to ${classes - 1}, or ${IGNORE_LABEL} where ignored`,
      received: `${label[wrong]} at row ${Math.floor(wrong / width)}, column ${wrong % width}`,
      remedy: "this is a defect of the data set's plugin",
    });
  }
}
