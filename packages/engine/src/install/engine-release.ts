import { AslError } from '@auto-seg-loss/kernel';
import type { Wheel } from '@auto-seg-loss/wheels';

/** A build of the TensorFlow library, as wheels. */
export interface EngineRelease {
  /** Folder in the cache. */
  readonly name: string;
  readonly libraryVersion: string;
  readonly gpu: boolean;
  readonly wheels: readonly Wheel[];
  /** Bytes of disk an installation takes at its largest, downloads included. */
  readonly diskBytes: number;
}

const VERSION = '2.21.0';

const X64 = 'manylinux_2_27_x86_64';

/** The library, and of the headers those that the addons include. */
const TENSORFLOW_FILES = [
  'tensorflow/libtensorflow_cc.so.2',
  'tensorflow/libtensorflow_framework.so.2',
  'tensorflow/include/tensorflow/c/',
  'tensorflow/include/tensorflow/core/common_runtime/next_pluggable_device/c/',
  'tensorflow/include/tensorflow/core/platform/ctstring',
  'tensorflow/include/tsl/platform/ctstring',
  'tensorflow/include/tsl/platform/platform.h',
  'tensorflow/include/xla/tsl/c/',
];

function tensorflow(name: string, platform: string, sha256: string, bytes: number): Wheel {
  return { package: name, version: VERSION, platform, sha256, bytes, keep: TENSORFLOW_FILES };
}

/** A wheel with CUDA libraries, which the library finds beside its own folder. */
function cuda(folder: string, version: string, platform: string, sha256: string, bytes: number): Wheel {
  const name = `nvidia-${folder.replaceAll('_', '-')}-cu12`;
  return { package: name, version, platform, sha256, bytes, keep: [`nvidia/${folder}/lib/`] };
}

const CPU_X64: EngineRelease = {
  name: `tensorflow-cpu-${VERSION}-x64`,
  libraryVersion: VERSION,
  gpu: false,
  wheels: [
    tensorflow('tensorflow-cpu', X64, '2b847d217b02ee7731ed91431daf3250daa0196c3c94614d23be27232e6e5b6c', 273_829_956),
  ],
  diskBytes: 1.5e9,
};

const CPU_ARM64: EngineRelease = {
  name: `tensorflow-cpu-${VERSION}-arm64`,
  libraryVersion: VERSION,
  gpu: false,
  wheels: [
    tensorflow(
      'tensorflow',
      'manylinux_2_27_aarch64',
      '4b24aca16d527a3cf1c37f720c04c484c3d20f4d0fdfa98632ac8b9f3be6eb5c',
      281_828_020,
    ),
  ],
  diskBytes: 1.5e9,
};

/** The wheels of tensorflow's extra `and-cuda`. */
const GPU_X64: EngineRelease = {
  name: `tensorflow-gpu-${VERSION}-x64`,
  libraryVersion: VERSION,
  gpu: true,
  wheels: [
    tensorflow('tensorflow', X64, '9056fbc9ba04235810b71ae6cbd958a196e8804fb53bbcffbf3e23b56155f124', 572_440_367),
    cuda('cublas', '12.9.3.13', X64, 'd7d51055f161b317c7105ddaae90e71eda059026074ffef93cf7cde2886bfe72', 581_217_458),
    cuda(
      'cuda_cupti',
      '12.8.90',
      'manylinux_2_17_x86_64',
      'ea0cb07ebda26bb9b29ba82cda34849e73c166c18162d3913575b0c9db9a6182',
      10_248_621,
    ),
    {
      ...cuda(
        'cuda_nvcc',
        '12.9.86',
        'manylinux_2_12_x86_64',
        '5d6a0d32fdc7ea39917c20065614ae93add6f577d840233237ff08e9a38f58f0',
        40_546_229,
      ),
      keep: ['nvidia/cuda_nvcc/bin/', 'nvidia/cuda_nvcc/nvvm/'],
    },
    cuda(
      'cuda_nvrtc',
      '12.9.86',
      'manylinux_2_12_x86_64',
      '210cf05005a447e29214e9ce50851e83fc5f4358df8b453155d5e1918094dcb4',
      89_568_129,
    ),
    cuda(
      'cuda_runtime',
      '12.9.79',
      'manylinux_2_17_x86_64',
      '25bba2dfb01d48a9b59ca474a1ac43c6ebf7011f1b0b8cc44f54eb6ac48a96c3',
      3_493_179,
    ),
    cuda('cudnn', '9.28.0.42', X64, '9ff58b7f36dacd0a93e89f8f2957b52466889217963701daa15e577317cfa375', 716_538_495),
    cuda(
      'cufft',
      '11.4.1.4',
      'manylinux_2_17_x86_64',
      'c67884f2a7d276b4b80eb56a79322a95df592ae5e765cf1243693365ccab4e28',
      200_877_592,
    ),
    cuda('curand', '10.3.10.19', X64, '49b274db4780d421bd2ccd362e1415c13887c53c214f0d4b761752b8f9f6aa1e', 68_295_626),
    cuda('cusolver', '11.7.5.82', X64, '15da72d1340d29b5b3cf3fd100e3cd53421dde36002eda6ed93811af63c40d88', 338_117_415),
    cuda(
      'cusparse',
      '12.5.10.65',
      'manylinux_2_17_x86_64',
      '73060ce019ac064a057267c585bf1fd5a353734151f87472ff02b2c5c9984e78',
      366_465_088,
    ),
    cuda('nccl', '2.32.3', X64, 'bb94b2348e4861d5e8aa00b36c3d12d9bdf9c6369b82cbb723de0b582280a21c', 351_526_311),
    cuda(
      'nvjitlink',
      '12.9.86',
      'manylinux_2_12_x86_64',
      'e3f1171dbdc83c5932a45f0f4c99180a70de9bd2718c1ab77d14104f6d7147f9',
      39_748_338,
    ),
  ],
  diskBytes: 10e9,
};

/** What decides which build fits. */
export interface Machine {
  readonly platform: string;
  readonly arch: string;
  /** Of the C library; undefined where that is another one, as on Alpine. */
  readonly glibc: string | undefined;
}

/** The wheels' tag says that they need this one. */
const OLDEST_GLIBC = [2, 27] as const;

/**
 * The build for this machine.
 * @throws AslError ASL_ENGINE_INSTALL where there is none.
 */
export function engineRelease(gpu: boolean, machine: Machine = thisMachine()): EngineRelease {
  const { platform, arch, glibc } = machine;
  if (platform === 'linux' && suffices(glibc)) {
    if (arch === 'x64') return gpu ? GPU_X64 : CPU_X64;
    if (arch === 'arm64' && !gpu) return CPU_ARM64;
  }
  throw new AslError('ASL_ENGINE_INSTALL', `there is no native engine for this machine${gpu ? "'s GPU" : ''}`, {
    expected: `Linux with glibc ${OLDEST_GLIBC.join('.')} or later, on x64 or arm64; for the GPU, on x64`,
    received: `${platform} on ${arch}${platform === 'linux' ? `, ${glibc === undefined ? 'no glibc' : `glibc ${glibc}`}` : ''}`,
    remedy: 'go on without: the WebAssembly engine runs everywhere, but is many times slower',
  });
}

function suffices(glibc: string | undefined): boolean {
  const [major = 0, minor = 0] = (glibc ?? '').split('.').map(Number);
  return major > OLDEST_GLIBC[0] || (major === OLDEST_GLIBC[0] && minor >= OLDEST_GLIBC[1]);
}

function thisMachine(): Machine {
  const report = process.report.getReport() as { readonly header: { readonly glibcVersionRuntime?: string } };
  return { platform: process.platform, arch: process.arch, glibc: report.header.glibcVersionRuntime };
}
