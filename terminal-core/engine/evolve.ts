import { amountMinor, ZERO } from '../domain/money.ts';
import { unreachable } from '../domain/unreachable.ts';
import { responseCode } from '../iso8583/index.ts';
import type { Change } from '../ports/journal.ts';
import type { NewTxn, PlacedEvent, SignedCertificate } from './events.ts';
import { isHold, isHoldExpired } from './holds.ts';
import { put, type StateView, type TerminalDoc, type Txn, terminalOf } from './state.ts';
import { nextState } from './transitions.ts';

/**
 * What an event changes. The one place that knows; memory and database apply the same list, so neither can drift, and
 * the projections can be rebuilt from the journal alone.
 */
export function evolve(state: StateView, placed: PlacedEvent): Change[] {
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
    case 'terminal-signed-on':
      return [
        terminal({
          keySetId: event.keySetId,
          batchNumber: event.batchNumber,
          hostClockOffsetMs: event.hostClockOffsetMs,
          signedOnAtMs: atMs,
          signOnNeeded: false,
        }),
      ];
    case 'sign-on-asked':
      return [terminal({ signOnNeeded: true })];
    case 'terminal-sign-on-failed':
    case 'refused':
      return [];
    case 'parameters-received':
      return [
        terminal({
          parameters: event.parameters,
          parametersVersion: event.version,
          parametersAtMs: event.issuedAtMs,
        }),
        ...event.certificates.flatMap((each) => certificateChange(state, each)),
      ];
    case 'hotlist-received':
      return [
        terminal({ hotlistVersion: event.version, hotlistAtMs: event.issuedAtMs }),
        put('hotlist', 'hotlist', { panHashes: event.panHashes }),
      ];
    case 'transaction-sent':
      return [...newTxn(state, event.txn, seq), ...pendOriginal(state, event.txn)];
    case 'cash-sale-completed':
      return newTxn(state, event.txn);
    case 'offline-sale-accepted':
      return [...newTxn(state, event.txn, seq), ...spendCertificate(state, event.txn)];
    case 'transaction-approved': {
      const { txnId, rrn, authCode, responseCode, balanceMinor, receipt } = event;
      const txn = txnOf(state, txnId);
      return [
        ...txnChange(txn, nextState(txn.kind, txn.state, event.kind), {
          responseCode,
          receipt,
          ...(rrn === undefined ? {} : { rrn }),
          ...(authCode === undefined ? {} : { authCode }),
          ...(balanceMinor === undefined ? {} : { balanceMinor }),
        }),
        ...settleOriginal(state, txn),
        ...(event.certificate ? certificateChange(state, event.certificate) : []),
      ];
    }
    case 'transaction-declined': {
      const txn = txnOf(state, event.txnId);
      const to = nextState(txn.kind, txn.state, event.kind);
      return [
        ...txnChange(txn, to, { responseCode: event.responseCode }),
        ...freeOriginal(state, txn),
        ...(spoilsCertificate(event.responseCode) ? dropCertificate(state, txn) : []),
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
        ...(txn.kind === 'refund' ? {} : { reversalReason: event.reason }),
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
      return [
        ...txnChange(txn, to, { responseCode: event.responseCode, reversalRefused: true }),
        ...freeOriginal(state, txn),
      ];
    }
    case 'advice-delivered':
    case 'advice-rejected': {
      const txn = txnOf(state, event.txnId);
      const rrn = event.kind === 'advice-delivered' && event.rrn !== undefined ? { rrn: event.rrn } : {};
      const to = nextState(txn.kind, txn.state, event.kind);
      return txnChange(txn, to, { responseCode: event.responseCode, ...rrn });
    }
    case 'settlement-started':
      return [
        terminal({
          lastStan: event.stan,
          settlement: {
            stan: event.stan,
            totals: event.totals,
            phase: 'comparing',
            startedAtMs: atMs,
            unansweredTries: 1,
          },
        }),
      ];
    case 'settlement-compared': {
      const before = terminalOf(state).settlement;
      if (!before) throw new Error('A settlement was compared that was never started');
      return [terminal({ settlement: { ...before, result: event.result, phase: 'uploading' } })];
    }
    case 'settlement-repeated':
    case 'settlement-refused': {
      const before = terminalOf(state).settlement;
      if (!before) throw new Error(`${event.kind} without a settlement`);
      return [
        terminal({ settlement: { ...before, unansweredTries: triesAfter(before.unansweredTries, event) } }),
      ];
    }
    case 'settlement-abandoned': {
      const { settlement: _given, ...rest } = terminalOf(state);
      return [put('terminal', 'terminal', rest)];
    }
    case 'batch-closed': {
      const { settlement: _done, ...rest } = terminalOf(state);
      return [
        put('terminal', 'terminal', { ...rest, batchNumber: event.nextBatchNumber, signOnNeeded: true }),
        ...[...state.live('transactions')]
          .filter(
            (txn) =>
              txn.batchNumber === event.batchNumber ||
              txn.kind === 'cash-sale' ||
              txn.kind === 'pre-authorisation',
          )
          .flatMap((txn) =>
            isHold(txn) && !isHoldExpired(state, txn, atMs)
              ? carryOver(txn)
              : txnChange({ ...txn, settled: true }, txn.state, {}),
          ),
      ];
    }
    case 'receipt-printed': {
      const txn = state.get('transactions', event.txnId);
      return txn && !txn.receiptPrinted ? txnChange(txn, txn.state, { receiptPrinted: true }) : [];
    }
    default:
      return unreachable(event);
  }
}

function txnOf(state: StateView, txnId: string): Txn {
  const txn = state.get('transactions', txnId);
  if (!txn) throw new Error(`No transaction ${txnId}`);
  return txn;
}

function newTxn(state: StateView, txn: NewTxn, secretSeq?: number): Change[] {
  const doc: Txn = secretSeq === undefined ? txn : { ...txn, secretSeq };
  const before = terminalOf(state);
  return [
    put('terminal', 'terminal', {
      ...before,
      txnCount: before.txnCount + 1,
      ...(txn.stan === undefined ? {} : { lastStan: txn.stan }),
    }),
    ...txnChange(doc, txn.state, {}),
    ...(txn.saleId === undefined
      ? []
      : [
          put(
            'sales',
            txn.saleId,
            { saleId: txn.saleId, txnId: txn.txnId, amountMinor: txn.amountMinor },
            { live: false },
          ),
        ]),
  ];
}

/** A transaction stays in memory while anything can still happen to it without somebody asking for it. */
function txnChange(txn: Txn, state: Txn['state'], fields: Partial<Txn>): Change[] {
  const doc: Txn = { ...txn, ...fields, state };
  const owed =
    state === 'sending' || state === 'unknown' || state === 'accepted-offline' || state === 'rejected';
  const terms = [doc.txnId, doc.stan, doc.rrn, doc.maskedPan?.slice(-4), doc.batchNumber, doc.operatorCode];
  return [
    put('transactions', doc.txnId, doc, {
      live: owed || !doc.settled,
      terms: terms.filter((term) => term !== undefined).join(' '),
    }),
  ];
}

/** A hold outlives its batch. Nothing is sent under its keys any more, so they need not be kept for it. */
function carryOver(txn: Txn): Change[] {
  const { keySetId: _done, ...rest } = txn;
  return txnChange(rest, txn.state, {});
}

/** While a void, refund or completion is on its way its original takes no other. */
function pendOriginal(state: StateView, txn: NewTxn): Change[] {
  if (txn.originalTxnId === undefined) return [];
  const original = txnOf(state, txn.originalTxnId);
  return txnChange({ ...original, pendingTxnId: txn.txnId }, original.state, {});
}

function freeOriginal(state: StateView, txn: Txn): Change[] {
  if (txn.originalTxnId === undefined) return [];
  const { pendingTxnId: _free, ...original } = txnOf(state, txn.originalTxnId);
  return txnChange(original, original.state, {});
}

/** What an approved void, refund or completion does to the transaction that it names. */
function settleOriginal(state: StateView, txn: Txn): Change[] {
  if (txn.originalTxnId === undefined) return [];
  const { pendingTxnId: _free, ...original } = txnOf(state, txn.originalTxnId);
  if (txn.kind === 'completion') return txnChange(original, 'completed', {});
  if (txn.kind === 'void') return [...txnChange(original, 'voided', {}), ...holdAgain(state, original)];
  return txnChange(original, original.state, {
    refundedMinor: amountMinor(original.refundedMinor + txn.amountMinor),
  });
}

/** The void of a completion puts its amount back on hold: the pre-authorisation stands again. */
function holdAgain(state: StateView, voided: Txn): Change[] {
  if (voided.kind !== 'completion' || voided.originalTxnId === undefined) return [];
  return txnChange(txnOf(state, voided.originalTxnId), 'approved', {});
}

function operatorChange(
  state: StateView,
  operatorCode: string,
  fields: { readonly failures: number; readonly lockedUntilMs: number },
): Change[] {
  const operator = state.get('operators', operatorCode);
  return operator ? [put('operators', operatorCode, { ...operator, ...fields })] : [];
}

/**
 * A newer certificate replaces the older one. What this terminal accepted offline and has not delivered yet is not in
 * the host's balance, so it goes on counting against the new certificate.
 */
function certificateChange(state: StateView, signed: SignedCertificate): Change[] {
  const { certificate, base64 } = signed;
  const before = state.get('certificates', certificate.panHash);
  if (before && before.certificate.certificateNumber >= certificate.certificateNumber) return [];
  let spentMinor = 0;
  let spentCount = 0;
  for (const txn of state.live('transactions')) {
    if (txn.panHash === certificate.panHash && txn.state === 'accepted-offline') {
      spentMinor += txn.amountMinor;
      spentCount += 1;
    }
  }
  return [
    put('certificates', certificate.panHash, {
      panHash: certificate.panHash,
      certificate,
      certificateBase64: base64,
      spentMinor: amountMinor(spentMinor),
      spentCount,
    }),
  ];
}

/** Expired, lost or a card to be kept: what the host has just refused for good is not taken offline either. */
function spoilsCertificate(code: string): boolean {
  return responseCode(code).category === 'keep-card' || code === '54' || code === '62';
}

function dropCertificate(state: StateView, txn: Txn): Change[] {
  if (txn.panHash === undefined || !state.get('certificates', txn.panHash)) return [];
  return [{ collection: 'certificates', key: txn.panHash, doc: null, live: false }];
}

/** "Not now" says nothing of the tries before it; any other refusal says that the host has not closed the batch by them. */
function triesAfter(
  before: number,
  event: Extract<PlacedEvent['event'], { kind: 'settlement-repeated' | 'settlement-refused' }>,
): number {
  if (event.kind === 'settlement-repeated') return before + 1;
  return event.mayComeAgain ? before - 1 : 0;
}

function spendCertificate(state: StateView, txn: NewTxn): Change[] {
  const before = txn.panHash === undefined ? undefined : state.get('certificates', txn.panHash);
  if (!before) throw new Error(`An offline sale without a certificate: ${txn.txnId}`);
  return [
    put('certificates', before.panHash, {
      ...before,
      spentMinor: amountMinor((before.spentMinor ?? ZERO) + txn.amountMinor),
      spentCount: before.spentCount + 1,
    }),
  ];
}
