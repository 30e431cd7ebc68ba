import { createHmac } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { amountMinor } from '../domain/money.ts';
import { fromHex, toHex } from './bytes.ts';
import * as purse from './purse.ts';
import { SecretKey } from './secret-key.ts';

interface Vector {
  readonly id: number;
  readonly name: string;
  readonly op: string;
  readonly inputs: Readonly<Record<string, string | number | readonly string[]>>;
  readonly output: string | Readonly<Record<string, string>>;
}

const vectors: readonly Vector[] = JSON.parse(
  readFileSync(new URL('../../test/vectors/epurse.json', import.meta.url), 'utf8'),
);

/** The inputs of one vector, read as what the functions take. */
class Inputs {
  readonly #vector: Vector;

  constructor(vector: Vector) {
    this.#vector = vector;
  }

  hex(name: string): Uint8Array {
    return fromHex(this.#text(name), name);
  }

  key(name: string): SecretKey {
    return SecretKey.fromHex(this.#text(name));
  }

  factors(): Uint8Array[] {
    const value = this.#vector.inputs.factors;
    return Array.isArray(value) ? value.map((factor) => fromHex(factor, 'factor')) : [];
  }

  amount(name = 'amount') {
    return amountMinor(Number.parseInt(this.#text(name), 16));
  }

  /** Amount, type, terminal, date and time; each function takes of them what it needs. */
  transaction(transactionTypeDefault = 0) {
    const { tt, date, time } = this.#vector.inputs;
    return {
      amountMinor: this.amount(),
      transactionType: typeof tt === 'number' ? tt : transactionTypeDefault,
      terminalNumber: this.hex('term'),
      dateBcd: date === undefined ? new Uint8Array(4) : this.hex('date'),
      timeBcd: time === undefined ? new Uint8Array(3) : this.hex('time'),
    };
  }

  #text(name: string): string {
    const value = this.#vector.inputs[name];
    if (typeof value !== 'string') throw new Error(`vector ${this.#vector.id} has no ${name}`);
    return value;
  }
}

const OPERATIONS: Readonly<Record<string, (inputs: Inputs) => Uint8Array | Record<string, string>>> = {
  seslk: (inputs) =>
    purse
      .seslk({ dlk: inputs.key('dlk'), random: inputs.hex('rnd'), onlineCounter: inputs.hex('onlineSn') })
      .reveal(),
  sespk: (inputs) =>
    purse
      .sespk({
        dpk: inputs.key('dpk'),
        random: inputs.hex('rnd'),
        offlineCounter: inputs.hex('offlineSn'),
        terminalSerial: inputs.hex('termSn'),
      })
      .reveal(),
  load_mac1: (inputs) =>
    purse.loadMac1(inputs.key('ses'), {
      ...inputs.transaction(),
      oldBalanceMinor: inputs.amount('oldBalance'),
    }),
  load_mac2: (inputs) => purse.loadMac2(inputs.key('ses'), inputs.transaction()),
  pur_mac1: (inputs) => purse.purchaseMac1(inputs.key('ses'), inputs.transaction()),
  pur_mac2: (inputs) => purse.purchaseMac2(inputs.key('ses'), { amountMinor: inputs.amount() }),
  des_mac_iv: (inputs) => purse.purseChain(inputs.key('key8'), inputs.hex('data'), inputs.hex('iv')),
  diversify: (inputs) => purse.diversify(inputs.key('master'), inputs.factors()).reveal(),
  tac_key: (inputs) => purse.tacKey(inputs.key('dtk')).reveal(),
  sm_mac: (inputs) => purse.secureMessagingMac(inputs.key('key16'), inputs.hex('data'), inputs.hex('iv')),
  load_flow: loadFlow,
  purchase_flow: purchaseFlow,
};

describe('the worked values of test/vectors/epurse.json', () => {
  it('are all there', () => {
    expect(vectors).toHaveLength(15);
  });

  it.each(vectors.map((vector) => ({ title: `${vector.id}: ${vector.name}`, vector })))(
    'gives the value of $title',
    ({ vector }) => {
      const computed = OPERATIONS[vector.op]?.(new Inputs(vector));
      if (typeof vector.output === 'string') {
        expect(computed instanceof Uint8Array && toHex(computed)).toBe(vector.output);
      } else {
        expect(vector.output).toMatchObject(computed ?? { missing: vector.op });
      }
    },
  );
});

describe('purse functions', () => {
  const key = SecretKey.from(new Uint8Array(16));
  const session = SecretKey.from(new Uint8Array(8));

  it('take the rightmost 8 bytes of a 10-byte application serial', () => {
    const whole = fromHex('00001000751234567890', 'serial');
    expect(toHex(purse.diversify(key, [whole]).reveal())).toBe(
      toHex(purse.diversify(key, [whole.subarray(2)]).reveal()),
    );
  });

  it('refuse keys and values of a wrong length', () => {
    const transaction = {
      amountMinor: amountMinor(1),
      transactionType: 6,
      terminalNumber: new Uint8Array(6),
      dateBcd: new Uint8Array(4),
      timeBcd: new Uint8Array(3),
    };
    expect(() => purse.diversify(session, [new Uint8Array(8)])).toThrow(
      expect.objectContaining({ code: 'wrong-key-length' }),
    );
    expect(() => purse.diversify(key, [new Uint8Array(7)])).toThrow(
      expect.objectContaining({ code: 'bad-value' }),
    );
    expect(() => purse.purchaseMac1(key, transaction)).toThrow(
      expect.objectContaining({ code: 'wrong-key-length' }),
    );
    expect(() => purse.purchaseMac1(session, { ...transaction, timeBcd: new Uint8Array(4) })).toThrow(
      expect.objectContaining({ code: 'bad-value', message: 'The time is 3 bytes, not 4' }),
    );
    expect(() => purse.purchaseMac2(session, { amountMinor: amountMinor(2 ** 32) })).toThrow(RangeError);
  });
});

function loadFlow(inputs: Inputs): Record<string, string> {
  const dlk = purse.diversify(inputs.key('mlk'), [inputs.hex('appSn')]);
  const session = purse.seslk({ dlk, random: inputs.hex('rnd'), onlineCounter: inputs.hex('onlineSn') });
  const transaction = inputs.transaction(purse.PURSE_LOAD);
  const oldBalanceMinor = inputs.amount('oldBalance');
  const dtk = purse.diversify(inputs.key('mtk'), [inputs.hex('appSn')]);
  const tac = purse.loadTac(purse.tacKey(dtk), {
    ...transaction,
    newBalanceMinor: amountMinor(oldBalanceMinor + transaction.amountMinor),
    onlineCounter: inputs.hex('onlineSn'),
  });
  return {
    DLK: toHex(dlk.reveal()),
    SESLK: toHex(session.reveal()),
    MAC1: toHex(purse.loadMac1(session, { ...transaction, oldBalanceMinor })),
    MAC2: toHex(purse.loadMac2(session, transaction)),
    TAC: toHex(tac),
  };
}

function purchaseFlow(inputs: Inputs): Record<string, string> {
  const dpk = purse.diversify(
    inputs.key('gmpk'),
    ['cityId', 'bankId', 'appSn'].map((name) => inputs.hex(name)),
  );
  const session = purse.sespk({
    dpk,
    random: inputs.hex('rnd'),
    offlineCounter: inputs.hex('offlineSn'),
    terminalSerial: inputs.hex('termSn'),
  });
  const transaction = inputs.transaction(purse.PURSE_PURCHASE);
  const dtk = purse.diversify(inputs.key('mtk'), [inputs.hex('appSn')]);
  return {
    DPK: toHex(dpk.reveal()),
    SESPK: toHex(session.reveal()),
    MAC1: toHex(purse.purchaseMac1(session, transaction)),
    MAC2: toHex(purse.purchaseMac2(session, transaction)),
    TAC: toHex(
      purse.purchaseTac(purse.tacKey(dtk), { ...transaction, terminalSerial: inputs.hex('termSn') }),
    ),
  };
}

describe('what a purse is known by', () => {
  it('disproves a load with an amount that follows from its MAC2', () => {
    expect(purse.loadProofAmountMinor(fromHex('00000000', 'input'))).toBe(1);
    // 99 999 more is the same amount again.
    expect(purse.loadProofAmountMinor(fromHex('0001869F', 'input'))).toBe(1);
    expect(purse.loadProofAmountMinor(fromHex('0001869E', 'input'))).toBe(99_999);
    expect(purse.loadProofAmountMinor(fromHex('FFFFFFFF', 'input'))).toBe(1 + (4_294_967_295 % 99_999));
    expect(() => purse.loadProofAmountMinor(fromHex('000000', 'input'))).toThrow('MAC2 is 4 bytes, not 3');
  });

  it('stands in a hotlist under a keyed hash that no card number can have', () => {
    const key = SecretKey.from(new Uint8Array(32).fill(1));
    const serial = fromHex('00001000751234567890', 'input');
    const expected = createHmac('sha256', new Uint8Array(32).fill(1)).update('purse:00001000751234567890');
    expect(purse.purseHash(serial, key)).toBe(expected.digest('hex').toUpperCase().slice(0, 32));
    expect(() => purse.purseHash(serial.subarray(2), key)).toThrow(
      'An application serial is 10 bytes, not 8',
    );
  });
});
