// Prints how many tests passed and failed, from the reports that `npm test` and `npm run test:long` leave.
import { existsSync, readFileSync } from 'node:fs';

const REPORTS = ['test-report.json', 'test-report-long.json'];

let passed = 0;
let failed = 0;
for (const name of REPORTS) {
  const file = new URL(`../node_modules/.cache/${name}`, import.meta.url);
  if (!existsSync(file)) {
    process.stderr.write(`No ${name}: something before those tests failed.\n`);
    failed += 1;
    continue;
  }
  const report = JSON.parse(readFileSync(file, 'utf8'));
  // A file that does not load has no tests to count, but has failed.
  const unloaded = report.testResults.filter(
    ({ status, assertionResults }) => status === 'failed' && assertionResults.length === 0,
  );
  passed += report.numPassedTests;
  failed += report.numFailedTests + unloaded.length;
}
process.stdout.write(`${passed} passed, ${failed} failed\n`);
process.exitCode = failed > 0 ? 1 : 0;
