import { expect, it } from 'vitest';
import { CODE_DIGITS_MAX, CODE_DIGITS_MIN, walletOf } from './wallets.ts';

const code = (leading: string, length = CODE_DIGITS_MIN) => leading.padEnd(length, '7');

it.each([
  ['09', undefined],
  ['10', 'wechat'],
  ['15', 'wechat'],
  ['16', undefined],
  ['24', undefined],
  ['25', 'alipay'],
  ['30', 'alipay'],
  ['31', undefined],
  ['61', undefined],
  ['62', 'unionpay'],
  ['63', undefined],
])('a code that begins with %s is of %s', (leading, name) => {
  expect(walletOf(code(leading))?.name).toBe(name);
});

it('a code has 18 to 24 digits and nothing else', () => {
  expect(walletOf(code('10', CODE_DIGITS_MIN - 1))).toBeUndefined();
  expect(walletOf(code('10', CODE_DIGITS_MAX))).toBeDefined();
  expect(walletOf(code('10', CODE_DIGITS_MAX + 1))).toBeUndefined();
  expect(walletOf(`1${'x'.repeat(CODE_DIGITS_MIN)}`)).toBeUndefined();
});
