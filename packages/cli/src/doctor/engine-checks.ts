import type { Engine } from '@auto-seg-loss/engine';
import type { Found, Tools } from '@auto-seg-loss/engine/install';
import { aslCommand } from '@auto-seg-loss/kernel';
import type { Check } from './check.ts';

/** What was tried of the engine. */
export interface EngineState {
  /** The engine that a command would run on; undefined if none could be opened. */
  readonly engine: Engine | undefined;
  /** Why the native one could not be opened though it is installed. */
  readonly nativeError: string | undefined;
  /** Why not even WebAssembly could be opened. */
  readonly wasmError: string | undefined;
  readonly installed: Found;
  readonly tools: Tools;
  readonly gpuVisible: boolean;
}

const SLOW = '20 to 40 times slower than the native engine';

export function engineChecks(state: EngineState): readonly Check[] {
  const { engine, installed, gpuVisible } = state;
  return [
    engineCheck(state),
    ...(engine === undefined ? [] : [deviceCheck(engine, gpuVisible)]),
    // Only an engine that has yet to be installed needs them.
    ...(installed.addons === undefined ? toolChecks(state.tools) : []),
  ];
}

function engineCheck({ engine, nativeError, wasmError, installed }: EngineState): Check {
  if (engine?.backend === 'native') {
    return { name: 'engine', status: 'ok', found: `native, TensorFlow ${engine.libraryVersion} in ${installed.path}` };
  }
  const reason = nativeError ?? installed.problem;
  const remedy = nativeError === undefined ? installed.remedy : aslCommand('engine', 'install', '--force');
  if (engine === undefined) {
    return { name: 'engine', status: 'problem', found: `none: ${reason}; ${wasmError ?? 'no WebAssembly'}`, remedy };
  }
  const found = `WebAssembly (tfjs ${engine.libraryVersion}), ${SLOW}: ${reason}`;
  return { name: 'engine', status: 'warning', found, remedy };
}

function deviceCheck(engine: Engine, gpuVisible: boolean): Check {
  const unused = gpuVisible && engine.device === 'CPU';
  return {
    name: 'device',
    status: unused ? 'warning' : 'ok',
    found: unused ? 'CPU, though there is an NVIDIA GPU (the build for it was not run on one yet)' : engine.device,
    ...(unused ? { remedy: aslCommand('engine', 'install', '--gpu') } : {}),
  };
}

function toolChecks({ python, pip, compiler }: Tools): readonly Check[] {
  const check = (name: string, found: string | undefined, remedy: string): Check =>
    found === undefined
      ? { name, status: 'warning', found: 'not found; the engine cannot be installed without', remedy }
      : { name, status: 'ok', found };
  return [
    check(
      'pip',
      python === undefined ? undefined : pip?.version,
      'install Python 3 with pip (Debian, Ubuntu: apt install python3-pip)',
    ),
    check('compiler', compiler?.version, 'install g++ (Debian, Ubuntu: apt install g++; Fedora: dnf install gcc-c++)'),
  ];
}
