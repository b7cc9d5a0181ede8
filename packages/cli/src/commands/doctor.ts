import type { Engine } from '@auto-seg-loss/engine';
import { defaultCacheDir, findInstalled, findTools, gpuVisible } from '@auto-seg-loss/engine/install';
import { isAslError } from '@auto-seg-loss/kernel';
import type { Command } from 'commander';
import { withCommonOptions } from '../common-options.ts';
import type { Check } from '../doctor/check.ts';
import { type EngineState, engineChecks } from '../doctor/engine-checks.ts';
import { checkCache, checkMemory, checkNode, checkThreads, memory } from '../doctor/machine-checks.ts';
import { alignColumns } from '../terminal/columns.ts';
import type { Terminal } from '../terminal/terminal.ts';

const EXIT_ENVIRONMENT = 3;

/** `asl doctor`. */
export function addDoctorCommand(program: Command, terminal: Terminal): void {
  withCommonOptions(program.command('doctor'))
    .description('say what training would run on, and what to do about each problem; exit 3 if it cannot')
    .action(async () => {
      const state = await engineState();
      const checks: readonly Check[] = [
        checkNode(),
        ...engineChecks(state),
        checkThreads(),
        checkMemory(),
        await checkCache(defaultCacheDir()),
      ];
      const engine = state.engine ?? null;
      terminal.result({ engine, node: process.versions.node, memory: memory(), checks }, () =>
        describe(checks, terminal),
      );
      if (checks.some(({ status }) => status === 'problem')) terminal.outcome = EXIT_ENVIRONMENT;
    });
}

async function engineState(): Promise<EngineState> {
  const { openEngine } = await import('@auto-seg-loss/engine');
  const reasonOf = (error: unknown) => (isAslError(error) || error instanceof Error ? error.message : String(error));
  let engine: Engine | undefined;
  let nativeError: string | undefined;
  let wasmError: string | undefined;
  const installed = findInstalled();
  if (installed.addons !== undefined) {
    engine = await openEngine({ backend: 'native' }).catch((error: unknown) => {
      nativeError = reasonOf(error);
      return undefined;
    });
  }
  engine ??= await openEngine({ backend: 'wasm' }).catch((error: unknown) => {
    wasmError = reasonOf(error);
    return undefined;
  });
  return { engine, nativeError, wasmError, installed, tools: await findTools(), gpuVisible: gpuVisible() };
}

function describe(checks: readonly Check[], { colors }: Terminal): string {
  const mark = { ok: colors.green('ok'), warning: colors.yellow('warning'), problem: colors.red('problem') };
  const rows = alignColumns(checks.map(({ name, status, found }) => [name, mark[status], found]));
  return rows
    .flatMap((row, index) => {
      const remedy = checks[index]?.remedy;
      return remedy === undefined ? [row] : [row, `  → ${remedy}`];
    })
    .join('\n');
}
