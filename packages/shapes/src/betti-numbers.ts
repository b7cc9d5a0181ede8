import { type Connectivity, components } from './components.ts';

/**
 * The Betti numbers of a mask in the plane: how many components it has, and how many holes. A hole is a component of what is outside
 * of the mask, under the other connectivity (so that a closed line of the mask parts its two sides), that does not reach the
 * image's border; outside of the image there is no mask.
 * @param mask [h, w], nonzero inside.
 */
export function bettiNumbers(
  mask: Uint8Array,
  height: number,
  width: number,
  connectivity: Connectivity,
): { readonly components: number; readonly holes: number } {
  // With a frame around it, all that reaches the border is one component.
  const outside = new Uint8Array((height + 2) * (width + 2)).fill(1);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) outside[(y + 1) * (width + 2) + x + 1] = mask[y * width + x] === 0 ? 1 : 0;
  }
  const around = components(outside, height + 2, width + 2, connectivity === 8 ? 4 : 8);
  return { components: components(mask, height, width, connectivity).count, holes: around.count - 1 };
}
