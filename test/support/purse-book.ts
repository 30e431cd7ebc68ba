import { fromHex, toHex, uintBytes } from '../../terminal-core/crypto/bytes.ts';
import {
  diversify,
  loadMac1,
  loadMac2,
  loadProofAmountMinor,
  loadTac,
  PURSE_LOAD,
  PURSE_PURCHASE,
  purchaseTac,
  SecretKey,
  seslk,
  tacKey,
} from '../../terminal-core/crypto/index.ts';
import { amountMinor } from '../../terminal-core/domain/money.ts';
import type { Exchange, ExchangeOutcome } from '../../terminal-core/engine/exchange.ts';
import {
  decodeDe58,
  encodeDe58,
  missingPurseObjects,
  PURSE_FLAG,
  type PurseFields,
  type PurseMessage,
  purseFieldsOf,
  purseObjects,
} from '../../terminal-core/iso8583/index.ts';
import { DEMO_PURSE_ISSUER, DEMO_PURSE_KEYS } from '../../terminal-core/purse/simulator/index.ts';
import { approve, decline } from './terminal-bench.ts';

export type SaleState = 'booked' | 'held' | 'alert' | 'unresolved';
export type LoadState = 'pending' | 'credited' | 'reversed';

/**
 * The host's book of purses for tests of the terminal, by docs/protocol.md: what a TAC, MAC1 and proof must be is
 * computed here anew, so that a terminal which guesses is found out.
 */
export class PurseBook {
  /** By application serial and counter. */
  readonly sales = new Map<string, { state: SaleState; amountMinor: number }>();
  readonly loads = new Map<
    string,
    { state: LoadState; amountMinor: number; mac2: string; answer: PurseFields }
  >();

  answer(exchange: Exchange): ExchangeOutcome {
    const de58 = exchange.message.fields[58];
    const objects = de58 instanceof Uint8Array ? decodeDe58(de58) : undefined;
    if (!objects) return approve(exchange);
    if (!objects.ok) throw new Error(objects.error.message);
    const fields = purseFieldsOf(objects.value);
    switch (`${exchange.message.mti} ${String(exchange.message.fields[60]).slice(0, 2)}`) {
      case '0220 36':
        return this.#sale(exchange, fields);
      case '0200 46':
        return this.#load(exchange, fields);
      case '0220 46':
        return this.#confirm(exchange, fields);
      case '0400 46':
        return this.#reverse(exchange, fields);
      default:
        throw new Error(`A purse has no message ${exchange.message.mti}`);
    }
  }

  /** What the merchant was paid, and what he took for loads. */
  bookedMinor(): number {
    return sum([...this.sales.values()].filter(({ state }) => state === 'booked'));
  }

  creditedMinor(): number {
    return sum([...this.loads.values()].filter(({ state }) => state === 'credited'));
  }

  #sale(exchange: Exchange, fields: PurseFields): ExchangeOutcome {
    must(fields, 'purchaseRecord');
    const key = keyOf(fields);
    const flags = fields.flags?.[0] ?? 0;
    const amount = Number(exchange.message.fields[4]);
    const before = this.sales.get(key);
    if (before && before.amountMinor !== amount) return decline(exchange, '59');
    if (flags & PURSE_FLAG.unresolved) {
      this.sales.set(key, { state: before?.state ?? 'unresolved', amountMinor: amount });
      return withoutReference(exchange);
    }
    if (flags & PURSE_FLAG.mac2Wrong) {
      this.sales.set(key, { state: 'alert', amountMinor: amount });
      return withoutReference(exchange);
    }
    if (before?.state === 'booked') return decline(exchange, '94');
    // The test's cards are only ever used here, so counter and balance follow.
    if (!(flags & PURSE_FLAG.withoutTac) && !sameBytes(fields.tac, saleTac(fields)))
      return decline(exchange, '59');
    this.sales.set(key, { state: 'booked', amountMinor: amount });
    return approve(exchange);
  }

  #load(exchange: Exchange, fields: PurseFields): ExchangeOutcome {
    must(fields, 'loadRequest');
    const key = keyOf(fields);
    const amount = Number(exchange.message.fields[4]);
    let load = this.loads.get(key);
    if (!load || load.state === 'reversed') {
      if (!sameBytes(fields.mac1, mac1Of(fields))) return decline(exchange, '59');
      const moment = { date: fromHex('20261121', 'date'), time: fromHex('090000', 'time') };
      const mac2 = loadMac2(sessionKey(fields), {
        ...purseAmount(fields, PURSE_LOAD),
        dateBcd: moment.date,
        timeBcd: moment.time,
      });
      const { applicationSerial, counter, transactionType, amount: amountBytes } = fields;
      const answer = { applicationSerial, counter, transactionType, amount: amountBytes, ...moment, mac2 };
      load = { state: 'pending', amountMinor: amount, mac2: toHex(mac2), answer: defined(answer) };
      this.loads.set(key, load);
    }
    const encoded = encodeDe58(purseObjects(load.answer));
    if (!encoded.ok) throw new Error(encoded.error.message);
    return approve(exchange, { 58: encoded.value });
  }

  #confirm(exchange: Exchange, fields: PurseFields): ExchangeOutcome {
    must(fields, 'loadConfirmation');
    const load = this.loads.get(keyOf(fields));
    if (!load) return decline(exchange, '25');
    const flags = fields.flags?.[0] ?? 0;
    if (!(flags & PURSE_FLAG.withoutTac) && !sameBytes(fields.tac, loadTacOf(fields)))
      return decline(exchange, '59');
    if (load.state === 'reversed') return decline(exchange, '59');
    load.state = 'credited';
    return approve(exchange);
  }

  #reverse(exchange: Exchange, fields: PurseFields): ExchangeOutcome {
    must(fields, 'loadReversal');
    const load = this.loads.get(keyOf(fields));
    if (!load) return decline(exchange, '25');
    const proofMinor = loadProofAmountMinor(fromHex(load.mac2, 'mac2'));
    const isProof =
      toHex(fields.amount ?? new Uint8Array()) === toHex(uintBytes(proofMinor, 4)) &&
      sameBytes(fields.mac1, mac1Of(fields));
    if (load.state === 'credited' || !isProof) return decline(exchange, '12');
    load.state = 'reversed';
    return approve(exchange);
  }
}

function must(fields: PurseFields, message: PurseMessage): void {
  const missing = missingPurseObjects(message, fields);
  if (missing.length > 0) throw new Error(`${message} lacks ${missing.join(', ')}`);
}

function keyOf(fields: PurseFields): string {
  return `${hex(fields.applicationSerial)} ${Number.parseInt(hex(fields.counter), 16)}`;
}

function purseAmount(fields: PurseFields, transactionType: number) {
  return {
    amountMinor: amountMinor(Number.parseInt(hex(fields.amount), 16)),
    transactionType,
    terminalNumber: bytes(fields.terminal),
  };
}

function cardKey(master: string, fields: PurseFields): SecretKey {
  const { levels } = DEMO_PURSE_ISSUER;
  if (levels.kind !== 'city') throw new Error('The demo issuer has a city and a bank');
  const factors = [
    fromHex(levels.city, 'city'),
    fromHex(levels.bank, 'bank'),
    bytes(fields.applicationSerial),
  ];
  return diversify(SecretKey.fromHex(master), factors);
}

function sessionKey(fields: PurseFields): SecretKey {
  return seslk({
    dlk: cardKey(DEMO_PURSE_KEYS.load, fields),
    random: bytes(fields.random),
    onlineCounter: bytes(fields.counter),
  });
}

function mac1Of(fields: PurseFields): Uint8Array {
  return loadMac1(sessionKey(fields), {
    ...purseAmount(fields, PURSE_LOAD),
    oldBalanceMinor: amountMinor(Number.parseInt(hex(fields.balanceBefore), 16)),
  });
}

function saleTac(fields: PurseFields): Uint8Array {
  return purchaseTac(tacKey(cardKey(DEMO_PURSE_KEYS.tac, fields)), {
    ...purseAmount(fields, PURSE_PURCHASE),
    terminalSerial: bytes(fields.terminalSerial),
    dateBcd: bytes(fields.date),
    timeBcd: bytes(fields.time),
  });
}

function loadTacOf(fields: PurseFields): Uint8Array {
  const amount = purseAmount(fields, PURSE_LOAD);
  const oldMinor = Number.parseInt(hex(fields.balanceBefore), 16);
  return loadTac(tacKey(cardKey(DEMO_PURSE_KEYS.tac, fields)), {
    ...amount,
    newBalanceMinor: amountMinor(oldMinor + amount.amountMinor),
    onlineCounter: bytes(fields.counter),
    dateBcd: bytes(fields.date),
    timeBcd: bytes(fields.time),
  });
}

/** `00` without a reference number: held, or an alert, and not booked. */
function withoutReference(exchange: Exchange): ExchangeOutcome {
  const outcome = approve(exchange);
  if (outcome.kind === 'answered') delete outcome.message.fields[37];
  return outcome;
}

function sum(entries: readonly { readonly amountMinor: number }[]): number {
  return entries.reduce((total, each) => total + each.amountMinor, 0);
}

function bytes(value: Uint8Array | undefined): Uint8Array {
  return value ?? new Uint8Array();
}

function hex(value: Uint8Array | undefined): string {
  return toHex(bytes(value));
}

function sameBytes(a: Uint8Array | undefined, b: Uint8Array): boolean {
  return hex(a) === toHex(b);
}

function defined(fields: { readonly [K in keyof PurseFields]: PurseFields[K] | undefined }): PurseFields {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
}
