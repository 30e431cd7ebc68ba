import type { TillStatus } from '../../api/contract.ts';
import { isClosedAtHost, mayBeGivenUp } from '../../engine/flows/settlement.ts';
import { isBeingUndone } from '../../engine/flows/unprinted.ts';
import { unsent } from '../../engine/offline-rules.ts';
import { reversalsOwed, setAside, unprintedCount } from '../../engine/owed.ts';
import { openSales, paidMinor } from '../../engine/split.ts';
import { parametersOf, type StateView, terminalOf } from '../../engine/state.ts';
import { batchesToCheck, openShift } from '../../engine/takings.ts';
import type { DeviceStatus } from '../../ports/devices.ts';
import type { LinkStatus } from '../../ports/host-link.ts';
import type { UploadProgress } from '../sync.ts';
import type { SettlementStep } from '../terminal.ts';
import { purseStatus } from './purse-status.ts';
import { leftMinorOf } from './refund-plan-view.ts';

/** The status strip: from state, link and devices, computed anew each time. */
export function tillStatus(
  state: StateView,
  around: {
    readonly link: LinkStatus;
    readonly devices: readonly DeviceStatus[];
    readonly busy: boolean;
    readonly upload: UploadProgress | undefined;
    readonly settlementStep: SettlementStep | undefined;
    /** Absent at a till without a reader for chip cards. */
    readonly psamReady?: boolean;
    readonly demo: boolean;
  },
): TillStatus {
  const terminal = terminalOf(state);
  const parameters = parametersOf(state);
  const waiting = unsent(state);
  const reversals = reversalsOwed(state);
  const operator =
    terminal.operatorCode === undefined ? undefined : state.get('operators', terminal.operatorCode);
  const shift = openShift(state);
  const { link } = around;
  const lastRoundTripMs = link.roundTripsMs.at(-1);
  const upload = uploadOf(around);
  return {
    merchantNameZh: terminal.merchantNameZh,
    merchantNameEn: terminal.merchantNameEn,
    merchantId: terminal.merchantId,
    terminalId: terminal.terminalId,
    currency: terminal.currency,
    utcOffsetMinutes: terminal.utcOffsetMinutes,
    mode:
      link.state === 'down' ? 'offline' : link.state === 'degraded' || reversals > 0 ? 'unknown' : 'online',
    linkSinceMs: link.sinceMs,
    unsent: {
      count: waiting.count,
      amountMinor: waiting.amountMinor,
      ...(waiting.oldestAtMs === undefined ? {} : { oldestAtMs: waiting.oldestAtMs }),
    },
    offlineCap: {
      usedMinor: waiting.amountMinor,
      maxMinor: parameters.offlineUnsentMaxMinor,
      usedCount: waiting.count,
      maxCount: parameters.offlineUnsentMaxCount,
    },
    reversalsOwed: reversals,
    openRefunds: [...state.live('refundPlans')].map((plan) => ({
      refundId: plan.refundId,
      saleId: plan.saleId,
      amountMinor: plan.amountMinor,
      leftMinor: leftMinorOf(plan),
    })),
    openSales: openSales(state).map((sale) => ({
      saleId: sale.saleId,
      state: sale.split.state === 'cancelling' ? 'cancelling' : 'open',
      totalMinor: sale.amountMinor,
      paidMinor: paidMinor(state, sale),
    })),
    rejectedCount: setAside(state).length,
    unprintedCount: unprintedCount(state),
    undoingCount: [...state.live('transactions')].filter(isBeingUndone).length,
    settling: terminal.settlement !== undefined,
    canGiveUpSettlement: terminal.settlement !== undefined && mayBeGivenUp(terminal.settlement),
    batchClosedByHost: isClosedAtHost(state),
    batchesToCheck: batchesToCheck(state).map(({ reportId, atMs, toCheck }) => ({
      reportId,
      atMs,
      batchNumber: toCheck.batchNumber,
      ...toCheck.totals,
    })),
    busy: around.busy,
    devices: [...around.devices],
    demo: around.demo,
    ...(around.psamReady === undefined ? {} : { purse: purseStatus(state, around.psamReady) }),
    ...(upload === undefined ? {} : { upload }),
    training: terminal.training !== undefined,
    shiftRequired: parameters.shiftRequired !== 0,
    ...(shift
      ? {
          shift: {
            shiftNumber: shift.shiftNumber,
            operatorCode: shift.operatorCode,
            openedAtMs: shift.openedAtMs,
            floatMinor: shift.floatMinor,
          },
        }
      : {}),
    ...(lastRoundTripMs === undefined ? {} : { lastRoundTripMs }),
    ...(link.lastError === undefined ? {} : { linkError: link.lastError }),
    ...(operator
      ? { operator: { operatorCode: operator.operatorCode, name: operator.name, role: operator.role } }
      : {}),
    ...(terminal.signedOnAtMs === undefined || terminal.signOnNeeded
      ? {}
      : { signedOnAtMs: terminal.signedOnAtMs }),
    ...(terminal.batchNumber === undefined ? {} : { batchNumber: terminal.batchNumber }),
    ...(terminal.parametersVersion === undefined ? {} : { parametersVersion: terminal.parametersVersion }),
    ...(terminal.parametersAtMs === undefined ? {} : { parametersAtMs: terminal.parametersAtMs }),
    ...(terminal.hotlistVersion === undefined ? {} : { hotlistVersion: terminal.hotlistVersion }),
    ...(terminal.hotlistAtMs === undefined ? {} : { hotlistAtMs: terminal.hotlistAtMs }),
    ...(terminal.signedOnAtMs === undefined ? {} : { hostClockOffsetMs: terminal.hostClockOffsetMs }),
  };
}

/** The settlement's own messages come after everything that was owed. */
function uploadOf({
  settlementStep,
  upload,
}: {
  readonly upload: UploadProgress | undefined;
  readonly settlementStep: SettlementStep | undefined;
}): TillStatus['upload'] {
  if (settlementStep?.kind === 'settlement') return { step: 'totals', done: 0, total: 1 };
  if (settlementStep) return { step: 'batch-upload', done: settlementStep.part, total: settlementStep.parts };
  return upload;
}
