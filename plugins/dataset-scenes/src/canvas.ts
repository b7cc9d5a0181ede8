import { IGNORE_LABEL } from '@auto-seg-loss/kernel';
import type { Shape } from './shape.ts';

/** Red, green, blue, 0 to 255. */
export type Rgb = readonly [red: number, green: number, blue: number];

/** Two colours, and at each point how much of the second, 0 to 1. */
export interface Material {
  readonly base: Rgb;
  readonly other: Rgb;
  mix(x: number, y: number): number;
}

/** Where a scene is painted, object over object: colours with soft edges, labels with hard ones. */
export class Canvas {
  readonly height: number;
  readonly width: number;
  /** [h, w, 3], 0 to 255. */
  readonly color: Float32Array;
  /** [h, w] */
  readonly label: Uint8Array;
  /** Which object a pixel belongs to. [h, w] */
  readonly object: Uint16Array;
  /** Objects whose outline is to be ignored. */
  readonly #outlined = new Set<number>();
  #objects = 0;

  constructor(height: number, width: number) {
    this.height = height;
    this.width = width;
    this.color = new Float32Array(height * width * 3);
    this.label = new Uint8Array(height * width).fill(IGNORE_LABEL);
    this.object = new Uint16Array(height * width);
  }

  /** Begins an object: what is painted from here on belongs to it. */
  begin({ outlined }: { readonly outlined: boolean }): void {
    this.#objects++;
    if (outlined) this.#outlined.add(this.#objects);
  }

  /**
   * Paints a shape. A pixel's colour is covered in proportion to how far the shape reaches into it, times `opacity`; its
   * label is the shape's where the pixel's centre lies inside. Without a label, colours change only.
   */
  paint(
    shape: Shape,
    material: Material,
    { label, opacity = 1 }: { readonly label?: number; readonly opacity?: number },
  ): void {
    const { width, color } = this;
    const { base, other } = material;
    const [left, right] = [Math.max(0, Math.floor(shape.left - 1)), Math.min(width, Math.ceil(shape.right + 1))];
    const [top, bottom] = [Math.max(0, Math.floor(shape.top - 1)), Math.min(this.height, Math.ceil(shape.bottom + 1))];
    for (let row = top; row < bottom; row++) {
      for (let column = left; column < right; column++) {
        const x = column + 0.5;
        const y = row + 0.5;
        const distance = shape.distance(x, y);
        if (distance >= 0.5) continue;
        const cover = (distance > -0.5 ? 0.5 - distance : 1) * opacity;
        const mix = material.mix(x, y);
        const pixel = row * width + column;
        const at = pixel * 3;
        for (let c = 0; c < 3; c++) {
          const paint = (base[c] as number) + ((other[c] as number) - (base[c] as number)) * mix;
          const under = color[at + c] as number;
          color[at + c] = under + (paint - under) * cover;
        }
        if (label !== undefined && distance < 0) {
          this.label[pixel] = label;
          this.object[pixel] = this.#objects;
        }
      }
    }
  }

  /**
   * Ignores the outlines of outlined objects, one pixel wide, as annotators leave them out. Labels in `kept` stay: an
   * outline would erase thin things.
   */
  ignoreOutlines(kept: ReadonlySet<number>): void {
    const { height, width, label } = this;
    for (let y = 0; y < height; y++) {
      for (let x = 0; x < width; x++) {
        const pixel = y * width + x;
        if (kept.has(label[pixel] as number)) continue;
        if (
          (x + 1 < width && this.#borders(pixel, pixel + 1, kept)) ||
          (y + 1 < height && this.#borders(pixel, pixel + width, kept))
        ) {
          label[pixel] = IGNORE_LABEL;
        }
      }
    }
  }

  #borders(pixel: number, neighbour: number, kept: ReadonlySet<number>): boolean {
    const a = this.object[pixel] as number;
    const b = this.object[neighbour] as number;
    return a !== b && (this.#outlined.has(a) || this.#outlined.has(b)) && !kept.has(this.label[neighbour] as number);
  }
}
