import type { Random } from '@auto-seg-loss/kernel';
import type { Canvas, Material, Rgb } from './canvas.ts';
import { CLASSES } from './classes.ts';
import { latticeHash, valueNoise } from './hash-noise.ts';
import { between, blend, greyish, noiseSeed, plain, rough, shade } from './material.ts';
import { box, ellipse, polygon } from './shape.ts';
import type { StreetView } from './street-view.ts';

const [ROAD, PAVEMENT, SKY] = [CLASSES.indexOf('road'), CLASSES.indexOf('pavement'), CLASSES.indexOf('sky')];

/** Sky with clouds; returns its colour near the horizon, which far things fade to. */
export function drawSky(canvas: Canvas, view: StreetView, random: Random, difficulty: number): Rgb {
  const clear: Rgb = [between(random, 90, 140), between(random, 140, 175), between(random, 190, 235)];
  const overcast = greyish(random, between(random, 130, 200), 8);
  const zenith = blend(
    clear,
    overcast,
    random.uniform() < 0.35 + 0.4 * difficulty ? between(random, 0.6, 1) : between(random, 0, 0.4),
  );
  const haze = blend(zenith, [225, 222, 215], between(random, 0.2, 0.8));
  const seed = noiseSeed(random);
  const size = view.width * between(random, 0.15, 0.35);
  const clouds = between(random, 0, 0.9);
  canvas.begin({ outlined: false });
  canvas.paint(
    box(-2, -2, view.width + 2, view.height + 2),
    {
      base: zenith,
      other: haze,
      mix: (x, y) => {
        const cloud =
          valueNoise(x / size, (2.5 * y) / size, seed) + 0.4 * valueNoise((3 * x) / size, (7 * y) / size, seed ^ 9);
        return Math.min(1, Math.max(0, 0.8 * (y / view.horizon) ** 2 + clouds * (cloud - 0.6)));
      },
    },
    { label: SKY },
  );
  return haze;
}

/** Pavement and road. Their colours differ little, and which is the lighter one is chance: texture and place tell them apart. */
export function drawGround(canvas: Canvas, view: StreetView, random: Random, difficulty: number): void {
  const { horizon, width, height } = view;
  const asphalt = greyish(random, between(random, 75, 135), 7);
  const contrast = between(random, 0.06, 0.3) * (1.3 - difficulty) * (random.uniform() < 0.7 ? 1 : -1);
  const stone: Rgb = shade(blend(asphalt, greyish(random, asphalt[0], 12), 0.6), 1 + contrast);
  canvas.begin({ outlined: false });
  canvas.paint(box(-2, horizon, width + 2, height + 2), slabs(stone, view, random), { label: PAVEMENT });
  canvas.begin({ outlined: random.uniform() < 0.3 });
  const road = polygon(
    [view.kerb(-1, 0.01), view.ground(0.01)],
    [view.kerb(1, 0.01), view.ground(0.01)],
    [view.kerb(1, 1.05), view.ground(1.05)],
    [view.kerb(-1, 1.05), view.ground(1.05)],
  );
  canvas.paint(road, rough(asphalt, between(random, 0.05, 0.14), between(random, 1, 2), noiseSeed(random)), {
    label: ROAD,
  });
  drawMarkings(canvas, view, random, shade(asphalt, between(random, 1.35, 1.9)));
  for (let patch = random.integer(0, 3); patch > 0; patch--) {
    const t = between(random, 0.15, 1);
    const at = view.middle(t) + between(random, -1, 1) * view.unit(t);
    const dark = plain(shade(asphalt, between(random, 0.6, 0.85)));
    // Repairs and wet spots: the road's label stays.
    canvas.paint(ellipse(at, view.ground(t), view.unit(t) * between(random, 0.2, 0.8), view.unit(t) * 0.12), dark, {
      opacity: 0.7,
    });
  }
}

/** Stone slabs with joints, in perspective. */
function slabs(base: Rgb, view: StreetView, random: Random): Material {
  const seed = noiseSeed(random);
  const joint = between(random, 0.08, 0.22);
  const spread = between(random, 0.04, 0.1);
  const { horizon } = view;
  return {
    base: shade(base, 1 - joint - spread),
    other: shade(base, 1 + spread),
    mix: (x, y) => {
      const t = Math.max(0.02, (y - horizon) / (view.height - horizon));
      const across = (x - view.middle(t)) / (view.width * 0.11 * t);
      const along = 1.6 / t;
      const column = Math.floor(across);
      const row = Math.floor(along);
      const own = (latticeHash(column, row, seed) >>> 16) / 65536;
      const fine = valueNoise(x / 1.7, y / 1.7, seed);
      const inJoint = t > 0.15 && (across - column < 0.12 || along - row < 0.14);
      return inJoint ? 0 : 0.5 + 0.5 * (0.5 * own + 0.5 * fine);
    },
  };
}

/** A dashed middle line, and kerb lines now and then. */
function drawMarkings(canvas: Canvas, view: StreetView, random: Random, color: Rgb): void {
  if (random.uniform() < 0.8) {
    const phase = random.uniform();
    for (let dash = 0; dash < 8; dash++) {
      const [far, near] = [1 / (1 + 1.1 * (dash + phase) + 0.5), 1 / (1 + 1.1 * (dash + phase))];
      const half = (t: number): number => Math.max(0.35, view.unit(t) * 0.035);
      const line = polygon(
        [view.middle(far) - half(far), view.ground(far)],
        [view.middle(far) + half(far), view.ground(far)],
        [view.middle(near) + half(near), view.ground(near)],
        [view.middle(near) - half(near), view.ground(near)],
      );
      canvas.paint(line, plain(color), { opacity: 0.8 });
    }
  }
}
