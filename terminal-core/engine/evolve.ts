import type { IssuerKeyList } from '../domain/certificate.ts';
import { stanAfter } from '../domain/identifiers.ts';
import { unreachable } from '../domain/unreachable.ts';
import type { Change } from '../ports/journal.ts';
import { closeClaim, heedHotlist } from './changes/blocked-cards.ts';
import { servedCard } from './changes/card-desk.ts';
import {
  certificateChange,
  dropCertificate,
  spendCertificate,
  spoilsCertificate,
} from './changes/certificates.ts';
import { inFirstBatch, placedAnew } from './changes/placement.ts';
import { evolvePurse, toldHost } from './changes/purse.ts';
import { refundPlanned, refundPlansAfter, refundWithdrawn } from './changes/refund-plans.ts';
import { settlementChanges } from './changes/settlement.ts';
import { splitSalesAfter } from './changes/split-sales.ts';
import {
  batchChecked,
  cashMoved,
  drawerOpened,
  numbersSkipped,
  reportMade,
  reportPrinted,
  shiftClosed,
  shiftOpened,
  tallyChanges,
} from './changes/takings.ts';
import {
  freeOriginal,
  latestAfter,
  newTxn,
  pendOriginal,
  settleOriginal,
  txnChange,
  txnOf,
} from './changes/transactions.ts';
import { benchChanges } from './changes/workbench.ts';
import type { PlacedEvent } from './events.ts';
import { put, type StateView, type TerminalDoc, terminalOf } from './state.ts';
import { nextState } from './transitions.ts';

/**
 * What an event changes. The one place that knows; memory and database apply the same list, so neither can drift, and
 * the projections can be rebuilt from the journal alone.
 */
export function evolve(state: StateView, placed: PlacedEvent): Change[] {
  const own = changesOf(state, placed);
  // A part that is withdrawn frees its tender, so the sales are looked at after the plans.
  const changes = [...own, ...refundPlansAfter(state, own)];
  return [...changes, ...tallyChanges(state, changes), ...splitSalesAfter(state, changes)];
}

function changesOf(state: StateView, placed: PlacedEvent): Change[] {
  const { event, seq, atMs } = placed;
  const terminal = (fields: Partial<TerminalDoc>): Change =>
    put('terminal', 'terminal', { ...terminalOf(state), ...fields });

  switch (event.kind) {
    case 'terminal-provisioned': {
      const before = state.get('terminal', 'terminal');
      const fresh = { txnCount: 0, signOnNeeded: true, hostClockOffsetMs: 0, parameters: {} };
      return [put('terminal', 'terminal', { ...(before ?? fresh), ...event.identity })];
    }
    case 'operator-added': {
      const { operatorCode, name, role, passwordHash } = event;
      return [
        put('operators', operatorCode, {
          operatorCode,
          name,
          role,
          passwordHash,
          failures: 0,
          lockedUntilMs: 0,
        }),
      ];
    }
    case 'operator-signed-on':
      return [
        terminal({ operatorCode: event.operatorCode }),
        ...operatorChange(state, event.operatorCode, { failures: 0, lockedUntilMs: 0 }),
      ];
    case 'operator-sign-on-failed': {
      const failures = (state.get('operators', event.operatorCode)?.failures ?? 0) + 1;
      return operatorChange(state, event.operatorCode, { failures, lockedUntilMs: event.lockedUntilMs });
    }
    case 'operator-signed-off': {
      const { operatorCode: _gone, ...rest } = terminalOf(state);
      return [put('terminal', 'terminal', rest)];
    }
    case 'supervisor-approved':
      return operatorChange(state, event.operatorCode, { failures: 0, lockedUntilMs: 0 });
    case 'stan-taken':
      return [terminal({ lastStan: event.stan })];
    case 'terminal-signed-on': {
      const { batchNumber, hostBatchNumber, hostClockOffsetMs, keySetId } = event;
      const { hostBatchNumber: _before, ...rest } = terminalOf(state);
      return [
        put('terminal', 'terminal', {
          ...rest,
          keySetId,
          batchNumber,
          ...(hostBatchNumber === undefined ? {} : { hostBatchNumber }),
          hostClockOffsetMs,
          signedOnAtMs: atMs,
          latestAtMs: latestAfter(rest, atMs),
          signOnNeeded: false,
        }),
      ];
    }
    case 'sign-on-asked':
      return [terminal({ signOnNeeded: true })];
    case 'terminal-sign-on-failed':
    case 'journal-archived':
    case 'refused':
      return [];
    case 'journal-restored': {
      // What is left may end before the terminal was provisioned.
      if (!state.get('terminal', 'terminal')) return [];
      const { lastStan, txnCount } = terminalOf(state);
      return [
        terminal({
          txnCount: txnCount + event.skipped,
          ...(lastStan === undefined ? {} : { lastStan: stanAfter(lastStan, event.skipped) }),
          // The batch may have been closed in what is lost; the host says which one is open.
          signOnNeeded: true,
          exportCount: (terminalOf(state).exportCount ?? 0) + event.skipped,
        }),
        numbersSkipped(state, event.skipped),
      ];
    }
    case 'parameters-received':
      return [
        terminal({
          parameters: event.parameters,
          parametersVersion: event.version,
          parametersAtMs: event.issuedAtMs,
          ...(event.issuers ? { issuers: issuersAfter(terminalOf(state).issuers, event.issuers) } : {}),
        }),
        ...event.certificates.flatMap((each) => certificateChange(state, each)),
      ];
    case 'hotlist-received':
      return [
        terminal({ hotlistVersion: event.version, hotlistAtMs: event.issuedAtMs }),
        put('hotlist', 'hotlist', { panHashes: event.panHashes }),
        ...heedHotlist(state, event.panHashes),
      ];
    case 'transaction-sent':
      return [...newTxn(state, event.txn, seq), ...pendOriginal(state, event.txn)];
    case 'cash-sale-completed':
      return newTxn(state, event.txn);
    case 'cash-handed-back':
      return [...newTxn(state, event.txn), ...settleOriginal(state, event.txn)];
    case 'offline-sale-accepted':
      return [...newTxn(state, event.txn, seq), ...spendCertificate(state, event.txn)];
    case 'transaction-approved': {
      const { txnId, rrn, authCode, responseCode, balanceMinor, approvedMinor, receipt } = event;
      const txn = txnOf(state, txnId);
      return [
        ...txnChange(txn, nextState(txn.kind, txn.state, event.kind), {
          responseCode,
          receipt,
          ...(rrn === undefined ? {} : { rrn }),
          ...(authCode === undefined ? {} : { authCode }),
          ...(balanceMinor === undefined ? {} : { balanceMinor }),
          ...(approvedMinor === undefined ? {} : { amountMinor: approvedMinor, askedMinor: txn.amountMinor }),
        }),
        ...settleOriginal(state, txn),
        ...servedCard(state, txn),
        ...(event.certificate ? certificateChange(state, event.certificate) : []),
      ];
    }
    case 'card-inquired':
      return [terminal({ lastStan: event.stan })];
    case 'inquiry-answered': {
      const { certificate, panHash, responseCode } = event;
      if (certificate) return certificateChange(state, certificate);
      return spoilsCertificate(responseCode) ? dropCertificate(state, panHash) : [];
    }
    case 'transaction-declined': {
      const txn = txnOf(state, event.txnId);
      const to = nextState(txn.kind, txn.state, event.kind);
      return [
        ...txnChange(txn, to, { responseCode: event.responseCode }),
        ...freeOriginal(state, txn),
        ...(spoilsCertificate(event.responseCode) ? dropCertificate(state, txn.panHash) : []),
      ];
    }
    case 'transaction-not-sent': {
      const txn = txnOf(state, event.txnId);
      return [...txnChange(txn, nextState(txn.kind, txn.state, event.kind), {}), ...freeOriginal(state, txn)];
    }
    case 'outcome-unknown': {
      const txn = txnOf(state, event.txnId);
      const to = nextState(txn.kind, txn.state, event.kind);
      return txnChange(txn, to, {
        ...(txn.kind === 'refund' || txn.kind === 'load' ? {} : { reversalReason: event.reason }),
        ...(event.receipt === undefined ? {} : { receipt: event.receipt }),
      });
    }
    case 'reversal-answered': {
      const txn = txnOf(state, event.txnId);
      const to = nextState(txn.kind, txn.state, event.kind);
      const { responseCode, receipt } = event;
      return [...txnChange(txn, to, { responseCode, receipt }), ...freeOriginal(state, txn)];
    }
    case 'reversal-refused': {
      const txn = txnOf(state, event.txnId);
      const to = nextState(txn.kind, txn.state, event.kind);
      // What it names stays taken: nobody knows yet what became of it.
      return txnChange(txn, to, { responseCode: event.responseCode });
    }
    case 'delivery-failed': {
      const txn = txnOf(state, event.txnId);
      return txnChange(txn, txn.state, { deliveryFailures: (txn.deliveryFailures ?? 0) + 1 });
    }
    case 'advice-placed-anew':
      return placedAnew(state, event);
    case 'delivery-set-aside': {
      const txn = txnOf(state, event.txnId);
      const to = nextState(txn.kind, txn.state, event.kind);
      return txnChange(txn, to, { setAsideBecause: event.fault });
    }
    case 'card-blocked-here':
    case 'card-unblocked-here':
    case 'claim-to-be-collected':
    case 'claim-slip-made':
    case 'claim-written-off':
    case 'load-cash-given-back':
    case 'tender-returned-otherwise':
    case 'record-checked':
    case 'delivery-asked-again':
    case 'host-said-stands':
    case 'host-said-undone':
      return benchChanges(state, event, atMs);
    case 'advice-delivered':
    case 'advice-rejected': {
      const txn = txnOf(state, event.txnId);
      const rrn = event.kind === 'advice-delivered' && event.rrn !== undefined ? { rrn: event.rrn } : {};
      const to = nextState(txn.kind, txn.state, event.kind);
      return txnChange(txn, to, {
        responseCode: event.responseCode,
        ...rrn,
        ...toldHost(txn, event.kind),
        ...inFirstBatch(txn, event.responseCode),
      });
    }
    case 'purse-debit-started':
    case 'purse-debited':
    case 'purse-approved':
    case 'purse-suspected':
    case 'purse-declined':
    case 'purse-doubted':
    case 'purse-recovered':
    case 'purse-moved-without-tac':
    case 'purse-not-debited':
    case 'purse-unresolved':
    case 'purse-other-tender':
    case 'purse-load-sent':
    case 'purse-load-authorised':
    case 'purse-credited':
    case 'purse-uncredited':
    case 'purse-not-credited':
    case 'purse-proof-refused':
      return evolvePurse(state, event);
    case 'sale-cancelling': {
      const { kind: _kind, saleId, ...cancelledBy } = event;
      const sale = state.get('sales', saleId);
      if (!sale?.split) throw new Error(`${saleId} has no tenders to cancel`);
      const split = { ...sale.split, state: 'cancelling', cancelledBy } as const;
      return [put('sales', saleId, { ...sale, split })];
    }
    case 'refund-planned':
      return refundPlanned(state, event);
    case 'refund-withdrawn':
      return refundWithdrawn(state, event);
    case 'claim-dropped': {
      const txn = txnOf(state, event.txnId);
      return [...txnChange(txn, nextState(txn.kind, txn.state, event.kind), {}), ...closeClaim(state, txn)];
    }
    case 'settlement-started':
    case 'settlement-compared':
    case 'upload-refused':
    case 'upload-record-without-card':
    case 'upload-ending':
    case 'settlement-repeated':
    case 'settlement-refused':
    case 'settlement-abandoned':
    case 'batch-closed':
      return settlementChanges(state, event, atMs);
    case 'batch-exported':
      return [terminal({ exportCount: event.exportNumber })];
    case 'receipt-printed': {
      const txn = state.get('transactions', event.txnId);
      if (!txn || (txn.receiptPrinted && txn.unprinted === undefined)) return [];
      const { unprinted: _printed, ...rest } = txn;
      return txnChange(rest, txn.state, { receiptPrinted: true });
    }
    case 'receipt-not-printed': {
      const txn = txnOf(state, event.txnId);
      return txnChange(txn, txn.state, { unprinted: event.paper });
    }
    case 'receipt-print-begun': {
      const txn = txnOf(state, event.txnId);
      return txnChange(txn, txn.state, { printBegun: true });
    }
    case 'sale-undo-begun': {
      const txn = txnOf(state, event.txnId);
      return txnChange(txn, txn.state, { unprintedUndo: 'under-way' });
    }
    case 'sale-undo-ended': {
      const txn = txnOf(state, event.txnId);
      return txnChange(txn, txn.state, { unprintedUndo: 'stands', unprintedUndoRefusedBy: event.because });
    }
    case 'training-entered':
      return [terminal({ training: { operatorCode: event.operatorCode, sinceMs: atMs } })];
    case 'training-left': {
      const { training: _over, ...rest } = terminalOf(state);
      return [put('terminal', 'terminal', rest)];
    }
    case 'shift-opened':
      return shiftOpened(state, event, atMs);
    case 'cash-moved':
      return cashMoved(state, event);
    case 'drawer-opened':
      return drawerOpened(state);
    case 'shift-closed':
      return shiftClosed(state, event, atMs);
    case 'x-report-made':
    case 'z-report-made':
      return reportMade(state, event, atMs);
    case 'batch-checked':
      return batchChecked(state, event);
    case 'report-printed':
      return reportPrinted(state, event.reportId);
    default:
      return unreachable(event);
  }
}

/** Who holds a stolen key could sign that it is good again: what was revoked once stays so. */
function issuersAfter(before: IssuerKeyList | undefined, said: IssuerKeyList): IssuerKeyList {
  const revokedKeyIds = [...new Set([...(before?.revokedKeyIds ?? []), ...said.revokedKeyIds])];
  return { keys: said.keys, revokedKeyIds };
}

function operatorChange(
  state: StateView,
  operatorCode: string,
  fields: { readonly failures: number; readonly lockedUntilMs: number },
): Change[] {
  const operator = state.get('operators', operatorCode);
  return operator ? [put('operators', operatorCode, { ...operator, ...fields })] : [];
}
