import type { TillService } from '../../api/service.ts';
import { refusal } from '../../engine/refusals.ts';
import { type StateView, terminalOf } from '../../engine/state.ts';
import { openShift } from '../../engine/takings.ts';
import { batchTotals, cashTotals } from '../../engine/totals.ts';
import { whyNotCall } from './may-call.ts';
import { printReport } from './print-report.ts';
import { settleBatch } from './settle-batch.ts';
import { doneOr, type TillDesk } from './till-desk.ts';
import type { TillPorts } from './till-ports.ts';

/** What a till tells of its takings that nobody has signed on to, or that has only begun to practise. */
export const NO_TAKINGS = {
  debitCount: 0,
  debitMinor: 0,
  creditCount: 0,
  creditMinor: 0,
  cashCount: 0,
  cashMinor: 0,
  cashBackCount: 0,
  cashBackMinor: 0,
} as const;

/** The terminal's day: operators, sign-on, upload, totals, settlement. */
export function dayCalls(
  ports: TillPorts,
  desk: TillDesk,
): Pick<
  TillService,
  | 'signOnOperator'
  | 'signOffOperator'
  | 'signOnTerminal'
  | 'uploadNow'
  | 'totals'
  | 'settle'
  | 'abandonSettlement'
  | 'checkBatch'
> {
  const { terminal, sync } = ports;
  const { alone, approval, matches } = desk;
  return {
    async signOnOperator(input) {
      // A card swiped into the field, say: it is no operator code, and it goes no further.
      if (!/^\d{2,8}$/.test(input.operatorCode)) return refusal('wrong-password');
      const reply = await terminal.run({
        kind: 'operator-sign-on',
        operatorCode: input.operatorCode,
        passwordMatches: await matches(input),
      });
      if (reply.kind === 'refused') return reply;
      const operator = terminal.state.get('operators', input.operatorCode);
      if (!operator) throw new Error('An operator signed on who does not exist');
      const { operatorCode, name, role } = operator;
      return { kind: 'signed-on', operator: { operatorCode, name, role } };
    },
    async signOffOperator() {
      return doneOr(await terminal.run({ kind: 'operator-sign-off' }));
    },

    async signOnTerminal() {
      return whyNotCall(terminal.state, 'terminal-sign-on') ?? doneOr(await sync.signOn());
    },
    async uploadNow() {
      return whyNotCall(terminal.state, 'upload-now') ?? { kind: 'done', ...(await sync.now()) };
    },
    totals() {
      if (whyNotCall(terminal.state, 'see-transactions')) return NO_TAKINGS;
      const { batchNumber } = terminalOf(terminal.state);
      return {
        ...batchTotals(terminal.state),
        ...(isCountBlind(terminal.state) ? {} : cashTotals(terminal.state)),
        ...(batchNumber === undefined ? {} : { batchNumber }),
      };
    },
    async settle(input) {
      const given = await approval(input.supervisor);
      return alone('settle', async () => {
        const result = await settleBatch(ports, given);
        const report = result.kind === 'settled' ? terminal.state.get('reports', result.reportId) : undefined;
        if (report) await printReport(ports, report, 'original');
        // Not before the answer is on its way: nobody waits for it.
        if (result.kind === 'settled') void ports.clock.sleep(0).then(() => ports.afterSettlement?.());
        return result;
      });
    },
    async checkBatch({ reportId, note, supervisor }) {
      const refused = whyNotCall(terminal.state, 'workbench');
      if (refused) return refused;
      const given = await approval(supervisor);
      return doneOr(await terminal.run({ kind: 'check-batch', reportId, note, ...given }));
    },
    async abandonSettlement(input) {
      const given = await approval(input.supervisor);
      return alone('abandon settlement', async () =>
        doneOr(await terminal.run({ kind: 'abandon-settlement', ...given })),
      );
    },
  };
}

/** What a cashier who is about to count the drawer must not be told. */
function isCountBlind(state: StateView): boolean {
  const { operatorCode } = terminalOf(state);
  const role = operatorCode === undefined ? undefined : state.get('operators', operatorCode)?.role;
  return openShift(state) !== undefined && role !== 'supervisor';
}
