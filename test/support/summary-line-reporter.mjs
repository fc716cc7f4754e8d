// Ends the output with what was left out, if anything, and the line that machines read: "N passed, N failed[, N skipped]".
export default class SummaryLineReporter {
  // What remains true when the run breaks off before its end, as when the global setup fails.
  #lines = ['0 passed, 1 failed'];

  constructor() {
    process.on('exit', () => process.stdout.write(`\n${this.#lines.join('\n')}\n`));
  }

  onRunComplete(_contexts, results) {
    const tests = results.testResults.flatMap((suite) => suite.testResults);
    const leftOut = tests.filter((test) => test.status === 'pending').map((test) => `left out: ${test.fullName}`);
    const notLoaded = results.testResults.filter((suite) => suite.testExecError).length;
    const failed = results.numFailedTests + notLoaded;
    const skipped = results.numPendingTests + results.numTodoTests;
    this.#lines = [
      ...leftOut,
      `${results.numPassedTests} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`,
    ];
  }
}
