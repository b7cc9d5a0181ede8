import type { ChosenEngine } from '@auto-seg-loss/runtime';

/** What training runs on, and what to do where that is not the native engine. */
export function engineNotes(engine: ChosenEngine, workers: number): readonly string[] {
  const library = engine.engine === 'native' ? 'TensorFlow' : 'WebAssembly, tfjs';
  const running = `Engine: ${library} ${engine.libraryVersion} (${engine.device}), ${workers} worker${workers === 1 ? '' : 's'}`;
  if (engine.fallback === undefined) return [running];
  const { reason, remedy } = engine.fallback;
  return [
    running,
    `The native engine is not used: ${reason}. Training is many times slower without; what to do: ${remedy}`,
  ];
}
