import { amountMinor, ZERO } from '../../domain/money.ts';
import { responseCode } from '../../iso8583/index.ts';
import type { Change } from '../../ports/journal.ts';
import type { NewTxn, SignedCertificate } from '../events.ts';
import { isUnanswered } from '../offline-rules.ts';
import { put, type StateView } from '../state.ts';

/**
 * A newer certificate replaces the older one. What this terminal accepted offline and the host has not answered, set aside
 * or not, is not in the host's balance, so it goes on counting against the new certificate.
 */
export function certificateChange(state: StateView, signed: SignedCertificate): Change[] {
  const { certificate, base64 } = signed;
  const before = state.get('certificates', certificate.panHash);
  if (before && before.certificate.certificateNumber >= certificate.certificateNumber) return [];
  let spentMinor = 0;
  let spentCount = 0;
  for (const txn of state.live('transactions')) {
    if (txn.panHash === certificate.panHash && isUnanswered(txn)) {
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
export function spoilsCertificate(code: string): boolean {
  return responseCode(code).category === 'keep-card' || code === '54' || code === '62';
}

export function dropCertificate(state: StateView, panHash: string | undefined): Change[] {
  if (panHash === undefined || !state.get('certificates', panHash)) return [];
  return [{ collection: 'certificates', key: panHash, doc: null, live: false }];
}

export function spendCertificate(state: StateView, txn: NewTxn): Change[] {
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
