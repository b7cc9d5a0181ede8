import { AslError, IGNORE_LABEL, type Random, type Sample, type Split } from '@auto-seg-loss/kernel';

/** One part of the data set. Nothing is read before it is asked for; what is read is the reader's own. */
export class TemplateNameSplit implements Split {
  readonly ids: readonly string[];
  readonly #side: number;
  readonly #random: Random;

  constructor(name: string, count: number, side: number, random: Random) {
    // Different in both parts.
    this.ids = Array.from({ length: count }, (_, index) => `${name}/${index}`);
    this.#side = side;
    this.#random = random;
  }

  async read(index: number): Promise<Sample> {
    const id = this.ids[index];
    if (id === undefined) {
      throw new AslError('ASL_ARGUMENT_INVALID', 'a sample outside the split was asked for', {
        where: 'read(index)',
        expected: `an integer from 0 to ${this.ids.length - 1}`,
        received: String(index),
      });
    }
    // A stream of its own: an image is the same whichever were read before it.
    return { id, height: this.#side, width: this.#side, ...draw(this.#side, this.#random.split(id)) };
  }
}

/** A disc in one of two shades, [h, w, 3] and [h, w]; its outline, a pixel wide, is nobody's, as annotators leave it out. */
function draw(side: number, random: Random): Pick<Sample, 'image' | 'label'> {
  const [radius, row, column] = [0.15 + 0.2 * random.uniform(), random.uniform(), random.uniform()].map(
    (share) => share * side,
  ) as [number, number, number];
  const [ground, disc] = random.uniform() < 0.5 ? [90, 150] : [150, 90];
  const image = new Uint8Array(side * side * 3);
  const label = new Uint8Array(side * side);
  for (let pixel = 0; pixel < label.length; pixel++) {
    const distance = Math.hypot(Math.floor(pixel / side) - row, (pixel % side) - column) - radius;
    label[pixel] = Math.abs(distance) < 0.5 ? IGNORE_LABEL : distance < 0 ? 1 : 0;
    for (let channel = 0; channel < 3; channel++) {
      image[3 * pixel + channel] = (distance < 0 ? disc : ground) + random.integer(-40, 40);
    }
  }
  return { image, label };
}
