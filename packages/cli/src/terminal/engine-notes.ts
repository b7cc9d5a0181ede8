import type { ChosenEngine } from '@auto-seg-loss/runtime';

/**
 * What training runs on, and what to do where that is not the native engine.
 * @param workers processes of this machine. @param executor what hands trials to workers.
 */
export function engineNotes(engine: ChosenEngine, workers: number, executor = 'processes'): readonly string[] {
  const library = engine.engine === 'native' ? 'TensorFlow' : 'WebAssembly, tfjs';
  const running = `Engine: ${library} ${engine.libraryVersion} (${engine.device})${workersNote(workers, executor)}`;
  if (engine.fallback === undefined) return [running];
  const { reason, remedy } = engine.fallback;
  return [
    running,
    `The native engine is not used: ${reason}. Training is many times slower without; what to do: ${remedy}`,
  ];
}

function workersNote(workers: number, executor: string): string {
  if (executor === 'processes') return `, ${workers} worker${workers === 1 ? '' : 's'}`;
  const way = executor === 'bullmq' ? ' over Redis' : '';
  return `; trials are run by whatever workers join${way} (executor ${executor})`;
}
