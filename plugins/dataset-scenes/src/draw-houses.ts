import type { Random } from '@auto-seg-loss/kernel';
import type { Canvas, Material, Rgb } from './canvas.ts';
import { CLASSES } from './classes.ts';
import { latticeHash, valueNoise } from './hash-noise.ts';
import { between, blend, foliage, greyish, noiseSeed, plain, rough, shade, vivid } from './material.ts';
import { box, ellipse, polygon } from './shape.ts';
import type { Side, StreetView } from './street-view.ts';

const [BUILDING, TREE] = [CLASSES.indexOf('building'), CLASSES.indexOf('tree')];

/** The skyline where the street ends, then the houses on both sides from far to near, with green gaps. */
export function drawHouses(canvas: Canvas, view: StreetView, random: Random, haze: Rgb, difficulty: number): void {
  canvas.begin({ outlined: false });
  for (let x = -5; x < view.width; ) {
    const wide = view.width * between(random, 0.05, 0.16);
    const high = view.height * between(random, 0.02, 0.14);
    const color = blend(greyish(random, between(random, 80, 170), 14), haze, 0.45);
    const far = random.uniform() < 0.3;
    const material = far
      ? foliage(blend([70, 95, 50], haze, 0.35), 2, noiseSeed(random))
      : rough(color, 0.08, 2, noiseSeed(random));
    canvas.paint(box(x, view.horizon - high, x + wide, view.horizon + 1), material, { label: far ? TREE : BUILDING });
    x += wide;
  }
  for (const side of [-1, 1] as const) {
    for (let t = between(random, 0.05, 0.1); t < 1.6; ) {
      const next = t * between(random, 1.3, 2.4);
      if (random.uniform() < 0.22) drawHedge(canvas, view, random, side, [t, next]);
      else drawHouse(canvas, view, random, { side, from: t, to: next, haze, difficulty });
      t = next;
    }
  }
}

/** A wall along the street between two nearnesses; `storeys` is its height in camera heights. */
function wallShape(view: StreetView, side: Side, [from, to]: readonly [number, number], storeys: number) {
  const corner = (t: number, up: number): readonly [number, number] => [
    view.wall(side, t),
    view.ground(t) - up * view.unit(t),
  ];
  const [farTop, nearTop, nearFoot, farFoot] = [
    corner(from, storeys),
    corner(to, storeys),
    corner(to, 0),
    corner(from, 0),
  ];
  return side === 1 ? polygon(farTop, nearTop, nearFoot, farFoot) : polygon(nearTop, farTop, farFoot, nearFoot);
}

function drawHouse(
  canvas: Canvas,
  view: StreetView,
  random: Random,
  { side, from, to, haze, difficulty }: { side: Side; from: number; to: number; haze: Rgb; difficulty: number },
): void {
  const storeys = between(random, 1.8, 6.5);
  // Plaster and stone have the greys of road, pavement and an overcast sky; brick has a colour of its own.
  const stone = greyish(random, between(random, 85, 200), 12);
  const brick: Rgb = [between(random, 110, 170), between(random, 70, 110), between(random, 55, 90)];
  const wall = blend(random.uniform() < 0.35 + 0.4 * difficulty ? stone : brick, haze, Math.max(0, 0.45 - from));
  canvas.begin({ outlined: random.uniform() < 0.3 });
  canvas.paint(wallShape(view, side, [from, to], storeys), facade(wall, view, side, random), { label: BUILDING });
  if (random.uniform() < 0.4 && to < 1.2) {
    // A poster or shop sign: the colours of a traffic sign, on a house.
    const t = between(random, from, to);
    const [x, y, r] = [
      view.wall(side, t),
      view.ground(t) - view.unit(t) * between(random, 0.8, 1.6),
      view.unit(t) * between(random, 0.1, 0.22),
    ];
    const poster = random.uniform() < 0.4 ? ellipse(x, y, r * 0.6, r) : box(x - r, y - r * 0.7, x + r, y + r * 0.7);
    canvas.paint(poster, plain(vivid(random)), { opacity: 0.85 });
  }
}

/** A wall with rows of windows that follow the perspective. */
function facade(wall: Rgb, view: StreetView, side: Side, random: Random): Material {
  const seed = noiseSeed(random);
  const glass =
    random.uniform() < 0.5 ? shade(wall, between(random, 0.3, 0.6)) : greyish(random, between(random, 40, 190), 15);
  const [across, up] = [between(random, 1.2, 2.6), between(random, 1.1, 1.9)];
  const [wide, high] = [between(random, 0.3, 0.65), between(random, 0.35, 0.65)];
  const roughness = between(random, 0.05, 0.16);
  return {
    base: wall,
    other: glass,
    mix: (x, y) => {
      const t = Math.max(0.03, view.wallNearness(side, x));
      const u = across / t;
      const v = (up * (view.ground(t) - y)) / view.unit(t);
      const column = Math.floor(u);
      const row = Math.floor(v);
      const grain = (valueNoise(x / 1.3, y / 1.3, seed) - 0.5) * roughness * 2;
      // Far windows are finer than pixels and blur to a mean.
      if (t < 0.12) return 0.35 * wide * high * 2 + grain;
      const inWindow = row > 0 && u - column < wide && v - row < high;
      return inWindow ? 0.65 + 0.35 * ((latticeHash(column, row, seed) >>> 24) / 255) : grain;
    },
  };
}

function drawHedge(
  canvas: Canvas,
  view: StreetView,
  random: Random,
  side: Side,
  range: readonly [number, number],
): void {
  const green: Rgb = [between(random, 45, 95), between(random, 80, 120), between(random, 30, 65)];
  canvas.begin({ outlined: random.uniform() < 0.3 });
  canvas.paint(
    wallShape(view, side, range, between(random, 0.6, 2.2)),
    foliage(green, between(random, 1.5, 3), noiseSeed(random)),
    {
      label: TREE,
    },
  );
}
