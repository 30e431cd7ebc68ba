import { macEquals, purchaseTac, tacKey } from '../../terminal-core/crypto/index.ts';
import type { MessageContext } from '../server/outcome.ts';
import type { StoreTransaction } from '../store/store.ts';
import { PurseData } from './fields.ts';
import { debitsOfSameMoment } from './purchases.ts';
import type { StoredPurse } from './purses.ts';

/** Whether the TAC of a purchase record is the card's own. */
export async function tacHolds(
  context: MessageContext,
  purse: StoredPurse,
  data: PurseData,
): Promise<boolean> {
  if (data.number('algorithm') !== 0) return false;
  const key = await context.services.purseKeys.cardKey(context.tx, purse, {
    version: data.number('keyVersion'),
    purpose: 'tac',
  });
  if (!key) return false;
  const expected = purchaseTac(tacKey(key), {
    ...data.amountPart(),
    ...data.dateTime(),
    terminalSerial: data.bytes('terminalSerial'),
  });
  return macEquals(expected, data.bytes('tac'));
}

/**
 * The debit whose TAC this record shows again. Counter and balance are not under the TAC: with another counter and the balance that
 * follows, the code of one purchase would pay for a second one. What is under it, above all the security module's running number, no
 * two purchases share.
 * @returns the masked request of that debit, JSON.
 */
export async function debitWithSameCode(
  tx: StoreTransaction,
  purse: StoredPurse,
  data: PurseData,
): Promise<string | undefined> {
  const debits = await debitsOfSameMoment(tx, {
    purseId: purse.purseId,
    counter: data.number('counter'),
    amountMinor: data.amount('amount'),
    soldAt: `${data.hex('date')}${data.hex('time')}`,
  });
  return debits.find(({ record }) => {
    const earlier = PurseData.ofRecord(record);
    return (['terminal', 'terminalSerial'] as const).every((key) => earlier?.hex(key) === data.hex(key));
  })?.record;
}
