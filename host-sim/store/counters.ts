import type { StoreTransaction } from './store.ts';

export type CounterName = 'rrn' | 'certificate' | 'boot';

/** The next number of a series: 1, 2, 3 ... It is given back when the transaction is undone. */
export async function nextNumber(tx: StoreTransaction, name: CounterName): Promise<number> {
  const row = await tx.get<{ value: number }>(
    `INSERT INTO counters (name, value) VALUES (?, 1)
     ON CONFLICT (name) DO UPDATE SET value = counters.value + 1 RETURNING value`,
    name,
  );
  if (!row) throw new Error(`The store gave no ${name} number`);
  return row.value;
}
