import { fromHex, toHex, uintBytes } from '../../crypto/bytes.ts';
import {
  loadMac1,
  loadMac2,
  loadTac,
  purchaseMac1,
  purchaseMac2,
  purchaseTac,
  SecretKey,
  seslk,
  sespk,
  tacKey,
} from '../../crypto/index.ts';
import { type AmountMinor, amountMinor } from '../../domain/money.ts';
import {
  PURSE_AMOUNT_MINOR_MAX,
  PURSE_TRANSACTION_TYPE,
  type PurseTerminalNumber,
  purseHex,
} from '../../domain/purse.ts';
import { PURSE_COMMANDS, PURSE_LOG_RECORDS_MAX, readLogCommand, SFI_LOG } from '../commands.ts';
import { encodeLayout, type ValuesOf } from '../fields.ts';
import type { PurseCardState } from './card-state.ts';

type BeginRequest = ValuesOf<typeof PURSE_COMMANDS.initialiseForPurchase.data>;

/** What the card remembers between INITIALIZE and the command that moves the money. */
export interface PendingTransaction {
  readonly kind: 'load' | 'purchase';
  readonly amountMinor: AmountMinor;
  readonly terminalNumber: PurseTerminalNumber;
  readonly random: Uint8Array;
  readonly key: SecretKey;
}

interface Begun {
  readonly statusWord: number;
  readonly data?: Uint8Array;
  readonly pending?: PendingTransaction;
}

interface Finished {
  readonly statusWord: number;
  readonly data?: Uint8Array;
  readonly state?: PurseCardState;
}

const OK = 0x9000;
const KEY_UNKNOWN = 0x9403;
const BALANCE_TOO_LOW = 0x9401;
const BALANCE_TOO_HIGH = 0x6985;
const MAC_WRONG = 0x9302;
const OUT_OF_ORDER = 0x6985;

/** INITIALIZE FOR PURCHASE. */
export function beginPurchase(state: PurseCardState, request: BeginRequest, random: Uint8Array): Begun {
  const slot = state.purchaseKeys.find(({ index }) => index === request.keyIndex);
  if (slot === undefined) return { statusWord: KEY_UNKNOWN };
  // The overdraft is told and never lent: a prepaid card has none.
  if (request.amountMinor > state.balanceMinor) return { statusWord: BALANCE_TOO_LOW };
  const data = encodeLayout(PURSE_COMMANDS.initialiseForPurchase.answer, {
    balanceMinor: amountMinor(state.balanceMinor),
    offlineCounter: state.offlineCounter,
    overdraftMinor: amountMinor(state.overdraftMinor),
    keyVersion: slot.version,
    algorithm: slot.algorithm,
    random: purseHex('random', toHex(random)),
  });
  return { statusWord: OK, data, pending: pendingOf('purchase', request, random, slot.value) };
}

/** DEBIT FOR PURCHASE: the PSAM must have known the key, or nothing happens. */
export function finishPurchase(
  state: PurseCardState,
  pending: PendingTransaction,
  request: ValuesOf<typeof PURSE_COMMANDS.debitForPurchase.data>,
): Finished {
  if (pending.kind !== 'purchase') return { statusWord: OUT_OF_ORDER };
  const terminalSerial = fromHex(request.terminalSerial, 'terminal serial');
  const session = sespk({
    dpk: pending.key,
    random: pending.random,
    offlineCounter: uintBytes(state.offlineCounter, 2),
    terminalSerial,
  });
  const sale = { ...codeInput(pending, PURSE_TRANSACTION_TYPE.purchase), ...dateTimeOf(request) };
  if (toHex(purchaseMac1(session, sale)) !== request.mac1) return { statusWord: MAC_WRONG };
  const mac2 = purseHex('mac2', toHex(purchaseMac2(session, sale)));
  const tac = purseHex('tac', toHex(purchaseTac(tacKeyOf(state), { ...sale, terminalSerial })));
  const offlineCounter = state.offlineCounter + 1;
  const moved = {
    ...state,
    balanceMinor: state.balanceMinor - pending.amountMinor,
    offlineCounter,
  };
  return {
    statusWord: OK,
    data: encodeLayout(PURSE_COMMANDS.debitForPurchase.answer, { tac, mac2 }),
    state: recorded(moved, pending, {
      counter: offlineCounter,
      transactionType: PURSE_TRANSACTION_TYPE.purchase,
      mac2,
      tac,
      ...request,
    }),
  };
}

/** INITIALIZE FOR LOAD. */
export function beginLoad(state: PurseCardState, request: BeginRequest, random: Uint8Array): Begun {
  const slot = state.loadKeys.find(({ index }) => index === request.keyIndex);
  if (slot === undefined) return { statusWord: KEY_UNKNOWN };
  if (state.balanceMinor + request.amountMinor > PURSE_AMOUNT_MINOR_MAX)
    return { statusWord: BALANCE_TOO_HIGH };
  const pending = pendingOf('load', request, random, slot.value);
  const oldBalanceMinor = amountMinor(state.balanceMinor);
  const mac1 = loadMac1(loadSession(state, pending), {
    ...codeInput(pending, PURSE_TRANSACTION_TYPE.load),
    oldBalanceMinor,
  });
  const data = encodeLayout(PURSE_COMMANDS.initialiseForLoad.answer, {
    oldBalanceMinor,
    onlineCounter: state.onlineCounter,
    keyVersion: slot.version,
    algorithm: slot.algorithm,
    random: purseHex('random', toHex(random)),
    mac1: purseHex('mac1', toHex(mac1)),
  });
  return { statusWord: OK, data, pending };
}

/** CREDIT FOR LOAD: the host must have known the key. */
export function finishLoad(
  state: PurseCardState,
  pending: PendingTransaction,
  request: ValuesOf<typeof PURSE_COMMANDS.creditForLoad.data>,
): Finished {
  if (pending.kind !== 'load') return { statusWord: OUT_OF_ORDER };
  const load = { ...codeInput(pending, PURSE_TRANSACTION_TYPE.load), ...dateTimeOf(request) };
  if (toHex(loadMac2(loadSession(state, pending), load)) !== request.mac2) return { statusWord: MAC_WRONG };
  const newBalanceMinor = amountMinor(state.balanceMinor + pending.amountMinor);
  const tac = purseHex(
    'tac',
    toHex(
      loadTac(tacKeyOf(state), {
        ...load,
        newBalanceMinor,
        onlineCounter: uintBytes(state.onlineCounter, 2),
      }),
    ),
  );
  const onlineCounter = state.onlineCounter + 1;
  const moved = { ...state, balanceMinor: newBalanceMinor, onlineCounter };
  return {
    statusWord: OK,
    data: encodeLayout(PURSE_COMMANDS.creditForLoad.answer, { tac }),
    state: recorded(moved, pending, {
      counter: onlineCounter,
      transactionType: PURSE_TRANSACTION_TYPE.load,
      tac,
      ...request,
    }),
  };
}

function pendingOf(
  kind: PendingTransaction['kind'],
  { amountMinor: amount, terminalNumber }: BeginRequest,
  random: Uint8Array,
  key: string,
): PendingTransaction {
  return { kind, amountMinor: amount, terminalNumber, random, key: SecretKey.fromHex(key) };
}

function loadSession(state: PurseCardState, pending: PendingTransaction): SecretKey {
  return seslk({
    dlk: pending.key,
    random: pending.random,
    onlineCounter: uintBytes(state.onlineCounter, 2),
  });
}

function tacKeyOf(state: PurseCardState): SecretKey {
  return tacKey(SecretKey.fromHex(state.tacKey));
}

function codeInput(pending: PendingTransaction, transactionType: number) {
  return {
    amountMinor: pending.amountMinor,
    transactionType,
    terminalNumber: fromHex(pending.terminalNumber, 'terminal number'),
  };
}

function dateTimeOf({ date, time }: { readonly date: string; readonly time: string }) {
  return { dateBcd: fromHex(date, 'date'), timeBcd: fromHex(time, 'time') };
}

/** The memory after the transaction: log and proof are written with the balance, in one. */
function recorded(
  state: PurseCardState,
  pending: PendingTransaction,
  transaction: {
    readonly counter: number;
    readonly transactionType: number;
    readonly date: string;
    readonly time: string;
    readonly mac2: string;
    readonly tac: string;
  },
): PurseCardState {
  const { counter, transactionType, date, time, mac2, tac } = transaction;
  const record = encodeLayout(readLogCommand(1, SFI_LOG).answer, {
    counter,
    overdraftMinor: amountMinor(state.overdraftMinor),
    amountMinor: pending.amountMinor,
    transactionType,
    terminalNumber: pending.terminalNumber,
    date,
    time,
  });
  return {
    ...state,
    log: [toHex(record), ...state.log].slice(0, PURSE_LOG_RECORDS_MAX),
    proof: { transactionType, counter, mac2, tac },
  };
}
