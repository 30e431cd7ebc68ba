import { implement } from '@orpc/server';
import {
  contract,
  type Refusal,
  type ReportView,
  type TillStatus,
} from '../../../terminal-core/api/contract.ts';
import type { FakeSupervisor } from './fake-office.ts';
import { refusal } from './fake-payments.ts';
import { fakeShiftReceipt, fakeZReceipt } from './fake-receipt.ts';

const FLOAT_MINOR = 50_000;
/** What the drawer of every fake shift should hold beside its float. */
const TAKEN_MINOR = 21_600;

const NO_OPEN_SHIFT = refusal(
  'no-open-shift',
  '没有打开的班次。',
  'No shift is open.',
  '请先开班。',
  'Open a shift first.',
);

function report(kind: ReportView['kind'], reportId: string): ReportView {
  return { reportId, kind, number: 12, atMs: Date.now(), operatorCode: '1001', printed: true };
}

const Z = report('z', 'Z-000012');
const SHIFT = report('shift', 'S-000012');

/** Shifts and reports that obey: one open shift in the status, and a report for whoever asks. */
export function fakeShifts(core: {
  readonly status: () => TillStatus;
  readonly set: (change: Partial<TillStatus>) => void;
  /** What stands in the way: nobody has agreed, or with a wrong password. */
  readonly notAgreed: (supervisor: FakeSupervisor | undefined) => Refusal | undefined;
  /** What the screens asked for, in order. */
  readonly log: (asked: string) => void;
}) {
  const os = implement(contract);
  return {
    shift: {
      open: os.shift.open.handler(({ input }) => {
        const operatorCode = core.status().operator?.operatorCode ?? '1001';
        const shift = { shiftNumber: 12, operatorCode, openedAtMs: Date.now(), ...input };
        core.set({ shift });
        return { kind: 'opened', shift };
      }),
      moveCash: os.shift.moveCash.handler(({ input }) => {
        if (!core.status().shift) return NO_OPEN_SHIFT;
        const refused = core.notAgreed(input.supervisor);
        if (!refused) core.log(`${input.movement} ${input.amountMinor} ${input.reason}`);
        return refused ?? { kind: 'done' };
      }),
      openDrawer: os.shift.openDrawer.handler(({ input }) => {
        const refused = core.notAgreed(input.supervisor);
        if (!refused) core.log(`drawer ${input.reason}`);
        return refused ?? { kind: 'done', opened: true };
      }),
      close: os.shift.close.handler(({ input }) => {
        const { shift } = core.status();
        if (!shift) return NO_OPEN_SHIFT;
        const refused = core.notAgreed(input.supervisor);
        if (refused) return refused;
        core.log(`count ${JSON.stringify(input.denominations)}`);
        core.set({ shift: undefined });
        const { countedMinor } = input;
        const expectedMinor = shift.floatMinor + TAKEN_MINOR;
        return {
          kind: 'closed',
          shiftNumber: shift.shiftNumber,
          expectedMinor,
          countedMinor,
          differenceMinor: countedMinor - expectedMinor,
          report: SHIFT,
          receipt: fakeShiftReceipt({ floatMinor: shift.floatMinor, countedMinor, expectedMinor }),
        };
      }),
    },
    reports: {
      x: os.reports.x.handler(({ input }) => {
        const receipt = fakeZReceipt('x-report');
        return (
          core.notAgreed(input.supervisor) ?? { kind: 'report', report: report('x', 'X-000012'), receipt }
        );
      }),
      z: os.reports.z.handler(({ input }) => {
        const receipt = fakeZReceipt('z-report');
        return core.notAgreed(input.supervisor) ?? { kind: 'report', report: Z, receipt };
      }),
      list: os.reports.list.handler(({ input }) =>
        [Z, SHIFT, report('settlement', 'B-000012')]
          .filter(({ kind }) => input.kind === undefined || input.kind === kind)
          .slice(0, input.limit),
      ),
      reprint: os.reports.reprint.handler(({ input }) =>
        input.reportId === SHIFT.reportId
          ? {
              kind: 'report',
              report: SHIFT,
              receipt: fakeShiftReceipt({
                floatMinor: FLOAT_MINOR,
                countedMinor: FLOAT_MINOR + TAKEN_MINOR,
                expectedMinor: FLOAT_MINOR + TAKEN_MINOR,
              }),
            }
          : { kind: 'report', report: Z, receipt: fakeZReceipt('z-report') },
      ),
    },
  };
}
