import { beforeEach, describe, expect, it } from 'vitest';
import { openTill, SUPERVISOR, type TestTill } from '../../../test/support/till-bench.ts';

const ONE_PEN = { lines: [{ sku: 'W1', quantity: 1 }], totalMinor: 350 };

describe('shifts and reports at the till', () => {
  let till: TestTill;
  const sell = (saleId: string) => till.service.payCash({ saleId, ...ONE_PEN, receivedMinor: 400 });
  const escPos = (receipt: { escPosBase64: string }) => receipt.escPosBase64;

  beforeEach(async () => {
    till = await openTill();
    await till.signOn('1001');
  });

  it('shows the open shift and never what its drawer should hold, until the count is entered', async () => {
    const { service } = till;
    expect(service.status()).toMatchObject({ shiftRequired: false });
    expect(service.status().shift).toBeUndefined();
    const opened = await service.openShift({ floatMinor: 50_000 });
    expect(opened).toMatchObject({ kind: 'opened', shift: { shiftNumber: 1, operatorCode: '1001' } });
    await sell('sale-0001');
    const { batchNumber: _batch, ...seen } = service.totals();
    expect(seen).toEqual({ debitCount: 0, debitMinor: 0, creditCount: 0, creditMinor: 0 });
    expect(JSON.stringify(service.status())).not.toContain('50350');
    expect(await service.closeShift({ countedMinor: 50_300 })).toMatchObject({
      kind: 'closed',
      expectedMinor: 50_350,
      differenceMinor: -50,
      report: { reportId: 'S-000001', printed: true },
    });
    expect(service.totals()).toMatchObject({ cashCount: 1, cashMinor: 350 });
    expect(till.printer.papers.at(-1)?.lines.join('\n')).toContain('SHORT');
  });

  it('tells a supervisor the cash while a shift is open', async () => {
    await till.service.openShift({ floatMinor: 0 });
    await sell('sale-0001');
    await till.signOn('2001');
    expect(till.service.totals()).toMatchObject({ cashMinor: 350 });
  });

  it('prints a report again as a copy of the same bytes, after a restart too', async () => {
    const { service, printer } = till;
    await sell('sale-0001');
    const made = await service.zReport({ supervisor: SUPERVISOR });
    if (made.kind !== 'report') throw new Error(made.rule);
    expect(made.report).toMatchObject({ reportId: 'Z-000001', printed: true });
    const original = printer.papers.at(-1);
    const first = await service.reprintReport({ reportId: 'Z-000001' });
    const again = await service.reprintReport({ reportId: 'Z-000001' });
    if (first.kind !== 'report' || again.kind !== 'report') throw new Error('no report');
    expect(escPos(again.receipt)).toBe(escPos(first.receipt));
    expect(printer.papers.at(-1)?.lines[0]?.trim()).toBe('重印 / COPY');
    expect(printer.papers.at(-1)?.lines.slice(2)).toEqual(original?.lines);
    const later = till.restart();
    const afterwards = await later.reprintReport({ reportId: 'Z-000001' });
    if (afterwards.kind !== 'report') throw new Error('no report');
    expect(escPos(afterwards.receipt)).toBe(escPos(first.receipt));
  });

  it('keeps the settlement receipt, prints it, and prints it again', async () => {
    const { service, printer } = till;
    const settled = await service.settle({ supervisor: SUPERVISOR });
    if (settled.kind !== 'settled') throw new Error(settled.kind);
    expect(settled.reportId).toBe('B-000001');
    const original = printer.papers.at(-1);
    expect(original?.lines.join('\n')).toContain('BALANCED');
    expect(await service.reprintReport({ reportId: 'B-000001' })).toMatchObject({
      kind: 'report',
      report: { kind: 'settlement', number: 1, printed: true },
    });
    expect(printer.papers.at(-1)?.lines.slice(2)).toEqual(original?.lines);
  });

  it('lists reports newest first and by kind, and X only to a supervisor', async () => {
    const { service, signOn } = till;
    await sell('sale-0001');
    await service.xReport({ supervisor: SUPERVISOR });
    await service.settle({ supervisor: SUPERVISOR });
    await service.zReport({ supervisor: SUPERVISOR });
    const ids = (kind?: 'z') =>
      service.listReports({ limit: 10, ...(kind ? { kind } : {}) }).map((each) => each.reportId);
    expect(ids()).toEqual(['Z-000001', 'B-000001']);
    expect(ids('z')).toEqual(['Z-000001']);
    expect(await service.reprintReport({ reportId: 'X-000001' })).toMatchObject({ rule: 'role-not-allowed' });
    await signOn('2001');
    expect(ids()).toEqual(['Z-000001', 'B-000001', 'X-000001']);
    expect(await service.reprintReport({ reportId: 'X-000009' })).toMatchObject({ rule: 'no-such-report' });
    await service.signOffOperator();
    expect(ids()).toEqual([]);
    expect(await service.reprintReport({ reportId: 'Z-000001' })).toMatchObject({ rule: 'no-operator' });
  });

  it('makes the report although the printer has no paper; it can be printed later', async () => {
    const { service, printer } = till;
    await sell('sale-0001');
    printer.takeOutPaper();
    expect(await service.zReport({ supervisor: SUPERVISOR })).toMatchObject({
      report: { reportId: 'Z-000001', printed: false },
    });
    printer.putInPaper();
    expect(await service.reprintReport({ reportId: 'Z-000001' })).toMatchObject({
      report: { printed: true },
    });
  });

  it('opens the drawer by the printer once a supervisor has agreed', async () => {
    const { service, printer } = till;
    const before = printer.papers.length;
    expect(await service.openDrawer({ reason: 'change' })).toMatchObject({ rule: 'supervisor-required' });
    expect(printer.papers).toHaveLength(before);
    expect(await service.openDrawer({ reason: 'change', supervisor: SUPERVISOR })).toEqual({
      kind: 'done',
      opened: true,
    });
    expect(printer.papers.at(-1)).toMatchObject({ barcodes: [], cuts: 0 });
    printer.takeOutPaper();
    expect(await service.openDrawer({ reason: 'change', supervisor: SUPERVISOR })).toMatchObject({
      opened: false,
    });
  });

  it('asks for a supervisor by a right password only', async () => {
    const supervisor = { ...SUPERVISOR, password: 'wrong' };
    expect(await till.service.zReport({ supervisor })).toMatchObject({ rule: 'wrong-password' });
    expect(await till.service.openDrawer({ reason: 'x', supervisor })).toMatchObject({
      rule: 'wrong-password',
    });
  });
});
