// Prints how many tests passed and failed, from the report that `npm test` leaves.
import { existsSync, readFileSync } from 'node:fs';

const file = new URL('../node_modules/.cache/test-report.json', import.meta.url);
if (existsSync(file)) {
  const report = JSON.parse(readFileSync(file, 'utf8'));
  // A file that does not load has no tests to count, but has failed.
  const unloaded = report.testResults.filter(
    ({ status, assertionResults }) => status === 'failed' && assertionResults.length === 0,
  );
  const failed = report.numFailedTests + unloaded.length;
  process.stdout.write(`${report.numPassedTests} passed, ${failed} failed\n`);
  process.exitCode = failed > 0 ? 1 : 0;
} else {
  process.stderr.write('No test report: something before the tests failed.\n');
  process.stdout.write('0 passed, 1 failed\n');
  process.exitCode = 1;
}
