import { readFileSync } from 'node:fs';
import { Command } from 'commander';
import { addCompareCommand } from './commands/compare.ts';
import { addCompletionCommand } from './commands/completion.ts';
import { addDashboardCommand } from './commands/dashboard.ts';
import { addDataCommand } from './commands/data.ts';
import { addDemoCommand } from './commands/demo.ts';
import { addDoctorCommand } from './commands/doctor.ts';
import { addEngineCommands } from './commands/engine-install.ts';
import { addEvaluateCommand } from './commands/evaluate.ts';
import { addExportCommand } from './commands/export.ts';
import { addFidelityCommand } from './commands/fidelity.ts';
import { addInitCommand } from './commands/init.ts';
import { addLossCommand } from './commands/loss.ts';
import { addNewCommand } from './commands/new.ts';
import { addNoiseCommand } from './commands/noise.ts';
import { addPluginsCommand } from './commands/plugins.ts';
import { addPredictCommand } from './commands/predict.ts';
import { addReportCommand } from './commands/report.ts';
import { addSearchCommand } from './commands/search.ts';
import { addStatusCommand } from './commands/status.ts';
import { addTrainCommand } from './commands/train.ts';
import { addVerifyCommand } from './commands/verify.ts';
import { addVersionCommand } from './commands/version.ts';
import { addWeightsCommands } from './commands/weights.ts';
import { addWorkerCommand } from './commands/worker.ts';
import type { Terminal } from './terminal/terminal.ts';

const { version } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as {
  version: string;
};

/** The command line, with every command. Errors are thrown, help goes to stdout. */
export function createProgram(terminal: Terminal): Command {
  const program = new Command('asl')
    .description('Searches the loss function for a segmentation metric, trains with it and measures what it brings.')
    .version(version)
    // Errors are shown by `main`, in one form.
    .exitOverride()
    .configureOutput({ writeErr: () => {} })
    .helpCommand('help [command]', 'show the help of a command');
  addInitCommand(program, terminal);
  addDataCommand(program, terminal);
  addSearchCommand(program, terminal);
  addStatusCommand(program, terminal);
  addWorkerCommand(program, terminal);
  addReportCommand(program, terminal);
  addDashboardCommand(program, terminal);
  addNoiseCommand(program, terminal);
  addFidelityCommand(program, terminal);
  addTrainCommand(program, terminal);
  addCompareCommand(program, terminal);
  addPredictCommand(program, terminal);
  addEvaluateCommand(program, terminal);
  addLossCommand(program, terminal);
  addExportCommand(program, terminal, version);
  addVerifyCommand(program, terminal);
  addNewCommand(program, terminal);
  addPluginsCommand(program, terminal);
  addDoctorCommand(program, terminal);
  addEngineCommands(program, terminal);
  addWeightsCommands(program, terminal);
  addDemoCommand(program, terminal);
  addVersionCommand(program, terminal, version);
  addCompletionCommand(program, terminal);
  return program;
}
