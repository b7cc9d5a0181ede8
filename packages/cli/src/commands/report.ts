import { relative } from 'node:path';
import type { Command } from 'commander';
import { type AllowCodeOption, withAllowCode } from '../allow-code.ts';
import { withCommonOptions } from '../common-options.ts';
import { reportPlace } from '../report/report-place.ts';
import type { Terminal } from '../terminal/terminal.ts';

interface Options extends AllowCodeOption {
  readonly open?: true;
  readonly out?: string;
}

/** `asl report`. */
export function addReportCommand(program: Command, terminal: Terminal): void {
  const command = program
    .command('report <run>')
    .description(
      'make one HTML file of what the folder of a search, or of asl compare --out, holds; it needs no network',
    )
    .option('--open', 'show it in the browser')
    .option('--out <file>', 'write it here (default: report.html in the folder)');
  withCommonOptions(withAllowCode(command)).action(async (run: string, { open, out, allowCode }: Options) => {
    const { lookAtRun, writeFile } = await import('@auto-seg-loss/runtime');
    const view = await lookAtRun(run, allowCode === undefined ? {} : { allowCode });
    // Loaded late: a folder that is no run need not wait for the chart library.
    const { comparisonPage, pageHtml, searchPage } = await import('@auto-seg-loss/report');
    const page = view.kind === 'search' ? await searchPage(view) : comparisonPage(view);
    const report = await reportPlace(view.folder, out);
    await writeFile(report, await pageHtml(page));
    for (const notice of page.notices) terminal.log(notice);
    terminal.result({ report }, () => relative(process.cwd(), report));
    if (open !== true) return;
    const { openInBrowser } = await import('../report/open-in-browser.ts');
    await openInBrowser(report, terminal);
  });
}
