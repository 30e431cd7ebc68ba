// The last line of `.ci/run`: REPORT, the exit code of the tests, the exit code of types and lint.
// Types and lint are one more check each run has to pass, so that a failure there is in the count as well.
import { readTestReport, summaryLine } from './test-report.mjs';

const [reportPath, testsExit, checksExit] = process.argv.slice(2);
const result = readTestReport(reportPath, Number(testsExit));
if (checksExit !== '0') result.failed += 1;
process.stdout.write(`${summaryLine(result)}\n`);
process.exitCode = result.failed === 0 ? 0 : 1;
