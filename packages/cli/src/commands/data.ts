import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import type { DataReport } from '@auto-seg-loss/runtime';
import type { Command } from 'commander';
import { withCommonOptions } from '../common-options.ts';
import { classTable, sizeLines } from '../data/data-text.ts';
import { dataWarnings } from '../data/data-warnings.ts';
import { createCounter } from '../terminal/counter.ts';
import type { Terminal } from '../terminal/terminal.ts';
import { type ConfigOptions, readConfig, withConfig } from '../with-config.ts';
import { runUntilStopped } from './run-until-stopped.ts';

interface Options extends ConfigOptions {
  readonly sheet?: string;
}

/** Samples on the contact sheet. */
const EXAMPLES = 24;

/** `asl data`. */
export function addDataCommand(program: Command, terminal: Terminal): void {
  const command = program
    .command('data')
    .description(
      "say what is in a config's data, before anything is trained: classes, sizes, what is ignored, equal images",
    );
  withConfig(command).option('--sheet <file>', 'draw some samples with their labels laid over them: a PNG');
  withCommonOptions(command).action(async (file: string | undefined, options: Options) => {
    const loaded = await readConfig(file, options, terminal);
    const { lookAtData } = await import('@auto-seg-loss/runtime');
    const counter = createCounter(terminal, 'files read');
    const display = { note: (line: string) => terminal.log(line), stop: () => counter.stop() };
    const report = await runUntilStopped(display, (signal) =>
      lookAtData(loaded, {
        signal,
        examples: options.sheet === undefined ? 0 : EXAMPLES,
        onProgress: (read, count) => counter.update(read, count),
      }),
    );
    const sheet = options.sheet === undefined ? undefined : await drawSheet(report, resolve(options.sheet));
    const warnings = dataWarnings(report);
    const { examples: _, ...json } = report;
    terminal.result({ ...json, warnings, sheet }, () => describe(report, warnings, sheet));
    if (report.unreadable.length > 0) terminal.outcome = 2;
  });
}

async function drawSheet(report: DataReport, file: string): Promise<string> {
  const { contactSheet } = await import('../data/contact-sheet.ts');
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, contactSheet(report));
  return file;
}

function describe(report: DataReport, warnings: readonly string[], sheet: string | undefined): string {
  const found = warnings.length === 0 ? ['Nothing is unusual.'] : warnings.map((warning) => `! ${warning}`);
  const look = sheet === undefined ? 'to look at them: add --sheet data.png' : `sheet  ${sheet}`;
  return [...sizeLines(report), '', classTable(report), '', ...found, '', look].join('\n');
}
