import { IGNORE_LABEL, type Random } from '@auto-seg-loss/kernel';
import type { Canvas, Rgb } from './canvas.ts';
import { CLASSES } from './classes.ts';
import { between, blend, foliage, greyish, noiseSeed, plain, rough, shade, vivid } from './material.ts';
import { blob, box, ellipse, polygon, stroke } from './shape.ts';
import type { StreetView } from './street-view.ts';

const [TREE, CAR, PERSON, POLE, SIGN] = (['tree', 'car', 'person', 'pole', 'sign'] as const).map((name) =>
  CLASSES.indexOf(name),
) as [number, number, number, number, number];

/** Something that stands on the ground at column x and nearness t. */
export interface Place {
  readonly canvas: Canvas;
  readonly view: StreetView;
  readonly random: Random;
  readonly x: number;
  readonly t: number;
  /** What far things fade to. */
  readonly haze: Rgb;
}

/** Width of a thin thing of `meters`: never under a pixel, so that its label has no gaps. */
function thin(unit: number, meters: number): number {
  return Math.max(1, (unit * meters) / 2.2);
}

function faded({ t, haze }: Place, color: Rgb): Rgb {
  return blend(color, haze, Math.max(0, 0.4 - 0.8 * t));
}

export function drawTree(place: Place): void {
  const { canvas, view, random, x, t } = place;
  const unit = view.unit(t);
  const foot = view.ground(t);
  const trunk = between(random, 0.8, 1.4) * unit;
  const radius = between(random, 0.5, 1.1) * unit;
  const bark = faded(place, greyish(random, between(random, 45, 90), 8));
  const green: Rgb = faded(place, [between(random, 45, 125), between(random, 75, 130), between(random, 25, 70)]);
  canvas.begin({ outlined: random.uniform() < 0.35 });
  // As thin and dark as a pole, but a tree.
  canvas.paint(
    stroke(
      [x, foot],
      [x + between(random, -0.1, 0.1) * unit, foot - trunk - radius * 0.5],
      thin(unit, between(random, 0.15, 0.3)),
    ),
    plain(bark),
    {
      label: TREE,
    },
  );
  for (let part = random.integer(1, 3); part > 0; part--) {
    const center = [
      x + between(random, -0.4, 0.4) * radius,
      foot - trunk - radius * between(random, 0.6, 1.1),
    ] as const;
    const crown = blob(
      center,
      [radius * between(random, 0.7, 1), radius * between(random, 0.6, 1)],
      0.35,
      noiseSeed(random),
    );
    canvas.paint(crown, foliage(green, Math.max(1.2, unit * 0.08), noiseSeed(random)), { label: TREE });
  }
}

export function drawCar(place: Place): void {
  const { canvas, view, random, x, t } = place;
  const unit = view.unit(t);
  const foot = view.ground(t);
  const half = unit * between(random, 0.42, 0.8);
  const high = unit * between(random, 0.6, 0.72);
  const paint = faded(place, random.uniform() < 0.6 ? greyish(random, between(random, 40, 200), 10) : vivid(random));
  const glass = faded(place, greyish(random, between(random, 35, 80), 8));
  const belt = foot - high * 0.55;
  canvas.paint(ellipse(x, foot, half * 1.15, unit * 0.09), plain([20, 20, 22]), { opacity: 0.6 });
  canvas.begin({ outlined: random.uniform() < 0.4 });
  const body = rough(paint, 0.06, Math.max(1.5, unit * 0.1), noiseSeed(random));
  const [front, back] = [between(random, 0.45, 0.8), between(random, 0.55, 0.9)];
  canvas.paint(
    polygon(
      [x - half * front, foot - high],
      [x + half * back, foot - high],
      [x + half, belt + 1],
      [x - half, belt + 1],
    ),
    body,
    { label: CAR },
  );
  canvas.paint(
    polygon(
      [x - half * front * 0.9, foot - high * 0.93],
      [x + half * back * 0.9, foot - high * 0.93],
      [x + half * 0.85, belt],
      [x - half * 0.85, belt],
    ),
    plain(glass),
    { label: CAR },
  );
  for (const wheel of [-0.68, 0.68]) {
    canvas.paint(ellipse(x + wheel * half, foot - high * 0.12, high * 0.19, high * 0.19), plain([28, 28, 30]), {
      label: CAR,
    });
  }
  canvas.paint(box(x - half, belt, x + half, foot - high * 0.14), body, { label: CAR });
  const lamp: Rgb = random.uniform() < 0.5 ? [200, 40, 35] : [235, 230, 205];
  for (const lampSide of [-0.82, 0.82]) {
    canvas.paint(ellipse(x + lampSide * half, foot - high * 0.4, high * 0.09, high * 0.07), plain(faded(place, lamp)), {
      opacity: 0.9,
    });
  }
}

export function drawPerson(place: Place): void {
  const { canvas, view, random, x, t } = place;
  const unit = view.unit(t);
  const foot = view.ground(t);
  const tall = unit * between(random, 0.62, 0.85);
  const clothes = (): Rgb =>
    faded(place, random.uniform() < 0.65 ? greyish(random, between(random, 30, 150), 18) : vivid(random));
  const skin = faded(place, blend([90, 60, 45], [225, 180, 150], random.uniform()));
  const [coat, trousers] = [clothes(), clothes()];
  const step = between(random, 0, 0.12) * tall;
  const leg = Math.max(1, tall * 0.11);
  canvas.paint(ellipse(x, foot, tall * 0.2, tall * 0.05), plain([25, 25, 28]), { opacity: 0.45 });
  canvas.begin({ outlined: tall > 16 && random.uniform() < 0.3 });
  for (const way of [-1, 1]) {
    canvas.paint(stroke([x + way * step, foot], [x, foot - tall * 0.48], leg), plain(trousers), { label: PERSON });
  }
  canvas.paint(
    ellipse(x, foot - tall * 0.62, Math.max(1, tall * 0.13), tall * 0.24),
    rough(coat, 0.15, 1.5, noiseSeed(random)),
    { label: PERSON },
  );
  canvas.paint(ellipse(x, foot - tall * 0.92, Math.max(0.8, tall * 0.075), Math.max(0.9, tall * 0.09)), plain(skin), {
    label: PERSON,
  });
}

/** A lamp post or mast; returns where wires are hung. */
export function drawPole(place: Place): readonly [x: number, y: number] {
  const { canvas, view, random, x, t } = place;
  const unit = view.unit(t);
  const foot = view.ground(t);
  const top = foot - unit * between(random, 2, 3.4);
  const color = plain(
    faded(
      place,
      random.uniform() < 0.75
        ? greyish(random, between(random, 25, 80), 8)
        : greyish(random, between(random, 80, 190), 8),
    ),
  );
  canvas.begin({ outlined: false });
  canvas.paint(stroke([x, foot], [x, top], Math.max(1.5, thin(unit, between(random, 0.1, 0.2)))), color, {
    label: POLE,
  });
  if (random.uniform() < 0.6) {
    const arm = (view.middle(t) > x ? 1 : -1) * unit * between(random, 0.25, 0.7);
    canvas.paint(stroke([x, top + 0.5], [x + arm, top + 0.5 - unit * 0.06], 1), color, { label: POLE });
  }
  return [x, top];
}

/** A traffic sign on its post. */
export function drawSign(place: Place): void {
  const { canvas, view, random, x, t } = place;
  const unit = view.unit(t);
  const foot = view.ground(t);
  const radius = Math.max(1.6, unit * between(random, 0.16, 0.25));
  const center = foot - unit * between(random, 0.9, 1.25);
  canvas.begin({ outlined: false });
  canvas.paint(
    stroke([x, foot], [x, center], thin(unit, 0.07)),
    plain(faded(place, greyish(random, between(random, 60, 150), 6))),
    { label: POLE },
  );
  const colors: readonly Rgb[] = [
    [190, 35, 40],
    [35, 70, 165],
    [225, 190, 40],
    [215, 215, 210],
  ];
  const color = faded(place, colors[random.integer(0, colors.length - 1)] as Rgb);
  const kind = random.integer(0, 2);
  const board =
    kind === 0
      ? ellipse(x, center, radius, radius)
      : kind === 1
        ? box(x - radius * 0.9, center - radius * 0.9, x + radius * 0.9, center + radius * 0.9)
        : polygon(
            [x, center - radius * 1.2],
            [x + radius * 1.2, center + radius * 0.9],
            [x - radius * 1.2, center + radius * 0.9],
          );
  canvas.paint(board, plain(color), { label: SIGN });
  if (radius > 2.5)
    canvas.paint(
      ellipse(x, center + 0.1 * radius, radius * 0.5, radius * 0.4),
      plain(shade(color, random.uniform() < 0.5 ? 0.4 : 1.5)),
      {},
    );
}

/** A litter bin: something that no class was made for. */
export function drawBin(place: Place): void {
  const { canvas, view, random, x, t } = place;
  const unit = view.unit(t);
  const foot = view.ground(t);
  canvas.begin({ outlined: false });
  canvas.paint(
    box(x - unit * 0.12, foot - unit * 0.42, x + unit * 0.12, foot),
    rough(faded(place, greyish(random, between(random, 40, 120), 20)), 0.15, 2, noiseSeed(random)),
    { label: IGNORE_LABEL },
  );
}
