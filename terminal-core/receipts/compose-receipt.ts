import { type AmountMinor, formatMinor } from '../domain/money.ts';
import type { SaleLine } from '../domain/product.ts';
import type { BilingualText } from '../domain/text.ts';
import { unreachable } from '../domain/unreachable.ts';
import { cardService, cardSlip, load, SERVICE_TITLES } from './compose-card.ts';
import { settlement, shiftReport, takingsReport } from './compose-report.ts';
import { momentText } from './moment-text.ts';
import type {
  ReceiptCard,
  ReceiptGoods,
  ReceiptHead,
  ReceiptInput,
  ReceiptLanguage,
  ReceiptPurse,
  ReceiptTender,
  SplitSaleReceipt,
  TenderReceipt,
} from './receipt-input.ts';
import { balance, cardLine, keepThis, lookUpCode, original, trace } from './receipt-parts.ts';
import { Sheet } from './sheet.ts';

/**
 * The receipt as receiptline source text: one source for the printer, the screen and the journal, at any paper width.
 * The same input gives the same text, byte for byte, so that a receipt can be reprinted from the journal.
 *
 * @throws RangeError when a card's `last4` is not four digits: a longer number must not reach paper.
 */
export function composeReceipt(
  input: ReceiptInput,
  options: { readonly language?: ReceiptLanguage } = {},
): string {
  const sheet = new Sheet(options.language ?? 'zh-CN');
  if (input.isTraining) training(sheet);
  head(sheet, input);
  body(sheet, input);
  if (input.isTraining) training(sheet);
  return sheet.source();
}

function training(sheet: Sheet): void {
  sheet.notice({ 'zh-CN': '培训 非凭证', en: 'TRAINING - NOT A RECEIPT' }, []);
  sheet.gap();
}

const TITLES: Readonly<Record<ReceiptInput['kind'], BilingualText>> = {
  'cash-sale': { 'zh-CN': '销售小票', en: 'SALE' },
  'cash-void': { 'zh-CN': '现金销售撤销', en: 'CASH VOID' },
  'cash-refund': { 'zh-CN': '现金退货', en: 'CASH REFUND' },
  tender: { 'zh-CN': '部分付款', en: 'PART PAYMENT' },
  'split-sale': { 'zh-CN': '组合付款销售', en: 'SALE, SEVERAL TENDERS' },
  purchase: { 'zh-CN': '消费', en: 'PURCHASE' },
  'offline-sale': { 'zh-CN': '脱机消费', en: 'OFFLINE SALE' },
  'purse-sale': { 'zh-CN': '电子钱包消费', en: 'PURSE SALE' },
  'purse-load': { 'zh-CN': '电子钱包充值', en: 'PURSE LOAD' },
  load: { 'zh-CN': '充值', en: 'LOAD' },
  'card-service': { 'zh-CN': '卡服务', en: 'CARD SERVICE' },
  'card-slip': { 'zh-CN': '余额查询', en: 'BALANCE' },
  'pre-authorisation': { 'zh-CN': '预授权', en: 'PRE-AUTHORISATION' },
  completion: { 'zh-CN': '预授权完成', en: 'COMPLETION' },
  void: { 'zh-CN': '消费撤销', en: 'VOID' },
  refund: { 'zh-CN': '退货', en: 'REFUND' },
  'reversal-notice': { 'zh-CN': '交易冲正通知', en: 'REVERSAL NOTICE' },
  'claim-slip': { 'zh-CN': '欠款通知', en: 'AMOUNT STILL DUE' },
  declined: { 'zh-CN': '交易未成功', en: 'DECLINED' },
  settlement: { 'zh-CN': '批结算', en: 'SETTLEMENT' },
  'shift-report': { 'zh-CN': '交班报表', en: 'SHIFT REPORT' },
  'x-report': { 'zh-CN': 'X 报表', en: 'X REPORT' },
  'z-report': { 'zh-CN': 'Z 报表', en: 'Z REPORT' },
};

const VOID_TITLES = {
  'pre-authorisation': { 'zh-CN': '预授权撤销', en: 'PRE-AUTHORISATION VOID' },
  completion: { 'zh-CN': '预授权完成撤销', en: 'COMPLETION VOID' },
  load: { 'zh-CN': '充值撤销', en: 'LOAD VOID' },
} as const;

function titleOf(input: ReceiptInput): BilingualText {
  if (input.kind === 'card-service') return SERVICE_TITLES[input.service];
  return input.kind === 'void' && input.of ? VOID_TITLES[input.of] : TITLES[input.kind];
}

function head(sheet: Sheet, input: ReceiptInput): void {
  sheet.heading(sheet.language === 'en' ? input.merchantNameEn : input.merchantNameZh);
  if (sheet.language === 'both') sheet.centred(input.merchantNameEn);
  sheet.title(titleOf(input));
  sheet.rule();
  sheet.field({ 'zh-CN': '商户号', en: 'Merchant' }, input.merchantId);
  sheet.field({ 'zh-CN': '终端号', en: 'Terminal' }, input.terminalId);
  sheet.field({ 'zh-CN': '操作员', en: 'Operator' }, operators(input));
  sheet.wideField({ 'zh-CN': '时间', en: 'Time' }, momentText(input.atMs, input));
}

function body(sheet: Sheet, input: ReceiptInput): void {
  switch (input.kind) {
    case 'cash-sale':
      if (input.stan) sheet.field({ 'zh-CN': '流水号', en: 'Trace' }, input.stan);
      goods(sheet, input);
      sheet.amount({ 'zh-CN': '现金', en: 'Cash' }, input.receivedMinor);
      sheet.amount({ 'zh-CN': '找零', en: 'Change' }, input.changeMinor);
      thanks(sheet);
      return;
    case 'cash-void':
    case 'cash-refund':
      original(sheet, input.original, input);
      sheet.rule();
      sheet.total({ 'zh-CN': '退回现金', en: 'CASH BACK' }, input.amountMinor);
      sheet.signature();
      keepThis(sheet);
      return;
    case 'tender':
      partPayment(sheet, input);
      return;
    case 'split-sale':
      splitSale(sheet, input);
      return;
    case 'purchase':
      trace(sheet, input);
      goods(sheet, input);
      paidByCard(sheet, input.card, input.totalMinor);
      balance(sheet, input.balanceMinor);
      thanks(sheet);
      lookUpCode(sheet, input.rrn);
      return;
    case 'offline-sale':
      trace(sheet, input);
      goods(sheet, input);
      paidByCard(sheet, input.card, input.totalMinor);
      acceptedOffline(sheet);
      thanks(sheet);
      return;
    case 'purse-sale':
      trace(sheet, input);
      goods(sheet, input);
      purse(sheet, input.purse);
      thanks(sheet);
      return;
    case 'purse-load':
      trace(sheet, input);
      if (input.original) original(sheet, input.original, input);
      sheet.rule();
      sheet.total(
        input.original ? { 'zh-CN': '退回卡内', en: 'GIVEN BACK' } : { 'zh-CN': '充值金额', en: 'LOADED' },
        input.amountMinor,
      );
      purse(sheet, input.purse);
      sheet.gap();
      keepThis(sheet);
      return;
    case 'load':
      load(sheet, input);
      return;
    case 'card-service':
      cardService(sheet, input);
      return;
    case 'card-slip':
      cardSlip(sheet, input);
      return;
    case 'pre-authorisation':
      trace(sheet, input);
      cardLine(sheet, input.card);
      sheet.rule();
      sheet.total({ 'zh-CN': '预授权金额', en: 'HELD' }, input.amountMinor);
      balance(sheet, input.balanceMinor);
      sheet.notice({ 'zh-CN': '仅冻结 未扣款', en: 'HELD - NOT CHARGED' }, [
        {
          'zh-CN': '此金额已在卡内冻结，完成时按实际金额扣款，余下退回卡内。',
          en: 'The amount is held on the card. What is due is charged at completion; the rest is given back.',
        },
      ]);
      sheet.signature();
      keepThis(sheet);
      lookUpCode(sheet, input.rrn);
      return;
    case 'completion':
      trace(sheet, input);
      cardLine(sheet, input.card);
      original(sheet, input.original, input);
      sheet.rule();
      sheet.total({ 'zh-CN': '实扣金额', en: 'CHARGED' }, input.amountMinor);
      balance(sheet, input.balanceMinor);
      sheet.gap();
      keepThis(sheet);
      lookUpCode(sheet, input.rrn);
      return;
    case 'void':
      trace(sheet, input);
      cardLine(sheet, input.card);
      original(sheet, input.original, input);
      sheet.rule();
      sheet.total({ 'zh-CN': '撤销金额', en: 'VOID' }, input.amountMinor);
      balance(sheet, input.balanceMinor);
      sheet.gap();
      keepThis(sheet);
      lookUpCode(sheet, input.rrn);
      return;
    case 'refund':
      trace(sheet, input);
      cardLine(sheet, input.card);
      original(sheet, input.original, input);
      sheet.rule();
      sheet.total({ 'zh-CN': '退货金额', en: 'REFUND' }, input.amountMinor);
      balance(sheet, input.balanceMinor);
      sheet.gap();
      keepThis(sheet);
      lookUpCode(sheet, input.rrn);
      return;
    case 'reversal-notice':
      trace(sheet, input);
      cardLine(sheet, input.card);
      sheet.rule();
      sheet.total({ 'zh-CN': '金额', en: 'AMOUNT' }, input.amountMinor);
      reversalWords(sheet, input.state);
      return;
    case 'claim-slip':
      trace(sheet, input);
      cardLine(sheet, input.card);
      original(sheet, input.original, input);
      sheet.rule();
      sheet.total({ 'zh-CN': '金额', en: 'AMOUNT' }, input.amountMinor);
      sheet.notice({ 'zh-CN': '非付款凭证', en: 'NOT A PROOF OF PAYMENT' }, [
        input.reason,
        {
          'zh-CN': '发卡方拒绝了这笔脱机消费，货款尚未支付。请到本店补付，或联系发卡机构。',
          en: 'The issuer refused this offline payment, so the goods are not paid for. Please pay at this store, or ask the issuer.',
        },
      ]);
      return;
    case 'declined':
      trace(sheet, input);
      cardLine(sheet, input.card);
      sheet.field({ 'zh-CN': '应答码', en: 'Response' }, input.responseCode);
      sheet.rule();
      sheet.total({ 'zh-CN': '金额', en: 'AMOUNT' }, input.amountMinor);
      sheet.notice(
        { 'zh-CN': '未扣款', en: 'NOT CHARGED' },
        input.nextStep ? [input.text, input.nextStep] : [input.text],
      );
      return;
    case 'settlement':
      settlement(sheet, input);
      return;
    case 'shift-report':
      shiftReport(sheet, input);
      return;
    case 'x-report':
    case 'z-report':
      takingsReport(sheet, input);
      return;
    default:
      unreachable(input);
  }
}

function purse(sheet: Sheet, facts: ReceiptPurse): void {
  const { last4, terminalNumber, terminalSerial, counter, tac } = facts;
  sheet.field({ 'zh-CN': '卡号', en: 'Card' }, `**** ${last4}`);
  sheet.amount({ 'zh-CN': '原余额', en: 'Balance before' }, facts.balanceBeforeMinor);
  sheet.amount({ 'zh-CN': '余额', en: 'Balance after' }, facts.balanceAfterMinor);
  sheet.field({ 'zh-CN': '安全模块号', en: 'PSAM' }, terminalNumber);
  if (terminalSerial !== undefined)
    sheet.field({ 'zh-CN': '终端交易序号', en: 'Terminal serial' }, terminalSerial);
  sheet.field({ 'zh-CN': '卡交易序号', en: 'Card counter' }, String(counter));
  if (tac !== undefined) sheet.field({ 'zh-CN': '交易认证码', en: 'TAC' }, tac);
}

function goods(sheet: Sheet, { lines, totalMinor, taxMinor }: ReceiptGoods): void {
  sheet.rule();
  let itemCount = 0;
  for (const line of lines) {
    saleLine(sheet, line);
    itemCount += line.quantity;
  }
  sheet.rule();
  sheet.pair({ 'zh-CN': '件数', en: 'Items' }, String(itemCount));
  sheet.amount({ 'zh-CN': '其中税额', en: 'Tax incl.' }, taxMinor);
  sheet.total({ 'zh-CN': '合计', en: 'TOTAL' }, totalMinor);
}

function saleLine(sheet: Sheet, line: SaleLine): void {
  const lineTotal = formatMinor(line.unitPriceMinor * line.quantity);
  const name = sheet.language === 'en' ? line.nameEn || line.nameZh : line.nameZh || line.nameEn;
  sheet.item(name, lineTotal);
  if (sheet.language === 'both' && line.nameEn && line.nameEn !== name) sheet.indented(line.nameEn);
  if (line.quantity !== 1) sheet.indented(`${line.quantity} × ${formatMinor(line.unitPriceMinor)}`);
}

function paidByCard(sheet: Sheet, card: ReceiptCard, paidMinor: AmountMinor): void {
  sheet.amount({ 'zh-CN': '预付卡', en: 'Prepaid' }, paidMinor);
  cardLine(sheet, card);
}

function reversalWords(sheet: Sheet, state: 'owed' | 'done'): void {
  switch (state) {
    case 'owed':
      sheet.notice({ 'zh-CN': '非付款凭证', en: 'NOT A PROOF OF PAYMENT' }, [
        {
          'zh-CN': '本笔结果未知，终端将自动冲正。如已扣款，款项会退回原卡。',
          en: 'The outcome is unknown and is being undone. If the card was charged, the money goes back to it.',
        },
      ]);
      return;
    case 'done':
      sheet.notice({ 'zh-CN': '已冲正', en: 'REVERSED' }, [
        { 'zh-CN': '本笔已撤回，卡内未扣款。', en: 'This payment was undone; the card is not charged.' },
      ]);
      return;
    default:
      unreachable(state);
  }
}

function thanks(sheet: Sheet): void {
  sheet.gap();
  sheet.centredWords({ 'zh-CN': '谢谢惠顾，欢迎再来', en: 'Thank you, see you again' });
  keepThis(sheet);
}

function acceptedOffline(sheet: Sheet): void {
  sheet.notice({ 'zh-CN': '脱机受理 待上送', en: 'OFFLINE - UPLOAD PENDING' }, [
    {
      'zh-CN': '本笔由终端脱机受理，联网后上送发卡方入账。',
      en: 'Accepted by this terminal; it will be sent to the card issuer when the network is back.',
    },
  ]);
  sheet.signature();
}

function partPayment(sheet: Sheet, { tender, totalMinor, leftMinor }: TenderReceipt): void {
  paidBy(sheet, tender);
  sheet.rule();
  sheet.amount({ 'zh-CN': '销售合计', en: 'Sale total' }, totalMinor);
  sheet.total({ 'zh-CN': '尚需付款', en: 'STILL TO PAY' }, leftMinor);
  if (tender.paidBy === 'card-offline') acceptedOffline(sheet);
  keepThis(sheet);
}

function splitSale(sheet: Sheet, input: SplitSaleReceipt): void {
  goods(sheet, input);
  for (const tender of input.tenders) paidBy(sheet, tender);
  if (input.tenders.some((tender) => tender.paidBy === 'card-offline')) acceptedOffline(sheet);
  thanks(sheet);
  for (const tender of input.tenders) if (tender.paidBy !== 'cash') lookUpCode(sheet, tender.rrn);
}

/** One payment: what it paid, and by what it can be found again. */
function paidBy(sheet: Sheet, tender: ReceiptTender): void {
  sheet.rule();
  if (tender.paidBy === 'cash') {
    sheet.amount({ 'zh-CN': '现金付款', en: 'Paid in cash' }, tender.amountMinor);
    sheet.amount({ 'zh-CN': '现金', en: 'Cash' }, tender.receivedMinor);
    sheet.amount({ 'zh-CN': '找零', en: 'Change' }, tender.changeMinor);
    return;
  }
  trace(sheet, tender);
  paidByCard(sheet, tender.card, tender.amountMinor);
  balance(sheet, tender.balanceMinor);
}

function operators({ operatorCode, supervisorCode }: ReceiptHead): string {
  return supervisorCode === undefined ? operatorCode : `${operatorCode} / ${supervisorCode}`;
}
