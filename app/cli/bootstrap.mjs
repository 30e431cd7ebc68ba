#!/usr/bin/env node
// The door that any Node can open: it reads on old runtimes, so that a wrong one gets words instead of a stack trace.
// Everything that needs a newer Node is behind the dynamic import below.

const NODE_MAJOR_MIN = 20;

const foundMajor = Number(process.versions.node.split('.')[0]);
if (foundMajor < NODE_MAJOR_MIN) {
  process.stderr.write(
    `holdfast needs Node ${NODE_MAJOR_MIN} or newer to set itself up, found ${process.versions.node}: ` +
      'install a newer Node (https://nodejs.org) and run the same command again.\n',
  );
  process.exitCode = 1;
} else {
  import('./setup/verbs.mjs')
    .then((verbs) => verbs.runVerb(process.argv.slice(2)))
    .then(
      (exitCode) => {
        process.exitCode = exitCode;
      },
      (error) => {
        // A SetupError carries its remedy in its message; anything else is a defect and shows where it is.
        process.stderr.write(`holdfast: ${error.name === 'SetupError' ? error.message : error.stack}\n`);
        process.exitCode = 1;
      },
    );
}
