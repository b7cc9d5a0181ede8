import { readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';
import { type WeightTensor, writeSafetensors } from '@auto-seg-loss/weights';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { runAsl } from './run-asl.ts';

const golden = (name: string): string => fileURLToPath(new URL(`../../weights/test/golden/${name}`, import.meta.url));

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'asl-weights-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const asl = (...args: readonly string[]) =>
  runAsl(args, { cwd: folder, env: { ASL_CACHE_DIR: join(folder, 'cache') } });

describe('asl weights list', () => {
  test('says what can be installed, and where others come from, with licences', async () => {
    const { code, stdout } = await asl('weights', 'list');
    expect(code).toBe(0);
    expect(stdout).toMatch(/efficientnet-lite0 +18\.8 MB .*Apache-2\.0 .*asl weights install efficientnet-lite0/);
    expect(stdout).toContain('torchvision');
    expect(stdout).toContain('BSD-3-Clause');
    const { installable, elsewhere } = JSON.parse((await asl('weights', 'list', '--json')).stdout);
    expect(installable).toMatchObject([{ name: 'efficientnet-lite0', path: null }]);
    expect(elsewhere.length).toBeGreaterThan(2);
  });
});

describe('asl weights show', () => {
  test('says what is in a file, and which backbone it looks like', async () => {
    const names = JSON.parse(gunzipSync(readFileSync(golden('names.json.gz'))).toString());
    const shapes: Readonly<Record<string, readonly number[]>> = names['resnet18 torchvision'];
    const resnet = new Map<string, WeightTensor>(
      Object.entries(shapes).map(([name, shape]) => {
        const data = new Float32Array(shape.reduce((product, size) => product * size, 1));
        return [name, { dtype: 'float32', shape, data }];
      }),
    );
    writeSafetensors(join(folder, 'resnet.safetensors'), resnet, { from: 'a test' });
    const { code, stdout } = await asl('weights', 'show', 'resnet.safetensors');
    expect(code).toBe(0);
    expect(stdout).toMatch(/^resnet\.safetensors: safetensors, 46\.8 MB\n122 tensors, 11\.70 M numbers \(float32\)$/m);
    expect(stdout).toContain('from: a test');
    expect(stdout).toContain("It looks like resnet18, in torchvision's names (timm and mmseg have the same).");
    expect(stdout).toContain('left over, as the classifier: fc.weight, fc.bias');
    expect(stdout).toContain('left over, as counters of batches: 20 tensors');
    expect(stdout).toMatch(/^conv1\.weight +64 × 3 × 7 × 7 {2}float32$/m);
  });

  test('says what stood in the way of the names', async () => {
    const { stdout } = await asl('weights', 'show', golden('checkpoint.pth'), '--json');
    const { format, backbone, notes, tensors } = JSON.parse(stdout);
    expect({ format, backbone, notes, first: tensors[0] }).toEqual({
      format: 'pth',
      backbone: null,
      notes: [expect.stringContaining('state_dict'), expect.stringContaining('module.')],
      first: { name: '0.weight', shape: [2, 3, 1, 1], type: 'float32' },
    });
  });

  test.each([
    ['code in it', golden('network.pth'), 'ASL_WEIGHTS_UNSAFE', 'torch.nn.modules.container.Sequential'],
    ['another content', 'text.pth', 'ASL_WEIGHTS_INVALID', 'something else'],
    ['nothing at its path', 'none.pth', 'ASL_WEIGHTS_MISSING', 'no such file'],
    ['a name that nobody installed', 'efficientnet-lite0', 'ASL_WEIGHTS_MISSING', 'not installed'],
    ['a name that there is not', 'resnet50', 'ASL_WEIGHTS_MISSING', 'one of: efficientnet-lite0'],
  ])('refuses a file with %s', async (_name, file, expected, what) => {
    await writeFile(join(folder, 'text.pth'), 'weights');
    const { code, stdout, stderr } = await asl('weights', 'show', file);
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toMatch(new RegExp(`^${expected}: `));
    expect(stderr).toContain(what);
  });
});

test('asl weights install names what there is', async () => {
  const { code, stderr } = await asl('weights', 'install', 'resnet50');
  expect(code).toBe(2);
  expect(stderr).toContain('one of: efficientnet-lite0');
});
