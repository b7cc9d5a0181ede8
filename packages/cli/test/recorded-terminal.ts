import pc from 'picocolors';
import type { Terminal } from '../src/terminal/terminal.ts';

/** A terminal that nobody sits at, and the lines that it got. */
export function recordedTerminal(): { readonly terminal: Terminal; readonly lines: string[] } {
  const lines: string[] = [];
  const terminal: Terminal = {
    json: false,
    interactive: false,
    colors: pc.createColors(false),
    outcome: 0,
    result: () => {},
    part: () => {},
    log: (line) => lines.push(line),
    logText: (text) => lines.push(text),
    fail: (error) => error.exitCode,
  };
  return { terminal, lines };
}
