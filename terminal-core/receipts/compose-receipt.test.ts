import { describe, expect, it } from 'vitest';
import { amountMinor } from '../domain/money.ts';
import { composeReceipt } from './compose-receipt.ts';
import { decodeEscPos } from './decode-esc-pos.ts';
import {
  ALL_KINDS,
  CASH_REFUND,
  CASH_SALE,
  COMPLETION,
  DECLINED,
  OFFLINE_SALE,
  PRE_AUTHORISATION,
  PURCHASE,
  REFUND,
  REVERSAL_NOTICE,
  SETTLEMENT,
  SPLIT_SALE,
  saleLineOf,
  TENDER,
  VOID,
} from './fixtures.test-support.ts';
import { markAsCopy } from './mark-as-copy.ts';
import type { ReceiptInput, ReceiptLanguage } from './receipt-input.ts';
import { type ReceiptColumns, renderEscPos } from './render-receipt.ts';

const LANGUAGES: readonly ReceiptLanguage[] = ['zh-CN', 'en', 'both'];
const WIDTHS: readonly ReceiptColumns[] = [48, 32];

function printed(input: ReceiptInput, columns: ReceiptColumns = 48, language: ReceiptLanguage = 'zh-CN') {
  return decodeEscPos(renderEscPos(composeReceipt(input, { language }), { columns }));
}

function lineWith(lines: readonly string[], text: string): string {
  const line = lines.find((candidate) => candidate.includes(text));
  if (line === undefined) throw new Error(`No line with ${text} in:\n${lines.join('\n')}`);
  return line;
}

/** Columns on paper: everything beyond ASCII is two wide. */
function columnsOf(text: string): number {
  return [...text].reduce((sum, character) => sum + (character < '\u0080' ? 1 : 2), 0);
}

describe('composeReceipt', () => {
  it('prints the shop, the terminal, the operator and the local time on every kind', () => {
    for (const input of ALL_KINDS) {
      const { lines, cuts } = printed(input);
      expect(lines.join('\n')).toContain('和润便利店');
      expect(lineWith(lines, '商户号')).toMatch(/898310053310001$/);
      expect(lineWith(lines, '终端号')).toMatch(/10000001$/);
      expect(lineWith(lines, '操作员')).toMatch(/ 01( \/ 90)?$/);
      expect(lines.some((line) => /^时间 +2026-11-21 22:14:09$/.test(line))).toBe(true);
      expect(cuts).toBe(1);
    }
  });

  it('prints goods, quantity, total, tax, cash received and change of a cash sale', () => {
    const { lines } = printed(CASH_SALE);
    expect(lineWith(lines, '农夫山泉饮用天然水')).toMatch(/ 4\.00$/);
    expect(lines).toContain('   2 × 2.00');
    expect(lineWith(lines, '纯牛奶 250ml')).toMatch(/ 166\.60$/);
    expect(lineWith(lines, '件数')).toMatch(/ 3$/);
    expect(lineWith(lines, '合计')).toMatch(/￥170\.60$/);
    expect(lineWith(lines, '其中税额')).toMatch(/ 19\.63$/);
    expect(lineWith(lines, '现金')).toMatch(/ 200\.00$/);
    expect(lineWith(lines, '找零')).toMatch(/ 29\.40$/);
  });

  it('prints trace, reference and authorisation of a purchase, the card by its last four digits, and the balance', () => {
    const { lines, barcodes } = printed(PURCHASE);
    expect(lineWith(lines, '批次号')).toMatch(/ 000007$/);
    expect(lineWith(lines, '流水号')).toMatch(/ 000123$/);
    expect(lineWith(lines, '参考号')).toMatch(/ 032514000123$/);
    expect(lineWith(lines, '授权码')).toMatch(/ 918273$/);
    expect(lineWith(lines, '卡号')).toMatch(/ \*{4} 4021$/);
    expect(lineWith(lines, '方式')).toMatch(/ 刷卡\+密码$/);
    expect(lineWith(lines, '卡内余额')).toMatch(/ 329\.40$/);
    expect(barcodes).toHaveLength(1);
  });

  it('says in both languages that an offline sale awaits its upload, whatever the receipt language', () => {
    for (const language of LANGUAGES) {
      const text = printed(OFFLINE_SALE, 48, language).lines.join('\n');
      expect(text).toContain('脱机受理 待上送');
      expect(text).toContain('OFFLINE - UPLOAD PENDING');
      expect(text).not.toContain('329.40');
    }
  });

  it('names the original of a void and of a refund', () => {
    expect(lineWith(printed(VOID).lines, '原流水号')).toMatch(/ 000099$/);
    const refund = printed(REFUND).lines;
    expect(lineWith(refund, '原参考号')).toMatch(/ 032513000088$/);
    expect(lineWith(refund, '原时间')).toMatch(/2026-11-20 22:14:09$/);
    expect(lineWith(refund, '退货金额')).toMatch(/￥70\.60$/);
  });

  it('says how much cash was given back, on a receipt of its own and at settlement', () => {
    expect(lineWith(printed(CASH_REFUND).lines, '退回现金')).toMatch(/￥70\.60$/);
    expect(lineWith(printed(SETTLEMENT).lines, '退现金')).toMatch(/ 1 +70\.60$/);
    expect(printed({ ...CASH_REFUND, kind: 'cash-void' }).lines.join('\n')).toContain('现金销售撤销');
  });

  it('lists every tender of a sale that several pay, and what is left after a part of it', () => {
    const sale = printed(SPLIT_SALE).lines;
    expect(lineWith(sale, '**** 4021')).toBeDefined();
    expect(lineWith(sale, '**** 4022')).toBeDefined();
    expect(lineWith(sale, '现金付款')).toMatch(/ 20\.60$/);
    expect(lineWith(sale, '找零')).toMatch(/ 29\.40$/);
    expect(sale.join('\n')).toContain('OFFLINE - UPLOAD PENDING');
    const part = printed(TENDER).lines;
    expect(lineWith(part, '预付卡')).toMatch(/ 100\.00$/);
    expect(lineWith(part, '尚需付款')).toMatch(/￥70\.60$/);
  });

  it('says that a pre-authorisation charges nothing, and names it on its completion and on the void of either', () => {
    const held = printed(PRE_AUTHORISATION).lines;
    expect(held.join('\n')).toContain('HELD - NOT CHARGED');
    expect(lineWith(held, '预授权金额')).toMatch(/￥200\.00$/);
    const completed = printed(COMPLETION).lines;
    expect(lineWith(completed, '实扣金额')).toMatch(/￥150\.00$/);
    expect(lineWith(completed, '原流水号')).toMatch(/ 000077$/);
    expect(printed({ ...VOID, of: 'pre-authorisation' }).lines.join('\n')).toContain('预授权撤销');
    expect(printed({ ...VOID, of: 'completion' }).lines.join('\n')).toContain('预授权完成撤销');
    expect(printed(VOID).lines.join('\n')).toContain('消费撤销');
  });

  it('says that a reversal notice and a decline are no proof of payment', () => {
    expect(printed(REVERSAL_NOTICE).lines.join('\n')).toContain('NOT A PROOF OF PAYMENT');
    expect(printed({ ...REVERSAL_NOTICE, state: 'done' }).lines.join('\n')).toContain('REVERSED');
    const declined = printed(DECLINED).lines.join('\n');
    expect(declined).toContain('NOT CHARGED');
    expect(declined).toContain('请换一张卡或付现金。');
    expect(declined).toContain('Not enough on the card.');
  });

  it('prints counts, amounts, the result and the journal head of a settlement', () => {
    const { lines } = printed(SETTLEMENT);
    expect(lineWith(lines, '借记')).toMatch(/ 12 +1706\.00$/);
    expect(lineWith(lines, '贷记')).toMatch(/ 2 +123\.45$/);
    expect(lineWith(lines, '现金')).toMatch(/ 5 +234\.56$/);
    expect(lines.join('\n')).toContain('BALANCED');
    const head = lines.map((line) => line.trim()).filter((line) => /^[0-9a-f]{32}$/.test(line));
    expect(head.join('')).toBe(SETTLEMENT.journalHead);
    expect(printed({ ...SETTLEMENT, result: 'not-balanced' }).lines.join('\n')).toContain('NOT BALANCED');
  });

  it('prints Chinese product names alone, English ones alone, or both', () => {
    const text = (language: ReceiptLanguage): string => printed(CASH_SALE, 48, language).lines.join('\n');
    expect(text('zh-CN')).not.toContain('Spring water');
    expect(text('en')).toContain('Spring water 550ml');
    expect(text('en')).not.toContain('农夫山泉');
    expect(text('both')).toContain('农夫山泉饮用天然水');
    expect(text('both')).toContain('   Spring water 550ml');
  });

  it('keeps every line within the paper and every amount at its right edge, in each language and width', () => {
    for (const language of LANGUAGES) {
      for (const columns of WIDTHS) {
        for (const input of ALL_KINDS) {
          const { lines } = printed(input, columns, language);
          for (const line of lines) expect(columnsOf(line)).toBeLessThanOrEqual(columns);
          const amounts = lines.filter((line) => / \d+\.\d\d$/.test(line) && !line.includes('×'));
          for (const line of amounts) expect(columnsOf(line)).toBe(columns);
        }
      }
    }
  });

  it('prints the largest amounts in full on the narrowest paper', () => {
    const huge = amountMinor(999_999_999_999);
    const { lines } = printed({ ...VOID, amountMinor: huge, balanceMinor: huge }, 32, 'both');
    expect(lineWith(lines, '撤销金额')).toContain('￥9999999999.99');
    expect(lines.join('').replaceAll(' ', '')).toContain('9999999999.99');
    const wide = printed({ ...CASH_SALE, lines: [saleLineOf({ unitPriceMinor: huge, quantity: 1 })] }, 32);
    expect(wide.lines.join('').replaceAll(' ', '')).toContain('9999999999.99'.slice(0, 10));
  });

  it('gives the same text and the same bytes for the same input', () => {
    for (const input of ALL_KINDS) {
      expect(composeReceipt(structuredClone(input))).toBe(composeReceipt(input));
      const source = composeReceipt(input);
      expect(renderEscPos(source, { columns: 48 })).toEqual(renderEscPos(source, { columns: 48 }));
    }
  });

  it('refuses more of a card number than its last four digits', () => {
    const card = { last4: '6217000012344021', entryMode: 'keyed' } as const;
    expect(() => composeReceipt({ ...PURCHASE, card })).toThrow(RangeError);
  });
});

describe('markAsCopy', () => {
  it('puts the words for a copy first and changes nothing else', () => {
    const source = composeReceipt(PURCHASE);
    const original = decodeEscPos(renderEscPos(source, { columns: 48 })).lines;
    const copy = decodeEscPos(renderEscPos(markAsCopy(source), { columns: 48 })).lines;
    expect(copy[0]?.trim()).toBe('重印 / COPY');
    expect(copy.slice(2)).toEqual(original);
  });

  it('marks a copy of a copy once', () => {
    const once = markAsCopy(composeReceipt(PURCHASE));
    expect(markAsCopy(once)).toBe(once);
  });
});
