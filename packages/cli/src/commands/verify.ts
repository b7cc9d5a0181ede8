import { excessOf } from '@auto-seg-loss/config';
import { AslError, aslCommand, PLUGIN_KINDS } from '@auto-seg-loss/kernel';
import type { Subject, VerifiedSubject, VerifyResult } from '@auto-seg-loss/runtime';
import { type Command, InvalidArgumentError, Option } from 'commander';
import { type AllowCodeOption, withAllowCode } from '../allow-code.ts';
import { withCommonOptions } from '../common-options.ts';
import { wholeNumber } from '../parse-option.ts';
import { createCounter } from '../terminal/counter.ts';
import { formatDuration } from '../terminal/duration.ts';
import type { Terminal } from '../terminal/terminal.ts';
import { describeSubject } from '../verify/describe-subject.ts';
import { githubAnnotations } from '../verify/github-annotations.ts';
import { replayCommand } from '../verify/replay-command.ts';

interface Options extends AllowCodeOption {
  readonly kind?: Subject['kind'];
  readonly options?: Readonly<Record<string, unknown>>;
  readonly runs: number;
  readonly seed?: number;
  readonly law?: string;
  readonly replay?: string;
  readonly engine: 'auto' | 'native' | 'wasm';
  readonly junit?: string;
  readonly github?: true;
}

const RUNS = 200;
const EXIT_BROKEN = 1;

/** `asl verify`. */
export function addVerifyCommand(program: Command, terminal: Terminal): void {
  const command = program
    .command('verify')
    .description('try to break the laws of plugins and losses; exit 1 if one is broken')
    .argument(
      '[targets...]',
      'plugin names, modules or folders; losses and sums of them; configs. Default: every installed plugin',
    )
    .addOption(new Option('--kind <kind>', 'only what is of this kind').choices([...PLUGIN_KINDS, 'searched loss']))
    .option('--options <json>', 'options to try the plugins with; without them, their defaults and others', jsonObject)
    .option('--runs <number>', 'inputs for each law; costly laws take a share of them', wholeNumber(1), RUNS)
    .option('--seed <number>', 'the same seed tries the same inputs (default: another each time)', wholeNumber(0))
    .option('--law <name>', 'only this law')
    .option('--replay <path>', 'a counterexample that was found, as it was printed; with its --law and --seed')
    .addOption(new Option('--engine <name>', 'what computes').choices(['auto', 'native', 'wasm']).default('auto'))
    .option('--junit <file>', 'write a JUnit XML report')
    .option('--github', 'annotate the code in GitHub Actions (there by itself)');
  withCommonOptions(withAllowCode(command)).action(async (targets: readonly string[], options: Options) => {
    const { kind, seed, law, replay, junit, allowCode, runs, engine } = options;
    if (replay !== undefined && (law === undefined || seed === undefined)) throw replayAlone();
    if (options.options !== undefined && targets.length === 0) throw optionsAlone();
    const { verify, writeFile } = await import('@auto-seg-loss/runtime');
    const started = performance.now();
    const counter = createCounter(terminal, 'laws');
    let [done, total] = [0, 0];
    // What a counterexample is seen again with.
    const flags = [...(engine === 'auto' ? [] : ['--engine', engine]), ...(allowCode === true ? ['--allow-code'] : [])];
    const repeatable = <S extends VerifiedSubject>(subject: S): S => ({
      ...subject,
      target: [...subject.target, ...flags],
    });
    const verified = await verify({
      targets,
      runs,
      engine,
      cwd: process.cwd(),
      ...(kind === undefined ? {} : { kind }),
      ...(options.options === undefined ? {} : { options: options.options }),
      ...(seed === undefined ? {} : { seed }),
      ...(law === undefined ? {} : { law }),
      ...(replay === undefined ? {} : { replay }),
      ...(allowCode === undefined ? {} : { allowCode }),
      onSubject: (_, laws) => {
        total = laws;
        done = 0;
        counter.update(done, total);
      },
      onReport: () => {
        done += 1;
        counter.update(done, total);
      },
      onVerified: (subject) => {
        counter.stop();
        terminal.part(describeSubject(repeatable(subject), terminal));
      },
    }).finally(() => counter.stop());
    const result = { ...verified, subjects: verified.subjects.map(repeatable) };
    if (junit !== undefined) {
      const { junitReport } = await import('../verify/junit-report.ts');
      await writeFile(junit, junitReport(result, process.cwd()));
    }
    // On stderr, where GitHub reads them too: stdout may be JSON.
    if (options.github ?? process.env.GITHUB_ACTIONS === 'true') {
      for (const line of githubAnnotations(result, process.env.GITHUB_WORKSPACE ?? process.cwd())) terminal.log(line);
    }
    const seconds = (performance.now() - started) / 1000;
    terminal.result(resultJson(result), () => summary(result, seconds));
    if (count(result, 'broken') > 0) terminal.outcome = EXIT_BROKEN;
  });
}

function jsonObject(text: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(text);
    const whole = typeof value === 'object' && value !== null && !Array.isArray(value);
    if (whole && excessOf(value) === undefined) return { ...value };
  } catch {
    // Said below.
  }
  throw new InvalidArgumentError('It must be a JSON object, such as \'{"tolerance": 2}\'.');
}

function replayAlone(): AslError {
  return new AslError('ASL_USAGE', 'a counterexample belongs to a law and a seed', {
    where: 'asl verify --replay',
    expected: '--law and --seed as they were printed with it',
    remedy: 'copy the whole command that was printed',
  });
}

function optionsAlone(): AslError {
  return new AslError('ASL_USAGE', 'options belong to a plugin', {
    where: 'asl verify --options',
    expected: 'the name of the plugin',
    remedy: aslCommand('verify', 'bf1', '--options', '{"tolerance": 2}'),
  });
}

function count({ subjects }: VerifyResult, status: 'holds' | 'broken' | 'skipped'): number {
  return subjects.flatMap(({ reports }) => reports).filter((report) => report.status === status).length;
}

function summary(result: VerifyResult, seconds: number): string {
  const { subjects, seed, runs } = result;
  const untried = subjects.filter((subject) => subject.untried !== undefined).length;
  const parts = [
    `${count(result, 'holds')} laws hold`,
    `${count(result, 'broken')} broken`,
    `${count(result, 'skipped')} skipped`,
    ...(untried === 0 ? [] : [`${untried} of ${subjects.length} plugins untried`]),
  ];
  return `${parts.join(', ')}: ${runs} runs, seed ${seed}, ${formatDuration(seconds)}`;
}

function resultJson(result: VerifyResult): unknown {
  const { seed, runs, subjects } = result;
  return {
    seed,
    runs,
    holds: count(result, 'holds'),
    broken: count(result, 'broken'),
    skipped: count(result, 'skipped'),
    subjects: subjects.map((subject) => {
      const { kind, name, file, options, untried, reports } = subject;
      return {
        kind,
        name,
        ...(file === undefined ? {} : { file }),
        ...(options === undefined ? {} : { options }),
        ...(untried === undefined ? {} : { untried }),
        laws: reports.map((report) =>
          report.status === 'broken'
            ? { ...report, replay: replayCommand(subject, report.law, report.seed, report.counterexample.path) }
            : report,
        ),
      };
    }),
  };
}
