import type { EntryMode } from '../domain/card.ts';
import type { AmountMinor } from '../domain/money.ts';
import type { BilingualText } from '../domain/text.ts';
import { momentText } from './moment-text.ts';
import type { ReceiptCard, ReceiptHead, ReceiptOriginal } from './receipt-input.ts';
import type { Sheet } from './sheet.ts';

const ENTRY_MODES: Readonly<Record<EntryMode, BilingualText>> = {
  keyed: { 'zh-CN': '手输', en: 'Keyed' },
  magnetic: { 'zh-CN': '刷卡', en: 'Swipe' },
  barcode: { 'zh-CN': '扫码', en: 'Scan' },
};

export function trace(
  sheet: Sheet,
  input: { stan: string; batchNumber?: string; rrn?: string; authCode?: string },
): void {
  if (input.batchNumber) sheet.field({ 'zh-CN': '批次号', en: 'Batch' }, input.batchNumber);
  sheet.field({ 'zh-CN': '流水号', en: 'Trace' }, input.stan);
  if (input.rrn) sheet.field({ 'zh-CN': '参考号', en: 'Ref.' }, input.rrn);
  if (input.authCode) sheet.field({ 'zh-CN': '授权码', en: 'Auth' }, input.authCode);
}

export function cardLine(sheet: Sheet, card: ReceiptCard): void {
  if (!/^\d{4}$/.test(card.last4))
    throw new RangeError('A receipt shows exactly the last four digits of a card');
  sheet.field({ 'zh-CN': '卡号', en: 'Card' }, `**** ${card.last4}`);
  const mode = ENTRY_MODES[card.entryMode];
  const entry = card.pinUsed ? { 'zh-CN': `${mode['zh-CN']}+密码`, en: `${mode.en}+PIN` } : mode;
  sheet.wideField({ 'zh-CN': '方式', en: 'Entry' }, sheet.words(entry));
}

export function balance(sheet: Sheet, balanceMinor: AmountMinor | undefined): void {
  if (balanceMinor !== undefined) sheet.amount({ 'zh-CN': '卡内余额', en: 'Balance' }, balanceMinor);
}

export function original(sheet: Sheet, of: ReceiptOriginal, input: ReceiptHead): void {
  sheet.rule();
  sheet.title({ 'zh-CN': '原交易', en: 'Original transaction' });
  if (of.rrn) sheet.field({ 'zh-CN': '原参考号', en: 'Ref.' }, of.rrn);
  if (of.stan) sheet.field({ 'zh-CN': '原流水号', en: 'Trace' }, of.stan);
  if (of.atMs !== undefined) sheet.wideField({ 'zh-CN': '原时间', en: 'Time' }, momentText(of.atMs, input));
}

export function keepThis(sheet: Sheet): void {
  sheet.centredWords({ 'zh-CN': '请妥善保管此凭证', en: 'Please keep this receipt' });
}

/** The reference number as a barcode, so that a void or a refund starts with one scan of the receipt. */
export function lookUpCode(sheet: Sheet, rrn: string | undefined): void {
  if (rrn !== undefined && /^[0-9A-Z]{12}$/.test(rrn)) sheet.barcode(rrn);
}
