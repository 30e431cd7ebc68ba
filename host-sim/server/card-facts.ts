import { amountMinor } from '../../terminal-core/domain/money.ts';
import type { Pan } from '../../terminal-core/domain/pan.ts';
import { balanceOf, cardAccount } from '../ledger/accounts.ts';
import { findCard, type StoredCard } from '../store/cards.ts';
import { nextNumber } from '../store/counters.ts';
import type { StoreTransaction } from '../store/store.ts';
import { goodUntilMs, isExpired } from './card-rules.ts';
import type { HostServices, MessageContext } from './outcome.ts';
import type { Fields } from './request.ts';
import { balanceField, certificateField } from './wire.ts';

/** The card of the request, or undefined when it names none that the host has. */
export async function cardOf(context: MessageContext): Promise<StoredCard | undefined> {
  const { pan } = context.request;
  return pan && findCardByPan(context.tx, context.services, pan);
}

export async function findCardByPan(
  tx: StoreTransaction,
  services: HostServices,
  pan: Pan,
): Promise<StoredCard | undefined> {
  return findCard(tx, services.cardVault.panHash(pan));
}

/** DE54 and, for a card that may be used, DE59 with a balance certificate for this terminal. */
export async function cardFacts(
  context: MessageContext,
  card: StoredCard,
  balanceMinor: number,
): Promise<Fields> {
  const { nowMs, services, terminal, tx } = context;
  const fields = { 54: balanceField(amountMinor(balanceMinor)) };
  if (card.status !== 'active' || isExpired(card, nowMs, services.settings)) return fields;
  return {
    ...fields,
    59: certificateField(await issueCertificate({ tx, services, nowMs }, card, terminal.terminalId)),
  };
}

/**
 * Signs what the card may spend offline on one terminal, by its balance at this moment.
 * @returns base64.
 */
export async function issueCertificate(
  at: { readonly tx: StoreTransaction; readonly services: HostServices; readonly nowMs: number },
  card: StoredCard,
  terminalId: string,
): Promise<string> {
  const { settings, issuerKeys } = at.services;
  const { balanceMinor, lastPostingId } = await balanceOf(at.tx, cardAccount(card.cardId));
  const issuedAtMs = Math.floor(at.nowMs / 1000) * 1000;
  return issuerKeys.signCertificate(at.tx, {
    panHash: card.panHash,
    certificateNumber: await nextNumber(at.tx, 'certificate'),
    ledgerNumber: lastPostingId,
    balanceMinor: amountMinor(balanceMinor),
    offlineCapMinor: settings.certificateCapMinor,
    floorMinor: settings.certificateFloorMinor,
    countMax: settings.certificateCountMax,
    issuedAtMs,
    // A terminal knows the card by its certificate alone: what the host would refuse as expired, it must not promise.
    notAfterMs: Math.min(
      issuedAtMs + settings.certificateHours * 3_600_000,
      Math.floor(goodUntilMs(card, settings) / 1000) * 1000,
    ),
    terminalScope: [terminalId],
  });
}
