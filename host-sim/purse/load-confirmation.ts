import { fromHex, loadTac, macEquals, PURSE_LOAD, tacKey } from '../../terminal-core/crypto/index.ts';
import { amountMinor } from '../../terminal-core/domain/money.ts';
import { PURSE_FLAG } from '../../terminal-core/iso8583/index.ts';
import { declined, type MessageContext, type Outcome } from '../server/outcome.ts';
import type { TransactionKind } from '../store/transactions.ts';
import { raise } from './alerts.ts';
import { decideDoubts } from './doubts.ts';
import { PurseData } from './fields.ts';
import { closeLoad, findLoad, type LoadClosedBy, type StoredLoad, standingLoads } from './loads.ts';
import { findPurse, type StoredPurse } from './purses.ts';
import { creditInsteadOf, creditLoad, isInferred, rivalOf, takeBackOthers } from './shadow.ts';

/** What a confirmation says, all of it found to belong to the load. */
interface Confirmation {
  readonly kind: TransactionKind;
  readonly load: StoredLoad;
  readonly purse: StoredPurse;
  /** The TAC holds; otherwise the terminal has only seen the counter go on. */
  readonly isProven: boolean;
}

/** Confirmation of a load (0220): the card has the money. It closes what was pending since MAC2 left. */
export async function purseLoadConfirmation(context: MessageContext): Promise<Outcome> {
  const { request, terminal, tx } = context;
  // A load from an account moves no cash and is in no total.
  const kind = request.type === '45' ? 'purse-transfer-confirmation' : 'purse-load-confirmation';
  const refused = (code: string, reason: string) => declined(kind, { code, reason });
  const data = PurseData.of(request, 'loadConfirmation');
  if (!data || data.number('transactionType') !== PURSE_LOAD) return refused('30', 'purse-data-unreadable');
  const { batchNumber, stan } = request.original ?? request;
  const load = await findLoad(tx, { terminalId: terminal.terminalId, batchNumber, stan });
  const purse = await findPurse(tx, data.hex('applicationSerial'));
  if (!load || purse?.purseId !== load.purseId || data.number('counter') !== load.counter) {
    await raise(context, 'purse-load-unknown', purse ? { purse } : {});
    return refused('25', 'no-such-load');
  }
  if (request.amountMinor !== load.amountMinor) return refused('64', 'other-amount');
  const hasTac = data.has('tac');
  if (!hasTac && (data.flags() & PURSE_FLAG.withoutTac) === 0) return refused('30', 'no-tac-and-no-flag');
  if (hasTac && !(await tacHolds(context, { load, purse, tac: data.bytes('tac') }))) {
    await raise(context, 'purse-load-tac-wrong', { purse });
    return refused('59', 'tac-wrong');
  }
  return confirm(context, { kind, load, purse, isProven: hasTac });
}

async function confirm(context: MessageContext, confirmation: Confirmation): Promise<Outcome> {
  const { isProven, kind, load, purse } = confirmation;
  const by: LoadClosedBy = isProven ? 'confirmation' : 'confirmation-without-tac';
  const { rrn } = load;
  if (load.state === 'credited') {
    if (!isInferred(load) || load.closingPostingId === null)
      return { ...declined(kind, { code: '94', reason: 'confirmed-before' }), rrn };
    // The card itself told it before the terminal could: booked then, in the totals of the terminal's batch now.
    await closeLoad(context.tx, load.loadId, { state: 'credited', by, postingId: load.closingPostingId });
    return { kind, state: 'approved', code: '00', rrn, postingId: load.closingPostingId };
  }
  const loads = await standingLoads(context.tx, purse.purseId);
  const rival = rivalOf(load, loads);
  if (load.state === 'pending' && rival && isProven && isInferred(rival)) {
    const postingId = await creditInsteadOf(context, rival, load, by);
    if (postingId !== undefined) {
      await takeBackOthers(context, load);
      await decideDoubts(context, purse);
      return { kind, state: 'approved', code: '00', rrn, postingId, reason: by };
    }
  }
  if (load.state === 'reversed') {
    await raise(context, 'purse-load-disputed', { purse });
    if (!isProven || rival) return declined(kind, { code: '12', reason: 'load-was-reversed' });
  } else if (rival) {
    await raise(context, 'purse-load-disputed', {
      purse,
      note: 'another load with this counter is confirmed',
    });
    return declined(kind, { code: '12', reason: 'counter-used-by-another-load' });
  }
  const postingId = await creditLoad(context, load, by, { isCertain: isProven });
  await decideDoubts(context, purse);
  return { kind, state: 'approved', code: '00', rrn, postingId, reason: by };
}

/** Over what the host itself knows of the load, never over what the confirmation repeats. */
async function tacHolds(
  context: MessageContext,
  about: { readonly load: StoredLoad; readonly purse: StoredPurse; readonly tac: Uint8Array },
): Promise<boolean> {
  const { load, purse, tac } = about;
  const key = await context.services.purseKeys.cardKey(context.tx, purse, {
    version: load.keyVersion,
    purpose: 'tac',
  });
  if (!key) return false;
  const expected = loadTac(tacKey(key), {
    newBalanceMinor: amountMinor(load.oldBalanceMinor + load.amountMinor),
    onlineCounter: Uint8Array.of(load.counter >> 8, load.counter & 0xff),
    amountMinor: amountMinor(load.amountMinor),
    transactionType: PURSE_LOAD,
    terminalNumber: fromHex(load.terminalNumber, 'The terminal number'),
    dateBcd: fromHex(load.date, 'The date'),
    timeBcd: fromHex(load.time, 'The time'),
  });
  return macEquals(expected, tac);
}
