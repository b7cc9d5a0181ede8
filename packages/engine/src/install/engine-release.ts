import { AslError } from '@auto-seg-loss/kernel';

/** A file of the Python package index, fixed by its hash. */
export interface Wheel {
  readonly package: string;
  readonly version: string;
  /** Tags of the one file that is meant, whatever Python runs pip. */
  readonly python: string;
  readonly implementation: string;
  readonly abi: string;
  readonly platform: string;
  readonly sha256: string;
  /** Size of the wheel. */
  readonly bytes: number;
  /** Which of the wheel's files are wanted, by the beginning of their path. */
  readonly keep: readonly string[];
}

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

const KEEP = [
  'tensorflow/libtensorflow_cc.so.2',
  'tensorflow/libtensorflow_framework.so.2',
  'tensorflow/include/tensorflow/c/',
  'tensorflow/include/tensorflow/core/platform/ctstring',
  'tensorflow/include/tsl/platform/ctstring',
  'tensorflow/include/xla/tsl/c/',
];

function tensorflow(name: string, platform: string, sha256: string, bytes: number): Wheel {
  return {
    package: name,
    version: VERSION,
    python: '3.11',
    implementation: 'cp',
    abi: 'cp311',
    platform,
    sha256,
    bytes,
    keep: KEEP,
  };
}

const CPU_X64: EngineRelease = {
  name: `tensorflow-cpu-${VERSION}-x64`,
  libraryVersion: VERSION,
  gpu: false,
  wheels: [
    tensorflow(
      'tensorflow-cpu',
      'manylinux_2_27_x86_64',
      '2b847d217b02ee7731ed91431daf3250daa0196c3c94614d23be27232e6e5b6c',
      273_829_956,
    ),
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

/**
 * The build for this machine.
 * @throws AslError ASL_ENGINE_INSTALL where there is none.
 */
export function engineRelease(gpu: boolean, platform: string = process.platform, arch: string = process.arch): EngineRelease {
  if (platform === 'linux' && arch === 'x64') {
    if (!gpu) return CPU_X64;
  } else if (platform === 'linux' && arch === 'arm64' && !gpu) {
    return CPU_ARM64;
  }
  throw new AslError('ASL_ENGINE_INSTALL', `there is no ${gpu ? 'GPU' : 'CPU'} build of the native engine for ${platform} on ${arch}`, {
    expected: 'Linux with glibc on x64 or arm64 (GPU: x64 only)',
    received: `${platform} ${arch}`,
    remedy: gpu ? 'install the CPU build: asl engine install' : 'go on without: the WebAssembly engine runs everywhere, only slower',
  });
}
