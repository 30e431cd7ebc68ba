import type { ReportResult, ReportView } from '../../api/contract.ts';
import type { TillService } from '../../api/service.ts';
import { amountMinor } from '../../domain/money.ts';
import type { Reply } from '../../engine/inputs.ts';
import { type Refusal, refusal } from '../../engine/refusals.ts';
import { openShift, type ReportDoc } from '../../engine/takings.ts';
import { DRAWER_PULSE } from '../../receipts/index.ts';
import { whyNotCall } from './may-call.ts';
import { printReport } from './print-report.ts';
import { doneOr, type TillDesk } from './till-desk.ts';
import type { TillPorts } from './till-ports.ts';
import { receiptView } from './views.ts';

/** Operator shifts, the drawer, and every report on paper. */
export function shiftCalls(
  ports: TillPorts,
  desk: TillDesk,
): Pick<
  TillService,
  | 'openShift'
  | 'moveCash'
  | 'openDrawer'
  | 'closeShift'
  | 'xReport'
  | 'zReport'
  | 'listReports'
  | 'reprintReport'
> {
  const { terminal, journal, devices } = ports;
  const { alone, approval } = desk;

  async function made(reply: Reply): Promise<{ readonly report: ReportDoc } | Refusal> {
    if (reply.kind === 'refused') return reply;
    const report = reply.kind === 'report' ? terminal.state.get('reports', reply.reportId) : undefined;
    if (!report) throw new Error(`A report cannot end as ${reply.kind}`);
    await printReport(ports, report, 'original');
    return { report };
  }

  async function reportOf(reply: Reply): Promise<ReportResult> {
    const result = await made(reply);
    if (!('report' in result)) return result;
    return { kind: 'report', ...shown(result.report, 'original') };
  }

  return {
    async openShift(input) {
      const reply = await terminal.run({ kind: 'open-shift', floatMinor: amountMinor(input.floatMinor) });
      if (reply.kind === 'refused') return reply;
      const shift = openShift(terminal.state);
      if (!shift) throw new Error('A shift was opened that does not exist');
      const { shiftNumber, operatorCode, openedAtMs, floatMinor } = shift;
      return { kind: 'opened', shift: { shiftNumber, operatorCode, openedAtMs, floatMinor } };
    },
    async moveCash({ supervisor, movementId, movement, amountMinor: minor, reason }) {
      const given = await approval(supervisor);
      return doneOr(
        await terminal.run({
          kind: 'move-cash',
          movementId,
          movement,
          amountMinor: amountMinor(minor),
          reason,
          ...given,
        }),
      );
    },
    async openDrawer({ supervisor, reason }) {
      const given = await approval(supervisor);
      const reply = await terminal.run({ kind: 'open-drawer', reason, ...given });
      if (reply.kind === 'refused') return reply;
      const pulsed = await devices.printer?.print(DRAWER_PULSE);
      return { kind: 'done', opened: pulsed?.kind === 'printed' };
    },
    async closeShift({ supervisor, countedMinor, denominations }) {
      const given = await approval(supervisor);
      return alone('close shift', async () => {
        const counted = denominations?.map(({ valueMinor, count }) => ({
          valueMinor: amountMinor(valueMinor),
          count,
        }));
        const result = await made(
          await terminal.run({
            kind: 'close-shift',
            countedMinor: amountMinor(countedMinor),
            ...(counted ? { denominations: counted } : {}),
            ...given,
          }),
        );
        if (!('report' in result)) return result;
        const { report } = result;
        const closed = terminal.state.get('shifts', String(report.number))?.closed;
        if (!closed) throw new Error('A shift was closed that is still open');
        const { expectedMinor } = closed;
        return {
          kind: 'closed' as const,
          shiftNumber: report.number,
          expectedMinor,
          countedMinor,
          differenceMinor: countedMinor - expectedMinor,
          ...shown(report, 'original'),
        };
      });
    },
    async xReport({ supervisor }) {
      const given = await approval(supervisor);
      return alone('x report', async () => reportOf(await terminal.run({ kind: 'x-report', ...given })));
    },
    async zReport({ supervisor }) {
      const given = await approval(supervisor);
      return alone('z report', async () => reportOf(await terminal.run({ kind: 'z-report', ...given })));
    },
    listReports({ kind, limit }) {
      if (whyNotCall(terminal.state, 'see-reports')) return [];
      return journal
        .list('reports', { limit, ...(kind === undefined ? {} : { search: kind }) })
        .map(({ doc }) => doc as unknown as ReportDoc)
        .filter((report) => whyNotSee(report.kind) === undefined)
        .map(reportView);
    },
    async reprintReport({ reportId }) {
      const report = terminal.state.get('reports', reportId);
      const refused = whyNotSee(report?.kind);
      if (refused) return refused;
      if (!report) return refusal('no-such-report');
      await printReport(ports, report, 'copy');
      return { kind: 'report', ...shown(report, 'copy') };
    },
  };

  function whyNotSee(kind: ReportDoc['kind'] | undefined): Refusal | undefined {
    return whyNotCall(terminal.state, kind === 'x' ? 'see-x-reports' : 'see-reports');
  }

  function shown(report: ReportDoc, copy: 'original' | 'copy') {
    // Whether it came out is known only after it was made.
    const now = terminal.state.get('reports', report.reportId) ?? report;
    return { report: reportView(now), receipt: receiptView(report.receipt, copy) };
  }
}

function reportView(doc: ReportDoc): ReportView {
  const { reportId, kind, number, atMs, operatorCode } = doc;
  return { reportId, kind, number, atMs, operatorCode, printed: doc.printed === true };
}
