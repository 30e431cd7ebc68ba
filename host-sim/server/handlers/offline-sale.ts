import { momentFromWire } from '../../../terminal-core/domain/local-time.ts';
import { balanceOf, cardAccount, merchantAccount } from '../../ledger/accounts.ts';
import { post } from '../../ledger/post.ts';
import { findOfflineSale, spentOnCertificate } from '../../store/transactions.ts';
import { cardFacts, cardOf } from '../card-facts.ts';
import { UNKNOWN_CARD } from '../card-rules.ts';
import { newRrn } from '../numbers.ts';
import { refusalOfOfflineSale } from '../offline-rules.ts';
import { declined, type MessageContext, type Outcome } from '../outcome.ts';
import { textOf } from '../request.ts';
import { certificateOf } from '../wire.ts';

/** Advice of a sale that the terminal accepted offline against a balance certificate (tier 2). */
export async function offlineSale(context: MessageContext): Promise<Outcome> {
  const { accountingDate, nowMs, request, services, terminal, tx } = context;
  const { settings } = services;
  const amountMinor = request.amountMinor ?? 0;
  const saleAtMs = momentFromWire({
    monthDay: textOf(request, 13) ?? '',
    time: textOf(request, 12) ?? '',
    nearMs: nowMs,
    utcOffsetMinutes: settings.utcOffsetMinutes,
  });
  if (saleAtMs === undefined) return declined('offline-sale', { code: '30', reason: 'no-time-of-sale' });
  const saleBatchNumber = request.original?.batchNumber ?? request.batchNumber;
  const saleStan = request.original?.stan ?? request.stan;
  const sale = { batchNumber: saleBatchNumber, stan: saleStan, atMs: saleAtMs };
  const booked = await findOfflineSale(tx, { terminalId: terminal.terminalId, saleBatchNumber, saleStan });
  if (booked) {
    return {
      kind: 'offline-sale',
      state: 'declined',
      code: '94',
      reason: 'booked-before',
      originalTransactionId: booked.transactionId,
      ...(booked.rrn === null ? {} : { rrn: booked.rrn }),
    };
  }
  const card = await cardOf(context);
  if (!card) return declined('offline-sale', UNKNOWN_CARD, { sale });
  const base64 = certificateOf(textOf(request, 59));
  const opened = base64 === undefined ? undefined : await services.issuerKeys.openCertificate(tx, base64);
  if (!opened?.ok) {
    const reason = opened ? `certificate-${opened.error}` : 'no-certificate';
    return declined('offline-sale', { code: opened ? '59' : '57', reason }, { card, sale });
  }
  const { certificate } = opened;
  const account = cardAccount(card.cardId);
  const { balanceMinor } = await balanceOf(tx, account);
  const spent = await spentOnCertificate(tx, terminal.terminalId, certificate.certificateNumber);
  const refusal = refusalOfOfflineSale(
    {
      amountMinor,
      saleAtMs,
      nowMs,
      terminalId: terminal.terminalId,
      card,
      balanceMinor,
      certificate,
      spentMinor: spent.spentMinor,
      spentCount: spent.count,
    },
    settings,
  );
  const { certificateNumber } = certificate;
  if (refusal) return declined('offline-sale', refusal, { card, sale, certificateNumber });
  const postingId = await post(tx, {
    kind: 'offline-sale',
    atMs: nowMs,
    accountingDate,
    entries: [
      { account, amountMinor: -amountMinor },
      { account: merchantAccount(terminal.merchantId), amountMinor },
    ],
  });
  return {
    kind: 'offline-sale',
    state: 'approved',
    code: '00',
    card,
    sale,
    certificateNumber,
    postingId,
    rrn: await newRrn(context),
    answer: await cardFacts(context, card, balanceMinor - amountMinor),
  };
}
