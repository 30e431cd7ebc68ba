import { formatMinor } from '../domain/money.ts';
import type { BilingualText } from '../domain/text.ts';
import type { CardServiceReceipt, CardSlip, LoadReceipt } from './receipt-input.ts';
import { balance, cardLine, keepThis, lookUpCode, trace } from './receipt-parts.ts';
import type { Sheet } from './sheet.ts';

export const SERVICE_TITLES: Readonly<Record<CardServiceReceipt['service'], BilingualText>> = {
  activate: { 'zh-CN': '开卡', en: 'CARD ACTIVATED' },
  block: { 'zh-CN': '锁卡', en: 'CARD BLOCKED' },
  unblock: { 'zh-CN': '解锁', en: 'CARD UNBLOCKED' },
  'report-loss': { 'zh-CN': '挂失', en: 'LOSS REPORTED' },
  replace: { 'zh-CN': '换卡', en: 'CARD REPLACED' },
  surrender: { 'zh-CN': '退卡', en: 'CARD GIVEN BACK' },
};

export function load(sheet: Sheet, input: LoadReceipt): void {
  trace(sheet, input);
  cardLine(sheet, input.card);
  sheet.rule();
  sheet.total({ 'zh-CN': '充值金额', en: 'LOADED' }, input.amountMinor);
  sheet.pair({ 'zh-CN': '收款方式', en: 'Paid by' }, sheet.words({ 'zh-CN': '现金', en: 'Cash' }));
  balance(sheet, input.balanceMinor);
  sheet.gap();
  keepThis(sheet);
  lookUpCode(sheet, input.rrn);
}

export function cardService(sheet: Sheet, input: CardServiceReceipt): void {
  trace(sheet, input);
  cardLine(sheet, input.card);
  if (input.newLast4 !== undefined)
    sheet.field({ 'zh-CN': '新卡', en: 'New card' }, `**** ${lastFour(input.newLast4)}`);
  sheet.rule();
  if (input.paidOutMinor !== undefined) {
    sheet.total({ 'zh-CN': '退还现金', en: 'PAID OUT' }, input.paidOutMinor);
    sheet.signature();
  } else {
    balance(sheet, input.balanceMinor);
    sheet.gap();
  }
  keepThis(sheet);
  lookUpCode(sheet, input.rrn);
}

export function cardSlip(sheet: Sheet, input: CardSlip): void {
  sheet.field({ 'zh-CN': '卡号', en: 'Card' }, `**** ${lastFour(input.last4)}`);
  balance(sheet, input.balanceMinor);
  for (const line of input.lines ?? []) {
    sheet.rule();
    sheet.item(`${line.at} ${sheet.words(line.what)}`, formatMinor(line.amountMinor));
    sheet.indented(`${sheet.words({ 'zh-CN': '余额', en: 'Balance' })} ${formatMinor(line.balanceMinor)}`);
  }
  sheet.notice({ 'zh-CN': '非付款凭证', en: 'NOT A PROOF OF PAYMENT' }, []);
}

function lastFour(last4: string): string {
  if (!/^\d{4}$/.test(last4)) throw new RangeError('A receipt shows exactly the last four digits of a card');
  return last4;
}
