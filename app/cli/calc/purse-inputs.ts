import {
  diversify,
  type PurseAmount,
  type PurseDateTime,
  type SecretKey,
  seslk,
  sespk,
  tacKey,
} from '../../../terminal-core/crypto/index.ts';
import { type AmountMinor, amountMinor } from '../../../terminal-core/domain/money.ts';
import { CalcError, type CalcInputs } from './inputs.ts';

/** The session key that was given, or the one that follows from what was given. */
export function session(inputs: CalcInputs, derive: (inputs: CalcInputs) => SecretKey): SecretKey {
  return inputs.has('ses') ? inputs.key('ses') : derive(inputs);
}

export function loadSession(inputs: CalcInputs): SecretKey {
  return seslk({
    dlk: loadKey(inputs),
    random: inputs.hex('rnd', 4),
    onlineCounter: inputs.hex('onlineSn', 2),
  });
}

export function loadKey(inputs: CalcInputs): SecretKey {
  return inputs.has('mlk') ? diversify(inputs.key('mlk'), [inputs.hex('appSn')]) : inputs.key('dlk');
}

export function purchaseSession(inputs: CalcInputs): SecretKey {
  return sespk({
    dpk: purchaseKey(inputs),
    random: inputs.hex('rnd', 4),
    offlineCounter: inputs.hex('offlineSn', 2),
    terminalSerial: inputs.hex('termSn', 4),
  });
}

/** The levels that are named, from the widest to the card. */
export function purchaseKey(inputs: CalcInputs): SecretKey {
  if (!inputs.has('gmpk')) return inputs.key('dpk');
  const levels = ['cityId', 'bankId'].filter((name) => inputs.has(name));
  return diversify(
    inputs.key('gmpk'),
    [...levels, 'appSn'].map((name) => inputs.hex(name)),
  );
}

/** The key of the authentication codes, 8 bytes. */
export function codeKey(inputs: CalcInputs): SecretKey {
  if (inputs.has('tacKey')) return inputs.key('tacKey');
  return tacKey(inputs.has('mtk') ? diversify(inputs.key('mtk'), [inputs.hex('appSn')]) : inputs.key('dtk'));
}

export function amountOf(inputs: CalcInputs, transactionTypeDefault: number): PurseAmount {
  const transactionType = inputs.optionalWhole('tt') ?? transactionTypeDefault;
  if (transactionType < 0 || transactionType > 0xff) throw new CalcError('bad-input', '"tt" is 0 to 255');
  return {
    amountMinor: hexAmount(inputs, 'amount'),
    transactionType,
    terminalNumber: inputs.hex('term', 6),
  };
}

export function dateTimeOf(inputs: CalcInputs): PurseDateTime {
  return { dateBcd: inputs.hex('date', 4), timeBcd: inputs.hex('time', 3) };
}

/** Amounts are four bytes in hex, as they are on the card. */
export function hexAmount(inputs: CalcInputs, name: string): AmountMinor {
  return amountMinor(Buffer.from(inputs.hex(name, 4)).readUInt32BE(0));
}

/** Of a load: as given, or what the load makes of the old one. */
export function newBalance(inputs: CalcInputs): AmountMinor {
  return inputs.has('newBalance') ? hexAmount(inputs, 'newBalance') : loadedBalance(inputs);
}

export function loadedBalance(inputs: CalcInputs): AmountMinor {
  const balance = hexAmount(inputs, 'oldBalance') + hexAmount(inputs, 'amount');
  if (balance > 0xffffffff) throw new CalcError('bad-input', 'The new balance does not fit four bytes');
  return amountMinor(balance);
}
