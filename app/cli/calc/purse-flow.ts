import {
  loadMac1,
  loadMac2,
  loadTac,
  PURSE_LOAD,
  PURSE_PURCHASE,
  purchaseMac1,
  purchaseMac2,
  purchaseTac,
  type SecretKey,
  toHex,
} from '../../../terminal-core/crypto/index.ts';
import { type AmountMinor, amountMinor } from '../../../terminal-core/domain/money.ts';
import { type PurseHexName, purseHex } from '../../../terminal-core/domain/purse.ts';
import { encodeApdu } from '../../../terminal-core/purse/apdu.ts';
import {
  type CommandSpec,
  initSamCommand,
  PSAM_COMMANDS,
  PURSE_COMMANDS,
  proveCommand,
  readLogCommand,
  SFI_LOG,
} from '../../../terminal-core/purse/commands.ts';
import {
  counterBefore,
  type Decoded,
  date,
  encodeLayout,
  type Field,
  type Layout,
  layoutBytes,
  time,
  type ValuesOf,
} from '../../../terminal-core/purse/fields.ts';
import { CalcError, type CalcInputs } from './inputs.ts';
import {
  amountOf,
  codeKey,
  dateTimeOf,
  hexAmount,
  loadedBalance,
  loadKey,
  loadSession,
  purchaseKey,
  purchaseSession,
} from './purse-inputs.ts';

/** A whole transaction: every key, code, command and answer in hex, by the names of the worked values. */
export type WorkedFlow = Readonly<Record<string, string>>;

/** The card's first key, and the one record that a transaction has just written. */
const KEY_INDEX = 1;
const LATEST_RECORD = 1;
const STATUS_OK_HEX = '9000';

/** A load as card, till and host see it. @throws CalcError or CryptoInputError on what was asked. */
export function loadFlow(inputs: CalcInputs): WorkedFlow {
  const session = loadSession(inputs);
  const amount = amountOf(inputs, PURSE_LOAD);
  const when = dateTimeOf(inputs);
  const onlineCounter = readAs(inputs, 'onlineSn', counterBefore);
  const oldBalanceMinor = hexAmount(inputs, 'oldBalance');
  const newBalanceMinor = loadedBalance(inputs);
  const mac1 = code('mac1', loadMac1(session, { ...amount, oldBalanceMinor }));
  const mac2 = code('mac2', loadMac2(session, { ...amount, ...when }));
  const tac = code(
    'tac',
    loadTac(codeKey(inputs), {
      ...amount,
      ...when,
      newBalanceMinor,
      onlineCounter: inputs.hex('onlineSn', 2),
    }),
  );
  const { initialiseForLoad, creditForLoad } = PURSE_COMMANDS;
  const random = purseHex('random', toHex(inputs.hex('rnd', 4)));
  return {
    DLK: keyHex(loadKey(inputs)),
    SESLK: keyHex(session),
    MAC1: mac1,
    initCmd: commandHex(initialiseForLoad, { keyIndex: KEY_INDEX, ...begun(inputs) }),
    initResp: answerHex(initialiseForLoad.answer, {
      oldBalanceMinor,
      onlineCounter,
      ...keyNamesOf(inputs),
      random,
      mac1,
    }),
    MAC2: mac2,
    creditCmd: commandHex(creditForLoad, { ...writtenWhen(inputs), mac2 }),
    newBalance: balanceHex(newBalanceMinor),
    TAC: tac,
    logRecord: logRecordHex(inputs, { counter: onlineCounter + 1, transactionType: amount.transactionType }),
    ...proofOf({ counter: onlineCounter + 1, transactionType: amount.transactionType, mac2, tac }),
  };
}

/** A purchase as card and PSAM see it. @throws CalcError or CryptoInputError on what was asked. */
export function purchaseFlow(inputs: CalcInputs): WorkedFlow {
  const session = purchaseSession(inputs);
  const amount = amountOf(inputs, PURSE_PURCHASE);
  const when = dateTimeOf(inputs);
  const offlineCounter = readAs(inputs, 'offlineSn', counterBefore);
  const balanceMinor = hexAmount(inputs, 'balance');
  if (amount.amountMinor > balanceMinor) throw new CalcError('bad-input', '"amount" is more than "balance"');
  const mac1 = code('mac1', purchaseMac1(session, { ...amount, ...when }));
  const mac2 = code('mac2', purchaseMac2(session, amount));
  const terminalSerial = code('terminalSerial', inputs.hex('termSn', 4));
  const tac = code(
    'tac',
    purchaseTac(codeKey(inputs), { ...amount, ...when, terminalSerial: inputs.hex('termSn', 4) }),
  );
  const { initialiseForPurchase, debitForPurchase } = PURSE_COMMANDS;
  const random = purseHex('random', toHex(inputs.hex('rnd', 4)));
  const levels = levelsOf(inputs);
  const initSam = initSamCommand(levels.count);
  return {
    DPK: keyHex(purchaseKey(inputs)),
    SESPK: keyHex(session),
    initCmd: commandHex(initialiseForPurchase, { keyIndex: KEY_INDEX, ...begun(inputs) }),
    initResp: answerHex(initialiseForPurchase.answer, {
      balanceMinor,
      offlineCounter,
      overdraftMinor: amountMinor(0),
      ...keyNamesOf(inputs),
      random,
    }),
    psamCmd: commandHex(initSam, {
      random,
      offlineCounter,
      amountMinor: amount.amountMinor,
      transactionType: amount.transactionType,
      ...writtenWhen(inputs),
      ...keyNamesOf(inputs),
      cardFactor: serialHex(inputs).slice(-16),
      levels: levels.hex,
    }),
    psamResp: answerHex(initSam.answer, { terminalSerial, mac1 }),
    MAC1: mac1,
    debitCmd: commandHex(debitForPurchase, { terminalSerial, ...writtenWhen(inputs), mac1 }),
    MAC2: mac2,
    TAC: tac,
    debitResp: answerHex(debitForPurchase.answer, { tac, mac2 }),
    psamCredit: commandHex(PSAM_COMMANDS.creditForPurchase, { mac2 }),
    logRecord: logRecordHex(inputs, { counter: offlineCounter + 1, transactionType: amount.transactionType }),
    newBalance: balanceHex(amountMinor(balanceMinor - amount.amountMinor)),
    ...proofOf({ counter: offlineCounter + 1, transactionType: amount.transactionType, mac2, tac }),
  };
}

/** What both INITIALIZE commands say. */
function begun(inputs: CalcInputs) {
  return {
    amountMinor: hexAmount(inputs, 'amount'),
    terminalNumber: code('terminalNumber', inputs.hex('term', 6)),
  };
}

function writtenWhen(inputs: CalcInputs) {
  return { date: readAs(inputs, 'date', date), time: readAs(inputs, 'time', time) };
}

function keyNamesOf(inputs: CalcInputs) {
  return { keyVersion: byteOf(inputs, 'keyVer', 1), algorithm: byteOf(inputs, 'algId', 0) };
}

function logRecordHex(
  inputs: CalcInputs,
  { counter, transactionType }: { readonly counter: number; readonly transactionType: number },
): string {
  return layoutHex(readLogCommand(LATEST_RECORD, SFI_LOG).answer, {
    counter,
    overdraftMinor: amountMinor(0),
    transactionType,
    ...begun(inputs),
    ...writtenWhen(inputs),
  });
}

/** GET TRANSACTION PROVE asks by the counter that INITIALIZE gave, plus one. */
function proofOf(proof: {
  readonly counter: number;
  readonly transactionType: number;
  readonly mac2: ValuesOf<ReturnType<typeof proveCommand>['answer']>['mac2'];
  readonly tac: ValuesOf<ReturnType<typeof proveCommand>['answer']>['tac'];
}): WorkedFlow {
  const command = proveCommand(proof.transactionType);
  return {
    proveCmd: commandHex(command, { counter: proof.counter }),
    proveResp: answerHex(command.answer, { mac2: proof.mac2, tac: proof.tac }),
  };
}

/** Bank and city as INIT SAM names them: in the other order than the keys are derived in. */
function levelsOf(inputs: CalcInputs): { readonly count: 0 | 1 | 2; readonly hex: string } {
  const bank = inputs.has('bankId') ? toHex(inputs.hex('bankId', 8)) : undefined;
  if (!inputs.has('cityId')) return bank === undefined ? { count: 0, hex: '' } : { count: 1, hex: bank };
  if (bank === undefined) throw new CalcError('missing-input', '"bankId" is missing, which "cityId" needs');
  return { count: 2, hex: bank + toHex(inputs.hex('cityId', 8)) };
}

/** 8 or 10 bytes: INIT SAM takes the rightmost 8. */
function serialHex(inputs: CalcInputs): string {
  const serial = inputs.hex('appSn');
  if (serial.length !== 8 && serial.length !== 10)
    throw new CalcError('bad-input', `"appSn" is 16 or 20 hex digits, not ${serial.length * 2}`);
  return toHex(serial);
}

function byteOf(inputs: CalcInputs, name: string, whenMissing: number): number {
  const byte = inputs.optionalWhole(name) ?? whenMissing;
  if (byte < 0 || byte > 0xff) throw new CalcError('bad-input', `"${name}" is 0 to 255`);
  return byte;
}

/** An input that has to be what the card would take. */
function readAs<Value>(inputs: CalcInputs, name: string, field: Field<Value>): Value {
  const decoded: Decoded<Value> = field.decode(inputs.hex(name, field.byteLength));
  if (!decoded.ok) throw new CalcError('bad-input', `"${name}": ${decoded.problem}`);
  return decoded.value;
}

function code<Name extends PurseHexName>(name: Name, bytes: Uint8Array) {
  return purseHex(name, toHex(bytes));
}

function keyHex(key: SecretKey): string {
  return toHex(key.reveal());
}

function balanceHex(balanceMinor: AmountMinor): string {
  return layoutHex(PURSE_COMMANDS.getBalance.answer, { balanceMinor });
}

function commandHex<Spec extends CommandSpec>(spec: Spec, values: ValuesOf<Spec['data']>): string {
  const answerBytes = layoutBytes(spec.answer);
  return toHex(
    encodeApdu({
      head: spec.head,
      data: encodeLayout(spec.data, values),
      ...(answerBytes === 0 ? {} : { expectedBytes: answerBytes }),
    }),
  );
}

function answerHex<L extends Layout>(layout: L, values: ValuesOf<L>): string {
  return layoutHex(layout, values) + STATUS_OK_HEX;
}

function layoutHex<L extends Layout>(layout: L, values: ValuesOf<L>): string {
  return toHex(encodeLayout(layout, values));
}
