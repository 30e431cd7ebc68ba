import { parseArgs } from 'node:util';
import type { CommandIo } from '../io.ts';
import { COMMON_OPTIONS, CommandProblem, printJson, withOffice } from './office.ts';
import { moment, table } from './table.ts';

/** `holdfast host keys list | announce | rotate | revoke KEYID`. */
export async function keys(args: readonly string[], io: CommandIo): Promise<number> {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: COMMON_OPTIONS,
  });
  const [action = 'list', keyId] = positionals;
  switch (action) {
    case 'list': {
      const rows = await withOffice(values, ({ services, store }) =>
        store.transaction((tx) => services.issuerKeys.list(tx)),
      );
      if (values.json) printJson(io, rows);
      else
        io.stdout.write(
          table(rows, [
            { title: 'key', value: (row) => row.keyId },
            { title: 'status', value: (row) => row.status },
            { title: 'since', value: (row) => moment(row.statusSinceMs) },
            { title: 'made', value: (row) => moment(row.createdAtMs) },
            { title: 'public key', value: (row) => row.publicKey },
          ]),
        );
      return 0;
    }
    case 'announce':
    case 'rotate': {
      const made = await withOffice(values, ({ nowMs, services, store }) =>
        store.transaction((tx) => services.issuerKeys[action](tx, { random: services.random, nowMs })),
      );
      const status = action === 'announce' ? 'announced' : 'active';
      if (values.json) printJson(io, { keyId: made, status });
      else
        io.stdout.write(
          action === 'announce'
            ? `key ${made} is announced: terminals learn it with their next parameters. When all have them: holdfast host keys rotate\n`
            : `key ${made} signs from now on; the one before is retired and is still believed.\n`,
        );
      return 0;
    }
    case 'revoke': {
      if (keyId === undefined || !/^[0-9A-F]{8}$/i.test(keyId))
        throw new CommandProblem('host keys revoke needs a key id of 8 hex digits', 2);
      const revocation = { keyId: keyId.toUpperCase() };
      const result = await withOffice(values, ({ nowMs, services, store }) =>
        store.transaction((tx) => services.issuerKeys.revoke(tx, { ...revocation, nowMs })),
      );
      if (result === 'no-such-key') throw new CommandProblem(`There is no key ${revocation.keyId}.`);
      if (result === 'is-active')
        throw new CommandProblem(
          `Key ${revocation.keyId} signs at present: "holdfast host keys rotate" first, then revoke it.`,
        );
      if (values.json) printJson(io, { ...revocation, status: 'revoked' });
      else
        io.stdout.write(
          `key ${revocation.keyId} is revoked: nothing that it signed is believed. Terminals know it with their next parameters.\n`,
        );
      return 0;
    }
    default:
      throw new CommandProblem(
        `host keys takes list, announce, rotate, revoke; not ${JSON.stringify(action)}`,
        2,
      );
  }
}
