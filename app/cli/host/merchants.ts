import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import {
  listMerchantSettlements,
  type MerchantSettlement,
  settleMerchants,
} from '../../../host-sim/ledger/merchant-settlement.ts';
import { accountingDate, DEFAULT_SETTINGS } from '../../../host-sim/settings.ts';
import { listMerchants } from '../../../host-sim/store/merchants.ts';
import type { CommandIo } from '../io.ts';
import { cannotWrite } from '../output-file.ts';
import { accountingDayOf, COMMON_OPTIONS, CommandProblem, nowOf, printJson, withStore } from './office.ts';
import { moment, table, yuan } from './table.ts';

const LIST_MAX = 1_000;
const OPTIONS = { ...COMMON_OPTIONS, csv: { type: 'string' }, day: { type: 'string' } } as const;

/** `holdfast host merchants list | settle [--day D] [--csv FILE] | statement MID`. */
export async function merchants(args: readonly string[], io: CommandIo): Promise<number> {
  const { values, positionals } = parseArgs({ args: [...args], allowPositionals: true, options: OPTIONS });
  const [action = 'list', merchantId] = positionals;
  switch (action) {
    case 'list': {
      const rows = await withStore(values, (store) => store.transaction(listMerchants));
      if (values.json) printJson(io, rows);
      else {
        io.stdout.write(
          table(rows, [
            { title: 'merchant', value: (row) => row.merchantId },
            { title: 'fee', value: (row) => `${(row.feeBasisPoints / 100).toFixed(2)}%`, align: 'right' },
            { title: 'payable', value: (row) => yuan(row.payableMinor), align: 'right' },
            { title: 'name', value: (row) => `${row.nameEn} ${row.nameZh}` },
          ]),
        );
      }
      return 0;
    }
    case 'settle': {
      const nowMs = nowOf(values);
      const today = accountingDate(nowMs, DEFAULT_SETTINGS);
      const day = values.day === undefined ? {} : { day: accountingDayOf(values) };
      if (day.day !== undefined && day.day >= today)
        throw new CommandProblem(`The accounting day ${day.day} has not ended: the open one is ${today}.`);
      const problem = values.csv === undefined ? undefined : cannotWrite(values.csv);
      if (problem !== undefined) throw new CommandProblem(problem, 2);
      const settled = await withStore(values, (store) =>
        store.transaction((tx) => settleMerchants(tx, { nowMs, today, ...day })),
      );
      if (values.csv !== undefined) writeFileSync(values.csv, csvOf(settled));
      if (values.json) printJson(io, settled);
      else
        io.stdout.write(
          settled.length === 0
            ? `${values.day ?? 'Every day that has ended'} is settled.\n`
            : settlementTable(settled),
        );
      return 0;
    }
    case 'statement': {
      if (merchantId === undefined)
        throw new CommandProblem('host merchants statement needs a merchant id', 2);
      const rows = await withStore(values, (store) =>
        store.transaction((tx) => listMerchantSettlements(tx, { merchantId, limit: LIST_MAX })),
      );
      if (values.json) printJson(io, rows);
      else
        io.stdout.write(`Statement of merchant ${merchantId}, newest day first\n\n${settlementTable(rows)}`);
      return 0;
    }
    default:
      throw new CommandProblem(
        `host merchants takes list, settle, statement; not ${JSON.stringify(action)}`,
        2,
      );
  }
}

function settlementTable(rows: readonly MerchantSettlement[]): string {
  return table(rows, [
    { title: 'day', value: (row) => row.accountingDate },
    { title: 'merchant', value: (row) => row.merchantId },
    { title: 'sales', value: (row) => `${row.debitCount} / ${yuan(row.debitMinor)}`, align: 'right' },
    { title: 'given back', value: (row) => `${row.creditCount} / ${yuan(row.creditMinor)}`, align: 'right' },
    { title: 'fee', value: (row) => yuan(row.feeMinor), align: 'right' },
    { title: 'paid out', value: (row) => yuan(row.payoutMinor), align: 'right' },
    { title: 'settled', value: (row) => moment(row.settledAtMs) },
  ]);
}

function csvOf(rows: readonly MerchantSettlement[]): string {
  const lines = rows.map((row) =>
    [
      row.accountingDate,
      row.merchantId,
      row.debitCount,
      yuan(row.debitMinor),
      row.creditCount,
      yuan(row.creditMinor),
      row.feeBasisPoints,
      yuan(row.feeMinor),
      yuan(row.payoutMinor),
    ].join(','),
  );
  const header =
    'accounting_date,merchant_id,debit_count,debits,credit_count,credits,fee_basis_points,fee,payout';
  return `${[header, ...lines].join('\n')}\n`;
}
