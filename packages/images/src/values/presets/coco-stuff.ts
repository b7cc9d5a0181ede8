/**
 * COCO-Stuff 164k (Caesar et al. 2018): the 171 classes that occur, in the order of their label values, which are 0 to 181
 * but for `COCO_STUFF_UNUSED`.
 */
export const COCO_STUFF_CLASSES: readonly string[] = (
  'person, bicycle, car, motorcycle, airplane, bus, train, truck, boat, traffic light, fire hydrant, stop sign, ' +
  'parking meter, bench, bird, cat, dog, horse, sheep, cow, elephant, bear, zebra, giraffe, backpack, umbrella, handbag, ' +
  'tie, suitcase, frisbee, skis, snowboard, sports ball, kite, baseball bat, baseball glove, skateboard, surfboard, ' +
  'tennis racket, bottle, wine glass, cup, fork, knife, spoon, bowl, banana, apple, sandwich, orange, broccoli, carrot, ' +
  'hot dog, pizza, donut, cake, chair, couch, potted plant, bed, dining table, toilet, tv, laptop, mouse, remote, ' +
  'keyboard, cell phone, microwave, oven, toaster, sink, refrigerator, book, clock, vase, scissors, teddy bear, ' +
  'hair drier, toothbrush, banner, blanket, branch, bridge, building-other, bush, cabinet, cage, cardboard, carpet, ' +
  'ceiling-other, ceiling-tile, cloth, clothes, clouds, counter, cupboard, curtain, desk-stuff, dirt, door-stuff, fence, ' +
  'floor-marble, floor-other, floor-stone, floor-tile, floor-wood, flower, fog, food-other, fruit, furniture-other, ' +
  'grass, gravel, ground-other, hill, house, leaves, light, mat, metal, mirror-stuff, moss, mountain, mud, napkin, net, ' +
  'paper, pavement, pillow, plant-other, plastic, platform, playingfield, railing, railroad, river, road, rock, roof, ' +
  'rug, salad, sand, sea, shelf, sky-other, skyscraper, snow, solid-other, stairs, stone, straw, structural-other, ' +
  'table, tent, textile-other, towel, tree, vegetable, wall-brick, wall-concrete, wall-other, wall-panel, wall-stone, ' +
  'wall-tile, wall-wood, water-other, waterdrops, window-blind, window-other, wood'
).split(', ');

/** Label values below 182 that no image has: their names stand in the list of labels, but were never annotated. */
export const COCO_STUFF_UNUSED: readonly number[] = [11, 25, 28, 29, 44, 65, 67, 68, 70, 82, 90];
