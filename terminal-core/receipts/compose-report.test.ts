import { describe, expect, it } from 'vitest';
import { composeReceipt } from './compose-receipt.ts';
import { decodeEscPos } from './decode-esc-pos.ts';
import { HEAD, SHIFT_REPORT, Z_REPORT } from './fixtures.test-support.ts';
import type { ReceiptInput } from './receipt-input.ts';
import { renderEscPos } from './render-receipt.ts';

function paper(input: ReceiptInput, language: 'zh-CN' | 'en' | 'both' = 'both'): string {
  const { lines } = decodeEscPos(renderEscPos(composeReceipt(input, { language }), { columns: 48 }));
  return lines.map((line) => line.trimEnd()).join('\n');
}

describe('a report on paper', () => {
  it('of a shift reads like this', () => {
    expect(paper(SHIFT_REPORT)).toMatchInlineSnapshot(`
      "              和润便利店
                     Herun Convenience
                   交班报表 SHIFT REPORT
      ------------------------------------------------
      商户号 Merchant                  898310053310001
      终端号 Terminal                         10000001
      操作员 Operator                               01
      时间 Time                    2026-11-21 22:14:09
      班次 Shift                              S-000007
      收银员 Cashier                                01
      开班 Opened                  2026-11-21 14:14:09
      ------------------------------------------------
      类别 Type                   笔数 No. 金额 Amount
      现金销售 Cash Sale                 5      234.56
      预付卡销售 Prepaid Sale            2       48.00
      预付卡拒绝 Prepaid Decl.           1       99.00
      脱机卡销售 Offline Sale            1       12.50
      ------------------------------------------------
      销售合计 Total Sale                8      295.06
      撤销合计 Total Void                0        0.00
      退货合计 Total Refund              0        0.00
      拒绝合计 Total Decl.               1       99.00
      拒付合计 Total Reject              0        0.00
      净额 NET                                  295.06
      ------------------------------------------------
                        钱箱 Drawer
      备用金 Float                              500.00
      现金收入 Cash taken                       234.56
      补充 Added                                100.00
      取出 Safe drops                          -200.00
      应有 Expected                             634.56
      ------------------------------------------------
      面额 Value                           100.00 × 6
      面额 Value                            1.00 × 34
      实点 Counted                              634.00
      差额 Difference                            -0.56
      无交易开箱 No-sale openings                    1

                            短款
                           SHORT

      收银员签名 Signature"
    `);
  });

  it('Z reads like this', () => {
    expect(paper(Z_REPORT)).toMatchInlineSnapshot(`
      "              和润便利店
                     Herun Convenience
                      Z 报表 Z REPORT
      ------------------------------------------------
      商户号 Merchant                  898310053310001
      终端号 Terminal                         10000001
      操作员 Operator                               01
      时间 Time                    2026-11-21 22:14:09
      报表号 Report                           Z-000012
      自上次Z Since last Z         2026-11-20 22:14:09
      ------------------------------------------------
      类别 Type                   笔数 No. 金额 Amount
      现金销售 Cash Sale                 9      410.56
      预付卡销售 Prepaid Sale           12     1706.00
      预付卡完成 Prepaid Compl.          1      150.00
      预付卡撤销 Prepaid Void            2      123.45
      预付卡冻结 Prepaid Held            1      200.00
      脱机卡销售 Offline Sale            3       56.00
      脱机卡拒付 Offline Reject          1       12.50
      ------------------------------------------------
      销售合计 Total Sale               25     2322.56
      撤销合计 Total Void                2      123.45
      退货合计 Total Refund              0        0.00
      拒绝合计 Total Decl.               0        0.00
      拒付合计 Total Reject              1       12.50
      净额 NET                                 2199.11
      ------------------------------------------------
      待上送 Unsent                      2       43.50
      待冲正 Reversals owed                          1
      待人工处理 For a person                        1
      ------------------------------------------------
                        钱箱 Drawer
      已交班次 Shifts closed                         2
      备用金 Floats                            1000.00
      应有 Expected                            1110.56
      实点 Counted                             1110.00
      差额 Difference                            -0.56
      班外现金 Cash in no shift                   0.00
      补充 Added                         1      100.00
      取出 Safe drops                    2      400.00
      无交易开箱 No-sale openings                    2
      ------------------------------------------------
                 累计 Since the first sale
      累计销售 Sales                         912345.50
      累计退还 Returns                         1043.50

                           已清零
                           RESET

                   日志链首 Journal head
              0123456789abcdef0123456789abcdef
              0123456789abcdef0123456789abcdef"
    `);
  });

  it('X reads like this, and says that it resets nothing', () => {
    expect(
      paper(
        {
          ...Z_REPORT,
          kind: 'x-report',
          reportId: 'X-000003',
          shifts: { count: 0, floatMinor: 0, expectedMinor: 0, countedMinor: 0 },
          openShift: { number: 8, expectedMinor: 66_050 },
        },
        'zh-CN',
      ),
    ).toMatchInlineSnapshot(`
      "              和润便利店
                           X 报表
      ------------------------------------------------
      商户号                           898310053310001
      终端号                                  10000001
      操作员                                        01
      时间                         2026-11-21 22:14:09
      报表号                                  X-000003
      自上次Z                      2026-11-20 22:14:09
      ------------------------------------------------
      类别                            笔数        金额
      现金销售                           9      410.56
      预付卡销售                        12     1706.00
      预付卡完成                         1      150.00
      预付卡撤销                         2      123.45
      预付卡冻结                         1      200.00
      脱机卡销售                         3       56.00
      脱机卡拒付                         1       12.50
      ------------------------------------------------
      销售合计                          25     2322.56
      撤销合计                           2      123.45
      退货合计                           0        0.00
      拒绝合计                           0        0.00
      拒付合计                           1       12.50
      净额                                     2199.11
      ------------------------------------------------
      待上送                             2       43.50
      待冲正                                         1
      待人工处理                                     1
      ------------------------------------------------
                            钱箱
      已交班次                                       0
      未交班次                                       8
      现在应有                                  660.50
      班外现金                                    0.00
      补充                               1      100.00
      取出                               2      400.00
      无交易开箱                                     2
      ------------------------------------------------
                            累计
      累计销售                               912345.50
      累计退还                                 1043.50

                           未清零
                         NOT RESET

                          日志链首
              0123456789abcdef0123456789abcdef
              0123456789abcdef0123456789abcdef"
    `);
  });

  it('says whether the drawer holds too much, too little, or what it should', () => {
    expect(paper({ ...SHIFT_REPORT, countedMinor: SHIFT_REPORT.expectedMinor + 1 })).toContain('OVER');
    expect(paper({ ...SHIFT_REPORT, countedMinor: SHIFT_REPORT.expectedMinor - 1 })).toContain('SHORT');
    expect(paper({ ...SHIFT_REPORT, countedMinor: SHIFT_REPORT.expectedMinor })).toContain('EXACT');
  });

  it('takes voids and refunds off the net figure, and leaves in what the host rejected', () => {
    const rows = [
      { tender: 'cash', kind: 'sale', count: 1, minor: 1_000 },
      { tender: 'card', kind: 'completion', count: 1, minor: 300 },
      { tender: 'card', kind: 'void', count: 1, minor: 20 },
      { tender: 'card', kind: 'refund', count: 1, minor: 3 },
      { tender: 'offline-card', kind: 'rejected', count: 1, minor: 500 },
      { tender: 'card', kind: 'hold', count: 1, minor: 70_000 },
    ] as const;
    expect(paper({ ...Z_REPORT, rows }, 'en')).toMatch(/^NET +12\.77$/m);
  });

  it('prints sums that outgrow an amount', () => {
    const text = paper({ ...Z_REPORT, grandSalesMinor: 123_456_789_012_345 }, 'zh-CN');
    expect(text).toMatch(/累计销售 +1234567890123\.45/);
  });

  it('keeps the supervisor who approved it beside the operator', () => {
    expect(paper({ ...Z_REPORT, ...HEAD, supervisorCode: '90' }, 'zh-CN')).toMatch(/操作员 +01 \/ 90/);
  });
});
