import { Random, type Sample } from '@auto-seg-loss/kernel';

/** A picture of smooth blobs: as most images it has few sharp edges, so that it is the same at another size. */
export function picture(id: string, height = 48, width = 64, seed = id): Sample {
  const random = Random.fromSeed(seed);
  const blobs = Array.from({ length: 12 }, () => ({
    y: random.uniform(),
    x: random.uniform(),
    spread: 0.05 + 0.2 * random.uniform(),
    colour: [0, 1, 2].map(() => 160 * random.uniform() - 80),
  }));
  const image = new Uint8Array(height * width * 3);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      for (let channel = 0; channel < 3; channel++) {
        const value = blobs.reduce((sum, blob) => {
          const [dy, dx] = [(y + 0.5) / height - blob.y, (x + 0.5) / width - blob.x];
          return sum + (blob.colour[channel] as number) * Math.exp(-(dy * dy + dx * dx) / (2 * blob.spread ** 2));
        }, 128);
        image[(y * width + x) * 3 + channel] = Math.min(255, Math.max(0, Math.round(value)));
      }
    }
  }
  return { id, height, width, image, label: new Uint8Array(height * width) };
}

/** The same picture as a lossy format gives it back. */
export function noisy(sample: Sample, strength: number, seed = 1): Sample {
  const random = Random.fromSeed(seed);
  const image = sample.image.map((value) => {
    return Math.min(255, Math.max(0, value + random.integer(-strength, strength)));
  });
  return { ...sample, image };
}

export function blank(id: string, value: number, height = 48, width = 64): Sample {
  return { ...picture(id, height, width), image: new Uint8Array(height * width * 3).fill(value) };
}
