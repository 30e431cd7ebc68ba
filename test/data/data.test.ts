import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'csv-parse/sync';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { purseFile } from '../../host-sim/purse/office.ts';
import { diversify, fromHex, SecretKey, toHex } from '../../terminal-core/crypto/index.ts';
import { parseMinor } from '../../terminal-core/domain/money.ts';
import { Pan, passesLuhn } from '../../terminal-core/domain/pan.ts';
import { hasValidEanCheckDigit } from '../../terminal-core/domain/product.ts';
import {
  DEMO_PURSE_ISSUER,
  DEMO_PURSE_KEYS,
  demoPurseCard,
} from '../../terminal-core/purse/simulator/index.ts';

const BALANCE_MINOR_MAX = { registered: 500_000, bearer: 100_000 };

const yuan = z.string().regex(/^\d+\.\d{2}$/);
const productRow = z.strictObject({
  sku: z.string().min(1),
  barcode: z.string().regex(/^69\d{11}$/),
  name_zh: z.string().regex(/\p{Script=Han}/u),
  name_en: z.string().regex(/^[\x20-\x7e]+$/),
  price: yuan,
  tax_class: z.enum(['standard', 'reduced', 'zero']),
});
const cardRow = z.strictObject({
  pan: z.string().regex(/^889012\d{10,13}$/),
  kind: z.enum(['registered', 'bearer']),
  balance: yuan,
  expiry: z.string().regex(/^\d\d(0[1-9]|1[0-2])$/),
  pin: z.string().regex(/^\d{6}$/),
  status: z.enum(['active', 'blocked', 'lost', 'hotlisted']),
  name: z.string().min(1),
});

function text(name: string): string {
  return readFileSync(join(import.meta.dirname, name), 'utf8');
}

function rows<T>(name: string, shape: z.ZodType<T>): T[] {
  return z.array(shape).parse(parse(text(name), { columns: true }));
}

function minor(value: string): number {
  return parseMinor(value) ?? Number.NaN;
}

describe('the demo catalogue', () => {
  const products = rows('catalogue.csv', productRow);

  it('has at least 72 products of every tax class', () => {
    expect(products.length).toBeGreaterThanOrEqual(72);
    expect(new Set(products.map((product) => product.tax_class)).size).toBe(3);
  });

  it('has a valid check digit in every barcode', () => {
    expect(products.filter(({ barcode }) => !hasValidEanCheckDigit(barcode))).toEqual([]);
  });

  it.each(['sku', 'barcode', 'name_zh', 'name_en'] as const)('has no %s twice', (column) => {
    expect(new Set(products.map((product) => product[column])).size).toBe(products.length);
  });

  it('prices everything between 0.50 and 100.00 yuan', () => {
    expect(products.filter(({ price }) => !(minor(price) >= 50 && minor(price) <= 10_000))).toEqual([]);
  });
});

describe('the demo cards', () => {
  const cards = rows('cards.csv', cardRow);

  it('have numbers of different lengths, each once, with a valid check digit', () => {
    expect(cards.filter(({ pan }) => Pan.parse(pan) === undefined || !passesLuhn(pan))).toEqual([]);
    expect(new Set(cards.map(({ pan }) => pan)).size).toBe(cards.length);
    expect(new Set(cards.map(({ pan }) => pan.length))).toEqual(new Set([16, 17, 18, 19]));
  });

  it('hold no more than their kind may hold', () => {
    expect(cards.filter(({ kind, balance }) => !(minor(balance) <= BALANCE_MINOR_MAX[kind]))).toEqual([]);
  });

  it('show every status, an expired card and one that is nearly empty', () => {
    expect(new Set(cards.map(({ status }) => status))).toEqual(
      new Set(['active', 'blocked', 'lost', 'hotlisted']),
    );
    const active = cards.filter(({ status }) => status === 'active');
    expect(active.some(({ expiry }) => expiry < '2501')).toBe(true);
    expect(active.some(({ balance }) => minor(balance) < 1_000)).toBe(true);
  });
});

describe('the demo purses', () => {
  const file = purseFile.parse(JSON.parse(text('purses.json')));

  it('have a number each, and the keys of the worked values', () => {
    expect(new Set(file.purses.map(({ applicationSerial }) => applicationSerial)).size).toBe(
      file.purses.length,
    );
    const vectors = JSON.parse(
      readFileSync(join(import.meta.dirname, '..', 'vectors', 'epurse.json'), 'utf8'),
    );
    const inputs = (op: string) => vectors.find((vector: { op: string }) => vector.op === op).inputs;
    const { mlk, mtk } = inputs('load_flow');
    const { bankId, cityId, gmpk } = inputs('purchase_flow');
    expect(file.keys).toEqual({ purchase: gmpk, load: mlk, tac: mtk });
    expect(file.levels).toEqual([cityId, bankId]);
  });

  it('are those that the simulated cards have', () => {
    expect(file.keys).toEqual(DEMO_PURSE_KEYS);
    expect(DEMO_PURSE_ISSUER.issuerCode).toBe(file.issuerId);
    expect(file.purses.map(({ applicationSerial }) => applicationSerial)).toEqual(
      file.purses.map((_purse, index) => demoPurseCard(index + 1).applicationSerial),
    );
    const levels = file.levels.map((hex) => fromHex(hex, 'A level'));
    for (const { applicationSerial } of file.purses) {
      const tacKey = diversify(SecretKey.fromHex(file.keys.tac), [
        ...levels,
        fromHex(applicationSerial, 'A serial'),
      ]);
      const card = demoPurseCard(Number(applicationSerial.slice(-8)));
      expect(card.tacKey).toBe(toHex(tacKey.reveal()));
    }
  });

  it('show every status, an expired card and an empty one', () => {
    expect(new Set(file.purses.map(({ status }) => status))).toEqual(
      new Set(['active', 'blocked', 'hotlisted']),
    );
    expect(file.purses.some(({ expiresOn }) => expiresOn < '20260101')).toBe(true);
    expect(file.purses.some(({ balance }) => minor(balance) === 0)).toBe(true);
  });
});

describe('the demo operators', () => {
  it('are one of each role', () => {
    const operator = z.strictObject({
      operatorCode: z.string().regex(/^\d{4}$/),
      name: z.string(),
      role: z.enum(['cashier', 'supervisor', 'engineer']),
      password: z.string().min(4),
    });
    const { operators } = z
      .strictObject({ operators: z.array(operator) })
      .parse(JSON.parse(text('operators.json')));
    expect(operators.map(({ role }) => role)).toEqual(['cashier', 'supervisor', 'engineer']);
  });
});
