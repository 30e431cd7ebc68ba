import { formatMinor } from '../domain/money.ts';
import type { BilingualText } from '../domain/text.ts';
import { momentText } from './moment-text.ts';
import type { SettlementReceipt } from './receipt-input.ts';
import type { ShiftReportReceipt, TakingsReportReceipt, TakingsRow } from './report-input.ts';
import type { Sheet } from './sheet.ts';

const TENDERS: Readonly<Record<TakingsRow['tender'], BilingualText>> = {
  cash: { 'zh-CN': '现金', en: 'Cash' },
  card: { 'zh-CN': '预付卡', en: 'Prepaid' },
  'offline-card': { 'zh-CN': '脱机卡', en: 'Offline' },
  purse: { 'zh-CN': '电子钱包', en: 'Purse' },
};

const KINDS: Readonly<Record<TakingsRow['kind'], BilingualText>> = {
  sale: { 'zh-CN': '销售', en: 'Sale' },
  completion: { 'zh-CN': '完成', en: 'Compl.' },
  void: { 'zh-CN': '撤销', en: 'Void' },
  refund: { 'zh-CN': '退货', en: 'Refund' },
  declined: { 'zh-CN': '拒绝', en: 'Decl.' },
  reversed: { 'zh-CN': '冲正', en: 'Rev.' },
  rejected: { 'zh-CN': '拒付', en: 'Reject' },
  collected: { 'zh-CN': '收回', en: 'Coll.' },
  'collected-void': { 'zh-CN': '收回撤销', en: 'C.void' },
  'written-off': { 'zh-CN': '核销', en: 'W.off' },
  hold: { 'zh-CN': '冻结', en: 'Held' },
  'hold-void': { 'zh-CN': '解冻', en: 'Freed' },
  load: { 'zh-CN': '充值', en: 'Load' },
  'load-returned': { 'zh-CN': '充值退款', en: 'L.back' },
  surrender: { 'zh-CN': '退卡', en: 'Surr.' },
};

/** Printed even when there were none: that there was no void is worth as much as how many there were. */
const ALWAYS: readonly TakingsRow['kind'][] = ['sale', 'void', 'refund', 'declined', 'rejected'];

export function shiftReport(sheet: Sheet, input: ShiftReportReceipt): void {
  sheet.field({ 'zh-CN': '班次', en: 'Shift' }, input.reportId);
  sheet.field({ 'zh-CN': '收银员', en: 'Cashier' }, input.cashier);
  sheet.wideField({ 'zh-CN': '开班', en: 'Opened' }, momentText(input.openedAtMs, input));
  takings(sheet, input.rows);
  sheet.rule();
  sheet.title({ 'zh-CN': '钱箱', en: 'Drawer' });
  money(sheet, { 'zh-CN': '备用金', en: 'Float' }, input.floatMinor);
  money(sheet, { 'zh-CN': '现金收入', en: 'Cash taken' }, input.cashTakenMinor);
  money(sheet, { 'zh-CN': '补充', en: 'Added' }, input.added.minor);
  money(sheet, { 'zh-CN': '取出', en: 'Safe drops' }, -input.dropped.minor);
  money(sheet, { 'zh-CN': '应有', en: 'Expected' }, input.expectedMinor);
  sheet.rule();
  for (const { valueMinor, count } of input.denominations) {
    sheet.field({ 'zh-CN': '面额', en: 'Value' }, `${formatMinor(valueMinor)} × ${count}`);
  }
  money(sheet, { 'zh-CN': '实点', en: 'Counted' }, input.countedMinor);
  const differenceMinor = input.countedMinor - input.expectedMinor;
  money(sheet, { 'zh-CN': '差额', en: 'Difference' }, differenceMinor);
  sheet.pair({ 'zh-CN': '无交易开箱', en: 'No-sale openings' }, String(input.drawerOpenings));
  sheet.notice(differenceWords(differenceMinor), []);
  sheet.gap();
  sheet.pair({ 'zh-CN': '收银员签名', en: 'Signature' }, '');
}

export function takingsReport(sheet: Sheet, input: TakingsReportReceipt): void {
  sheet.field({ 'zh-CN': '报表号', en: 'Report' }, input.reportId);
  if (input.sinceMs !== undefined) {
    sheet.wideField({ 'zh-CN': '自上次Z', en: 'Since last Z' }, momentText(input.sinceMs, input));
  }
  takings(sheet, input.rows);
  sheet.rule();
  row(sheet, { 'zh-CN': '待上送', en: 'Unsent' }, input.unsent);
  sheet.pair({ 'zh-CN': '待冲正', en: 'Reversals owed' }, String(input.reversalsOwed));
  sheet.pair({ 'zh-CN': '待人工处理', en: 'For a person' }, String(input.setAside));
  sheet.rule();
  sheet.title({ 'zh-CN': '钱箱', en: 'Drawer' });
  const { shifts } = input;
  sheet.pair({ 'zh-CN': '已交班次', en: 'Shifts closed' }, String(shifts.count));
  if (shifts.count > 0) {
    money(sheet, { 'zh-CN': '备用金', en: 'Floats' }, shifts.floatMinor);
    money(sheet, { 'zh-CN': '应有', en: 'Expected' }, shifts.expectedMinor);
    money(sheet, { 'zh-CN': '实点', en: 'Counted' }, shifts.countedMinor);
    money(sheet, { 'zh-CN': '差额', en: 'Difference' }, shifts.countedMinor - shifts.expectedMinor);
  }
  if (input.openShift) {
    sheet.pair({ 'zh-CN': '未交班次', en: 'Open shift' }, String(input.openShift.number));
    money(sheet, { 'zh-CN': '现在应有', en: 'Expected now' }, input.openShift.expectedMinor);
  }
  money(sheet, { 'zh-CN': '班外现金', en: 'Cash in no shift' }, input.cashOutsideShiftsMinor);
  row(sheet, { 'zh-CN': '补充', en: 'Added' }, input.added);
  row(sheet, { 'zh-CN': '取出', en: 'Safe drops' }, input.dropped);
  sheet.pair({ 'zh-CN': '无交易开箱', en: 'No-sale openings' }, String(input.drawerOpenings));
  sheet.rule();
  sheet.title({ 'zh-CN': '累计', en: 'Since the first sale' });
  money(sheet, { 'zh-CN': '累计销售', en: 'Sales' }, input.grandSalesMinor);
  money(sheet, { 'zh-CN': '累计退还', en: 'Returns' }, input.grandReturnsMinor);
  if (input.kind === 'x-report') {
    sheet.notice({ 'zh-CN': '未清零', en: 'NOT RESET' }, []);
  } else {
    sheet.notice({ 'zh-CN': '已清零', en: 'RESET' }, []);
  }
  journalHead(sheet, input.journalHead);
}

/** By tender what happened, then by kind over all tenders, then the one sum. */
function takings(sheet: Sheet, rows: readonly TakingsRow[]): void {
  sheet.rule();
  columnHeads(sheet);
  for (const each of rows) {
    const tender = TENDERS[each.tender];
    const kind = KINDS[each.kind];
    row(sheet, { 'zh-CN': `${tender['zh-CN']}${kind['zh-CN']}`, en: `${tender.en} ${kind.en}` }, each);
  }
  sheet.rule();
  for (const kind of ALWAYS) {
    const same = rows.filter((each) => each.kind === kind || (kind === 'sale' && each.kind === 'completion'));
    row(sheet, { 'zh-CN': `${KINDS[kind]['zh-CN']}合计`, en: `Total ${KINDS[kind].en}` }, sumOf(same));
  }
  const net = rows.reduce((sum, { kind, minor }) => sum + SIGNS[kind] * minor, 0);
  sheet.field({ 'zh-CN': '净额', en: 'NET' }, formatMinor(net));
}

/** What each kind adds to the net takings. A rejected sale stays the store's claim, so it is not taken off. */
const SIGNS: Readonly<Record<TakingsRow['kind'], -1 | 0 | 1>> = {
  sale: 1,
  completion: 1,
  void: -1,
  refund: -1,
  declined: 0,
  reversed: 0,
  rejected: 0,
  collected: 0,
  'collected-void': 0,
  'written-off': 0,
  hold: 0,
  'hold-void': 0,
  load: 0,
  'load-returned': 0,
  surrender: 0,
};

function sumOf(rows: readonly TakingsRow[]): { readonly count: number; readonly minor: number } {
  return {
    count: rows.reduce((sum, { count }) => sum + count, 0),
    minor: rows.reduce((sum, { minor }) => sum + minor, 0),
  };
}

function differenceWords(differenceMinor: number): BilingualText {
  if (differenceMinor === 0) return { 'zh-CN': '账实相符', en: 'EXACT' };
  return differenceMinor > 0 ? { 'zh-CN': '长款', en: 'OVER' } : { 'zh-CN': '短款', en: 'SHORT' };
}

export function settlement(sheet: Sheet, input: SettlementReceipt): void {
  sheet.field({ 'zh-CN': '批次号', en: 'Batch' }, input.batchNumber);
  sheet.rule();
  columnHeads(sheet);
  row(sheet, { 'zh-CN': '借记', en: 'Debit' }, { count: input.debitCount, minor: input.debitMinor });
  row(sheet, { 'zh-CN': '贷记', en: 'Credit' }, { count: input.creditCount, minor: input.creditMinor });
  if (input.cashCount !== undefined && input.cashMinor !== undefined) {
    row(sheet, { 'zh-CN': '现金', en: 'Cash' }, { count: input.cashCount, minor: input.cashMinor });
  }
  if (input.cashBackCount !== undefined && input.cashBackMinor !== undefined) {
    row(
      sheet,
      { 'zh-CN': '退现金', en: 'Cash back' },
      { count: input.cashBackCount, minor: input.cashBackMinor },
    );
  }
  sheet.rule();
  const { text, notes } = SETTLED_AS[input.result];
  sheet.notice(text, notes);
  journalHead(sheet, input.journalHead);
}

const SETTLED_AS: Readonly<
  Record<SettlementReceipt['result'], { readonly text: BilingualText; readonly notes: BilingualText[] }>
> = {
  balanced: { text: { 'zh-CN': '对账平', en: 'BALANCED' }, notes: [] },
  'not-balanced': {
    text: { 'zh-CN': '对账不平', en: 'NOT BALANCED' },
    notes: [
      {
        'zh-CN': '已逐笔上送，请核对主机差错。',
        en: 'Every record was uploaded; see the exceptions at the host.',
      },
    ],
  },
  'closed-by-host': {
    text: { 'zh-CN': '主机已自行结算', en: 'CLOSED BY THE HOST' },
    notes: [
      {
        'zh-CN': '以上为本机合计，与主机不符。请向收单机构索取本批次明细逐笔核对。',
        en: "These are this till's totals; the host's are others. Compare them with the acquirer's list of this batch.",
      },
    ],
  },
};

function columnHeads(sheet: Sheet): void {
  sheet.columns3(sheet.words({ 'zh-CN': '类别', en: 'Type' }), [
    sheet.words({ 'zh-CN': '笔数', en: 'No.' }),
    sheet.words({ 'zh-CN': '金额', en: 'Amount' }),
  ]);
}

function row(
  sheet: Sheet,
  label: BilingualText,
  figure: { readonly count: number; readonly minor: number },
): void {
  sheet.columns3(sheet.words(label), [String(figure.count), formatMinor(figure.minor)]);
}

/** A sum in a field wide enough for one that is never reset. */
function money(sheet: Sheet, label: BilingualText, minor: number): void {
  sheet.field(label, formatMinor(minor));
}

function journalHead(sheet: Sheet, head: string): void {
  sheet.gap();
  sheet.centred(sheet.words({ 'zh-CN': '日志链首', en: 'Journal head' }));
  for (let start = 0; start < head.length; start += 32) sheet.centred(head.slice(start, start + 32));
}
