import type { Random } from '@auto-seg-loss/kernel';
import { Canvas, type Rgb } from './canvas.ts';
import { CLASSES } from './classes.ts';
import { drawGround, drawSky } from './draw-ground.ts';
import { drawHouses } from './draw-houses.ts';
import { drawBin, drawCar, drawPerson, drawPole, drawSign, drawTree, type Place } from './draw-objects.ts';
import { expose } from './expose.ts';
import { between, plain } from './material.ts';
import { wire } from './shape.ts';
import { type Side, StreetView } from './street-view.ts';

const POLE = CLASSES.indexOf('pole');

/** Thin and tiny classes, whose pixels no outline may take. */
const KEPT: ReadonlySet<number> = new Set([POLE, CLASSES.indexOf('sign')]);

/** An image [h, w, 3] with its label [h, w]. */
export interface Scene {
  readonly image: Uint8Array;
  readonly label: Uint8Array;
}

interface Item {
  readonly t: number;
  draw(): void;
}

/**
 * Draws a street scene. Roads, pavements, houses and trees fill most of it; poles and wires are one or two pixels wide,
 * people small, and traffic signs a few pixels in a third of the scenes. Trunks look like poles, posters and lamps like signs, and
 * greys are shared by road, pavement, houses, cars and an overcast sky, so that a network must look at texture and place.
 */
export function drawScene([height, width]: readonly [number, number], random: Random, difficulty: number): Scene {
  const canvas = new Canvas(height, width);
  const view = new StreetView(height, width, random);
  const haze = drawSky(canvas, view, random, difficulty);
  drawGround(canvas, view, random, difficulty);
  drawHouses(canvas, view, random, haze, difficulty);
  // Painted from far to near.
  const items = plan(canvas, view, random, haze, difficulty).sort((a, b) => a.t - b.t);
  for (const item of items) item.draw();
  canvas.ignoreOutlines(KEPT);
  return { image: expose(canvas, random, difficulty), label: canvas.label };
}

/** What stands in the street. */
function plan(canvas: Canvas, view: StreetView, random: Random, haze: Rgb, difficulty: number): Item[] {
  const items: Item[] = [];
  const side = (): Side => (random.uniform() < 0.5 ? -1 : 1);
  /** A place on a side; `across` is 0 at the kerb and 1 at the houses, negative on the road. */
  const add = (draw: (place: Place) => unknown, at: { t: number; side: Side; across: number }): void => {
    const kerb = view.kerb(at.side, at.t);
    const x = kerb + (view.wall(at.side, at.t) - kerb) * at.across;
    items.push({ t: at.t, draw: () => draw({ canvas, view, random, x, t: at.t, haze }) });
  };
  const times = (probability: number, most: number, repeat: () => void): void => {
    if (random.uniform() >= probability) return;
    for (let n = random.integer(1, most); n > 0; n--) repeat();
  };
  times(0.75, 4, () =>
    add(drawTree, { t: between(random, 0.1, 0.8), side: side(), across: between(random, 0.3, 1.3) }),
  );
  times(0.8, 4, () => {
    const t = between(random, 0.1, 0.85);
    add(drawCar, { t, side: side(), across: between(random, -1.3, -0.35) });
  });
  times(0.75 - 0.3 * difficulty, 4, () =>
    add(drawPerson, { t: between(random, 0.2, 0.8), side: side(), across: between(random, -0.1, 0.9) }),
  );
  times(0.6 - 0.3 * difficulty, 2, () =>
    add(drawSign, { t: between(random, 0.22, 0.7), side: side(), across: between(random, 0.02, 0.3) }),
  );
  times(0.25, 2, () => add(drawBin, { t: between(random, 0.2, 0.6), side: side(), across: between(random, 0.1, 0.8) }));
  for (const row of [-1, 1] as const) {
    if (random.uniform() < 0.75) items.push(...poles(canvas, view, random, haze, row));
  }
  return items;
}

/** A row of poles along one side, with wires from one to the next in some streets. */
function poles(canvas: Canvas, view: StreetView, random: Random, haze: Rgb, side: Side): Item[] {
  const wired = random.uniform() < 0.3;
  const across = between(random, 0.05, 0.5);
  const apart = between(random, 1.5, 2.2);
  const dark = plain([between(random, 25, 90), between(random, 25, 90), between(random, 30, 95)]);
  const items: Item[] = [];
  let last: readonly [number, number] | undefined;
  for (let t = between(random, 0.1, 0.2); t < 0.8; t *= apart) {
    const kerb = view.kerb(side, t);
    const x = kerb + (view.wall(side, t) - kerb) * across;
    const nearness = t;
    items.push({
      t,
      draw: () => {
        const far = last;
        const top = drawPole({ canvas, view, random, x, t: nearness, haze });
        last = top;
        if (!wired || far === undefined) return;
        const [left, right] = far[0] < top[0] ? [far, top] : [top, far];
        const sag = Math.abs(right[0] - left[0]) * 0.08;
        canvas.paint(wire(left, right, sag, 1), dark, { label: POLE, opacity: 0.9 });
      },
    });
  }
  return items;
}
