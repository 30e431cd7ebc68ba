import type { BalanceCertificate } from '../../../terminal-core/domain/certificate.ts';
import { DEFAULT_PARAMETERS } from '../../../terminal-core/domain/parameters.ts';
import type { Txn } from '../../../terminal-core/engine/state.ts';
import type { StoredEntry } from '../../../terminal-core/ports/journal.ts';
import type { Checker } from './checker.ts';
import type { TillEvidence } from './evidence.ts';
import { namesOf } from './money.ts';

const HOUR_MS = 3_600_000;

/** A sale that was accepted offline, as its entry says. */
interface Accepted {
  readonly txn: Txn;
  readonly certificateNumber: number;
  isDelivered: boolean;
}

/** What the terminal knew, entry by entry; written anew here so that it cannot be wrong in the engine's way. */
interface Knowledge {
  readonly certificates: Map<string, BalanceCertificate>;
  /** By certificate: what was undelivered when it came. */
  readonly carried: Map<number, { readonly minor: number; readonly count: number }>;
  readonly sales: Accepted[];
  /** Card services that were asked for, by transaction. */
  readonly services: Map<string, Txn>;
  hotlist: readonly string[];
  hotlistAtMs: number;
  signedOnAtMs: number;
}

/** Every offline sale was within every cap at the moment it was accepted, recomputed from the journal alone. */
export const capsKept: Checker = {
  name: 'offline-caps-kept',
  holds: ({ tills }) => tills.flatMap(capsOfTill),
};

function capsOfTill(till: TillEvidence) {
  const known: Knowledge = {
    certificates: new Map(),
    carried: new Map(),
    sales: [],
    services: new Map(),
    hotlist: [],
    hotlistAtMs: 0,
    signedOnAtMs: 0,
  };
  return till.entries.flatMap((entry) => {
    if (entry.kind !== 'offline-sale-accepted') {
      learn(known, entry);
      return [];
    }
    const txn = entry.payload.txn as unknown as Txn;
    const broken = brokenCaps(known, { txn, atMs: entry.atMs, terminalId: till.terminalId });
    const certificate = known.certificates.get(txn.panHash ?? '');
    known.sales.push({ txn, certificateNumber: certificate?.certificateNumber ?? 0, isDelivered: false });
    return broken.map((cap) => ({
      detail: `${txn.txnId}, ${txn.amountMinor} offline, is against: ${cap}`,
      about: namesOf(txn),
    }));
  });
}

function learn(known: Knowledge, { atMs, kind, payload }: StoredEntry): void {
  switch (kind) {
    case 'terminal-signed-on':
      known.signedOnAtMs = atMs;
      return;
    case 'hotlist-received':
      known.hotlist = payload.panHashes as readonly string[];
      known.hotlistAtMs = payload.issuedAtMs as number;
      return;
    case 'parameters-received':
      for (const { certificate } of payload.certificates as unknown as {
        certificate: BalanceCertificate;
      }[])
        hold(known, certificate);
      return;
    case 'transaction-sent': {
      const txn = payload.txn as unknown as Txn;
      if (txn.service !== undefined) known.services.set(txn.txnId, txn);
      return;
    }
    case 'inquiry-answered':
    case 'transaction-approved': {
      const service = known.services.get(String(payload.txnId));
      if (service) known.hotlist = hotlistAfter(known.hotlist, service);
      const signed = payload.certificate as unknown as { certificate: BalanceCertificate } | undefined;
      if (signed) hold(known, signed.certificate);
      return;
    }
    case 'advice-delivered':
    case 'advice-rejected': {
      const sale = known.sales.find(({ txn }) => txn.txnId === payload.txnId);
      if (sale) sale.isDelivered = true;
      return;
    }
  }
}

/** The host's own answer is newer than the hotlist that is held. */
function hotlistAfter(hotlist: readonly string[], { newPanHash, panHash, service }: Txn): readonly string[] {
  const inUse = { activate: panHash, unblock: panHash, replace: newPanHash }[String(service)];
  const outOfUse = service === 'activate' || service === 'unblock' ? undefined : panHash;
  const others = hotlist.filter((each) => each !== inUse);
  return outOfUse === undefined ? others : [...others, outOfUse];
}

function hold(known: Knowledge, certificate: BalanceCertificate): void {
  const before = known.certificates.get(certificate.panHash);
  if (before && before.certificateNumber >= certificate.certificateNumber) return;
  known.certificates.set(certificate.panHash, certificate);
  const open = known.sales.filter(
    ({ isDelivered, txn }) => !isDelivered && txn.panHash === certificate.panHash,
  );
  known.carried.set(certificate.certificateNumber, { minor: sum(open), count: open.length });
}

function brokenCaps(
  known: Knowledge,
  sale: { readonly txn: Txn; readonly atMs: number; readonly terminalId: string },
): string[] {
  const { atMs, terminalId, txn } = sale;
  const certificate = known.certificates.get(txn.panHash ?? '');
  if (!certificate) return ['no certificate'];
  const { certificateNumber } = certificate;
  const carried = known.carried.get(certificateNumber) ?? { minor: 0, count: 0 };
  const against = known.sales.filter((each) => each.certificateNumber === certificateNumber);
  const ofCardInBatch = known.sales.filter(
    (each) => each.txn.panHash === txn.panHash && each.txn.batchNumber === txn.batchNumber,
  );
  const unsent = known.sales.filter(({ isDelivered }) => !isDelivered);
  const oldestMs = Math.min(...unsent.map((each) => each.txn.atMs), atMs);
  const p = DEFAULT_PARAMETERS;
  const rules: readonly (readonly [string, boolean])[] = [
    ['hotlist', known.hotlist.includes(txn.panHash ?? '')],
    ['hotlist too old', atMs - known.hotlistAtMs > p.hotlistMaxAgeHours * HOUR_MS],
    ['sign-on too old', atMs - known.signedOnAtMs > p.offlineHoursSinceSignOn * HOUR_MS],
    ['certificate expired', atMs > certificate.notAfterMs],
    [
      'certificate scope',
      !certificate.terminalScope.includes('*') && !certificate.terminalScope.includes(terminalId),
    ],
    ['floor', txn.amountMinor > Math.min(certificate.floorMinor, p.offlineTier2TransactionMaxMinor)],
    ['PIN limit', txn.amountMinor >= p.pinRequiredFromMinor],
    [
      'balance or cap',
      carried.minor + sum(against) + txn.amountMinor >
        Math.min(certificate.balanceMinor, certificate.offlineCapMinor),
    ],
    ['certificate count', carried.count + against.length + 1 > certificate.countMax],
    ['card per batch', sum(ofCardInBatch) + txn.amountMinor > p.offlineTier2CardBatchMaxMinor],
    ['card count per batch', ofCardInBatch.length + 1 > p.offlineTier2CardBatchMaxCount],
    ['unsent amount', sum(unsent) + txn.amountMinor > p.offlineUnsentMaxMinor],
    ['unsent count', unsent.length + 1 > p.offlineUnsentMaxCount],
    ['oldest unsent', atMs - oldestMs > p.offlineOldestUnsentMaxHours * HOUR_MS],
  ];
  return rules.filter(([, isBroken]) => isBroken).map(([name]) => name);
}

function sum(sales: readonly Accepted[]): number {
  return sales.reduce((total, { txn }) => total + txn.amountMinor, 0);
}

/**
 * The host stands by what a terminal accepted within the rules, but for what the terminal could not know: that the money
 * was spent elsewhere, or that its own clock was wrong.
 */
export const refusedForReason: Checker = {
  name: 'refused-for-reason',
  holds({ hostTransactions, plan, tills }) {
    return tills.flatMap(({ terminalId, transactions }) =>
      [...transactions.values()].flatMap((txn) => {
        if (txn.state !== 'rejected') return [];
        const refused = hostTransactions.find(
          (each) =>
            each.terminalId === terminalId &&
            each.batchNumber === txn.batchNumber &&
            each.stan === txn.stan &&
            each.kind === 'offline-sale',
        );
        const clockWasWrong = plan.mix['clock-jump'] > 0 && refused?.responseCode === '57';
        if (refused?.responseCode === '51' || clockWasWrong) return [];
        const why = refused
          ? `${refused.responseCode} ${refused.reason}`
          : `${txn.responseCode} which the host did not say`;
        return [
          {
            detail: `${txn.txnId} was accepted offline within the rules and refused: ${why}`,
            about: namesOf(txn),
          },
        ];
      }),
    );
  },
};
