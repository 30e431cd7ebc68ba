import { useEffect, useState } from 'react';
import { useTill } from '../till-context.ts';
import type { KnownResult } from './outcome.ts';

/** An open outcome is among the newest transactions: no card is charged while a reversal is owed. */
const LISTED_MAX = 50;

/** Whether the host has taken the reversal of an unknown outcome; asked again with every change of the status. */
export function useReversed(result: KnownResult): boolean {
  const till = useTill();
  const [isReversed, setReversed] = useState(false);
  const txnId = result.kind === 'unknown' ? result.transaction.txnId : undefined;
  useEffect(() => {
    if (txnId === undefined || isReversed) return;
    const look = async (): Promise<void> => {
      const outcome = await till.link.ask((client) => client.transactions.list({ limit: LISTED_MAX }));
      if (outcome.kind !== 'answer') return;
      const found = outcome.value.find((each) => each.txnId === txnId);
      if (found?.state === 'reversed') setReversed(true);
    };
    void look();
    return till.status.subscribe(() => void look());
  }, [till, txnId, isReversed]);
  return isReversed;
}
