import {
  diversify,
  loadMac1,
  loadMac2,
  loadTac,
  PURSE_LOAD,
  PURSE_PURCHASE,
  purchaseMac1,
  purchaseMac2,
  purchaseTac,
  purseChain,
  secureMessagingMac,
  tacKey,
  toHex,
} from '../../../terminal-core/crypto/index.ts';
import { CalcError, type CalcInputs } from './inputs.ts';
import { loadFlow, purchaseFlow, type WorkedFlow } from './purse-flow.ts';
import {
  amountOf,
  codeKey,
  dateTimeOf,
  hexAmount,
  loadSession,
  newBalance,
  purchaseSession,
  session,
} from './purse-inputs.ts';

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
  'load-flow': loadFlow,
  'purchase-flow': purchaseFlow,
} as const satisfies Record<string, (inputs: CalcInputs) => Uint8Array | WorkedFlow>;

/** The worked values name the purchase functions shorter. */
const OTHER_NAMES: Readonly<Record<string, string>> = {
  'pur-mac1': 'purchase-mac1',
  'pur-mac2': 'purchase-mac2',
};

/**
 * One function of the electronic purse: a code or key in hex, or a whole transaction by the names of its parts.
 * @throws CalcError or CryptoInputError on what was asked.
 */
export function purse(inputs: CalcInputs): string | WorkedFlow {
  const written = inputs.text('function').replaceAll('_', '-');
  const name = OTHER_NAMES[written] ?? written;
  const compute = Object.entries(FUNCTIONS).find(([known]) => known === name)?.[1];
  if (compute === undefined) {
    throw new CalcError('unknown-function', `"function" is one of ${Object.keys(FUNCTIONS).join(', ')}`);
  }
  const computed = compute(inputs);
  return computed instanceof Uint8Array ? toHex(computed) : computed;
}
