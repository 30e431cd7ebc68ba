import {
  diversify,
  loadMac1,
  loadMac2,
  loadTac,
  PURSE_LOAD,
  PURSE_PURCHASE,
  type PurseAmount,
  type PurseDateTime,
  purchaseMac1,
  purchaseMac2,
  purchaseTac,
  purseChain,
  type SecretKey,
  secureMessagingMac,
  seslk,
  sespk,
  tacKey,
  toHex,
} from '../../../terminal-core/crypto/index.ts';
import { type AmountMinor, amountMinor } from '../../../terminal-core/domain/money.ts';
import { CalcError, type CalcInputs } from './inputs.ts';

const FUNCTIONS = {
  diversify: (inputs) => diversify(inputs.key('master'), inputs.hexList('factors')).reveal(),
  seslk: (inputs) => loadSession(inputs).reveal(),
  sespk: (inputs) => purchaseSession(inputs).reveal(),
  'load-mac1': (inputs) =>
    loadMac1(session(inputs, loadSession), {
      ...amountOf(inputs, PURSE_LOAD),
      oldBalanceMinor: hexAmount(inputs, 'oldBalance'),
    }),
  'load-mac2': (inputs) =>
    loadMac2(session(inputs, loadSession), { ...amountOf(inputs, PURSE_LOAD), ...dateTimeOf(inputs) }),
  'purchase-mac1': (inputs) =>
    purchaseMac1(session(inputs, purchaseSession), {
      ...amountOf(inputs, PURSE_PURCHASE),
      ...dateTimeOf(inputs),
    }),
  'purchase-mac2': (inputs) =>
    purchaseMac2(session(inputs, purchaseSession), { amountMinor: hexAmount(inputs, 'amount') }),
  'load-tac': (inputs) =>
    loadTac(codeKey(inputs), {
      ...amountOf(inputs, PURSE_LOAD),
      ...dateTimeOf(inputs),
      newBalanceMinor: newBalance(inputs),
      onlineCounter: inputs.hex('onlineSn', 2),
    }),
  'purchase-tac': (inputs) =>
    purchaseTac(codeKey(inputs), {
      ...amountOf(inputs, PURSE_PURCHASE),
      ...dateTimeOf(inputs),
      terminalSerial: inputs.hex('termSn', 4),
    }),
  'tac-key': (inputs) => tacKey(inputs.key('dtk')).reveal(),
  'sm-mac': (inputs) => secureMessagingMac(inputs.key('key16'), inputs.hex('data'), inputs.hex('iv', 8)),
  'des-mac-iv': (inputs) => {
    const vector = inputs.has('iv') ? inputs.hex('iv', 8) : new Uint8Array(8);
    const byteLength = inputs.optionalWhole('len') ?? 4;
    if (byteLength < 1 || byteLength > 8) throw new CalcError('bad-input', '"len" is 1 to 8 bytes');
    return purseChain(inputs.key('key8'), inputs.hex('data'), vector).subarray(0, byteLength);
  },
} as const satisfies Record<string, (inputs: CalcInputs) => Uint8Array>;

/** The worked values name the purchase functions shorter. */
const OTHER_NAMES: Readonly<Record<string, string>> = {
  'pur-mac1': 'purchase-mac1',
  'pur-mac2': 'purchase-mac2',
};

/** One function of the electronic purse; hex. @throws CalcError or CryptoInputError on what was asked. */
export function purse(inputs: CalcInputs): string {
  const written = inputs.text('function').replaceAll('_', '-');
  const name = OTHER_NAMES[written] ?? written;
  const compute = Object.entries(FUNCTIONS).find(([known]) => known === name)?.[1];
  if (compute === undefined) {
    throw new CalcError('unknown-function', `"function" is one of ${Object.keys(FUNCTIONS).join(', ')}`);
  }
  return toHex(compute(inputs));
}

function session(inputs: CalcInputs, derive: (inputs: CalcInputs) => SecretKey): SecretKey {
  return inputs.has('ses') ? inputs.key('ses') : derive(inputs);
}

function loadSession(inputs: CalcInputs): SecretKey {
  const dlk = inputs.has('mlk') ? diversify(inputs.key('mlk'), [inputs.hex('appSn')]) : inputs.key('dlk');
  return seslk({ dlk, random: inputs.hex('rnd', 4), onlineCounter: inputs.hex('onlineSn', 2) });
}

function purchaseSession(inputs: CalcInputs): SecretKey {
  return sespk({
    dpk: purchaseKey(inputs),
    random: inputs.hex('rnd', 4),
    offlineCounter: inputs.hex('offlineSn', 2),
    terminalSerial: inputs.hex('termSn', 4),
  });
}

/** The levels that are named, from the widest to the card. */
function purchaseKey(inputs: CalcInputs): SecretKey {
  if (!inputs.has('gmpk')) return inputs.key('dpk');
  const levels = ['cityId', 'bankId'].filter((name) => inputs.has(name));
  return diversify(
    inputs.key('gmpk'),
    [...levels, 'appSn'].map((name) => inputs.hex(name)),
  );
}

function codeKey(inputs: CalcInputs): SecretKey {
  if (inputs.has('tacKey')) return inputs.key('tacKey');
  return tacKey(inputs.has('mtk') ? diversify(inputs.key('mtk'), [inputs.hex('appSn')]) : inputs.key('dtk'));
}

function amountOf(inputs: CalcInputs, transactionTypeDefault: number): PurseAmount {
  const transactionType = inputs.optionalWhole('tt') ?? transactionTypeDefault;
  if (transactionType < 0 || transactionType > 0xff) throw new CalcError('bad-input', '"tt" is 0 to 255');
  return {
    amountMinor: hexAmount(inputs, 'amount'),
    transactionType,
    terminalNumber: inputs.hex('term', 6),
  };
}

function dateTimeOf(inputs: CalcInputs): PurseDateTime {
  return { dateBcd: inputs.hex('date', 4), timeBcd: inputs.hex('time', 3) };
}

/** Amounts are four bytes in hex, as they are on the card. */
function hexAmount(inputs: CalcInputs, name: string): AmountMinor {
  return amountMinor(Buffer.from(inputs.hex(name, 4)).readUInt32BE(0));
}

function newBalance(inputs: CalcInputs): AmountMinor {
  if (inputs.has('newBalance')) return hexAmount(inputs, 'newBalance');
  const balance = hexAmount(inputs, 'oldBalance') + hexAmount(inputs, 'amount');
  if (balance > 0xffffffff) throw new CalcError('bad-input', 'The new balance does not fit four bytes');
  return amountMinor(balance);
}
