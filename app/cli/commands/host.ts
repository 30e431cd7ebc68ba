import { parseArgs } from 'node:util';
import { SCENARIOS } from '../../../host-sim/faults/scenarios.ts';
import { audit } from '../../../host-sim/ledger/audit.ts';
import { batches } from '../host/batches.ts';
import { cards } from '../host/cards.ts';
import { exceptions } from '../host/exceptions.ts';
import { faults } from '../host/faults.ts';
import { keys } from '../host/keys.ts';
import { merchants } from '../host/merchants.ts';
import { COMMON_OPTIONS, printJson, reportProblem, withStore } from '../host/office.ts';
import { purses } from '../host/purses.ts';
import { serve } from '../host/serve.ts';
import { table } from '../host/table.ts';
import { terminals } from '../host/terminals.ts';
import type { CommandIo } from '../io.ts';

const HELP = `holdfast host: the host simulator and its ledger

  serve [--port 8583] [--host 127.0.0.1] [--tls-cert FILE --tls-key FILE [--tls-client-ca FILE]]
        [--admin-port P] [--connections 1024] [--faults NAME|FILE] [--parameter NAME=NUMBER]... [--log warn]
      Answers terminals until it is stopped. Port 0 takes any free port. With --json the readiness line is
      {"ready":true,"port":...,"adminPort":...,"adminToken":...}. With a certificate and its key (PEM) it
      speaks TLS, with --tls-client-ca only to terminals that show a certificate of that CA. --faults is the name of a scenario or
      a JSON list of fault rules. --parameter is what terminals download besides, by the names of docs/domain.md, such as
      unprintedSaleReverse=1. --connections is how many terminals may be connected at once, up to 16384.
  faults list | set NAME|FILE | clear    --admin-port P --token T (or HOLDFAST_HOST_TOKEN)
      The fault rules of a host that is running: a scenario, or a JSON list of rules, replaces them at once.
  scenarios
      Lists the named ways in which the host can misbehave.
  check
      Audits ledger and batches from the entries alone. Exit 1 when something does not hold.
  cards list | show PAN | load FILE | block PAN | unblock PAN | lost PAN | hotlist PAN
      A card file has the header pan,kind,balance,expiry,pin,status,name: kind registered or bearer, balance in yuan
      like 500.00, expiry YYMM, PIN six digits or nothing, status active, blocked, lost or hotlisted.
  purses list | show SERIAL | load FILE | block SERIAL | unblock SERIAL | hotlist SERIAL
      Electronic purses by application serial. A purse file is JSON with an issuer's test keys and the cards it gave out, as
      test/data/purses.json.
  terminals list | show TID | log TID [--day D] | create TID --merchant MID [--merchant-name N] [--merchant-name-zh N] [--out FILE]
            | block TID | unblock TID
      create writes what the terminal must be told, its key components among it: keep that file secret.
      log lists what the terminal sent on an accounting day and what it was answered, show in the last 24 hours.
  batches list | show TID BATCH
      show says what is wrong with a batch and what to do.
  merchants list | settle [--day D] [--csv FILE] | statement MID
      settle pays every accounting day that has ended, or that one, net of fee, once. A day is like 2026-03-10.
  exceptions list [--all] [--side long|short] [--day D] | show ID | close ID --note TEXT
  keys list | announce | rotate | revoke KEYID
      The issuer's signing keys. announce makes the next one and tells terminals with their next parameters; rotate lets
      it sign and retires the present one, which is believed on; revoke ends that.

Every command takes:
  --db FILE              the database; else with --demo that of the demo, else HOLDFAST_HOST_DB, else host/host.sqlite
                         in XDG_DATA_HOME/holdfast or ~/.local/share/holdfast
  --vault-key-file FILE  64 hex digits; else FILE.vault-key beside the database. HOLDFAST_VAULT_KEY comes first.
  --demo                 makes the vault key file when it is missing
  --now MOMENT           goes by this moment, like 2026-03-10T22:59:59+08:00, and not by this machine's clock
  --seed N               repeatable keys and codes, for scripted days only
  --json                 results as JSON
`;

type Subcommand = (args: readonly string[], io: CommandIo) => Promise<number>;

const SUBCOMMANDS: Readonly<Record<string, Subcommand>> = {
  serve,
  check,
  cards,
  purses,
  terminals,
  batches,
  exceptions,
  faults,
  keys,
  merchants,
  scenarios,
};

/** `holdfast host`. @returns the exit code: 0, 1 when something does not hold or cannot be done, 2 for bad arguments. */
export async function run(args: string[], io: CommandIo): Promise<number> {
  const [name, ...rest] = args;
  if (name === undefined || args.includes('--help') || args.includes('-h')) {
    io.stdout.write(HELP);
    return name === undefined ? 2 : 0;
  }
  const subcommand = Object.hasOwn(SUBCOMMANDS, name) ? SUBCOMMANDS[name] : undefined;
  if (!subcommand) {
    io.stderr.write(
      `holdfast host: expected one of ${Object.keys(SUBCOMMANDS).join(', ')}, not ${JSON.stringify(name)}\n`,
    );
    return 2;
  }
  try {
    return await subcommand(rest, io);
  } catch (error) {
    return reportProblem(error, io);
  }
}

/** `holdfast host check`. */
async function check(args: readonly string[], io: CommandIo): Promise<number> {
  const { values } = parseArgs({ args: [...args], options: COMMON_OPTIONS });
  const report = await withStore(values, (store) => store.transaction(audit));
  if (values.json) printJson(io, report);
  else {
    const summary = `${report.postings} postings, ${report.accounts} accounts, ${report.cards} cards, ${report.purses} purses`;
    io.stdout.write(
      report.ok ? `The ledger balances: ${summary}.\n` : `The ledger does NOT balance: ${summary}.\n`,
    );
    for (const line of [...report.problems, ...report.notes]) io.stdout.write(`  ${line}\n`);
  }
  return report.ok ? 0 : 1;
}

/** `holdfast host scenarios`. */
async function scenarios(args: readonly string[], io: CommandIo): Promise<number> {
  const { values } = parseArgs({ args: [...args], options: COMMON_OPTIONS });
  const rows = Object.entries(SCENARIOS).map(([name, { sentence }]) => ({ name, sentence }));
  if (values.json) printJson(io, rows);
  else {
    io.stdout.write(
      table(rows, [
        { title: 'scenario', value: (row) => row.name },
        { title: 'what happens', value: (row) => row.sentence },
      ]),
    );
  }
  return 0;
}
