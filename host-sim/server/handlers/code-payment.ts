import { merchantAccount } from '../../ledger/accounts.ts';
import { post } from '../../ledger/post.ts';
import { claimCode } from '../../store/used-codes.ts';
import { walletAccount, walletOf } from '../../wallets/wallets.ts';
import { newAuthorisationCode, newRrn } from '../numbers.ts';
import { declined, type MessageContext, type Outcome } from '../outcome.ts';
import { textOf } from '../request.ts';
import { customerCodeOf } from '../wire.ts';

/**
 * Payment by customer-presented code (被扫): the wallet's operator pays the merchant. A code is good for one use, whatever
 * comes of it, so a refusal keeps it used.
 */
export async function codePayment(context: MessageContext): Promise<Outcome> {
  const { accountingDate, nowMs, request, services, terminal, tx } = context;
  const wallet = walletOf(customerCodeOf(textOf(request, 59)) ?? '');
  if (!wallet) return declined('code-payment', { code: '14', reason: 'no-such-wallet' });
  if (!(await spendCode(context)))
    return declined('code-payment', { code: '12', reason: 'code-used-before' });
  const amountMinor = request.amountMinor ?? 0;
  if (amountMinor === 0) return declined('code-payment', { code: '13', reason: 'amount-zero' });
  if (amountMinor > services.settings.transactionMaxMinor)
    return declined('code-payment', { code: '61', reason: 'above-transaction-limit' });
  const postingId = await post(tx, {
    kind: 'code-payment',
    atMs: nowMs,
    accountingDate,
    entries: [
      { account: walletAccount(wallet), amountMinor: -amountMinor },
      { account: merchantAccount(terminal.merchantId), amountMinor },
    ],
  });
  return {
    kind: 'code-payment',
    state: 'approved',
    code: '00',
    reason: `wallet-${wallet.name}`,
    postingId,
    rrn: await newRrn(context),
    authorisationCode: newAuthorisationCode(context),
  };
}

/** Also done where a fault rule declines or the request is barred: a failed use spends a code too. */
export async function spendCode(context: MessageContext): Promise<boolean> {
  const { nowMs, request, tx } = context;
  const code = customerCodeOf(textOf(request, 59));
  if (code === undefined) return false;
  const { batchNumber, stan, terminalId } = request;
  return claimCode(tx, code, { terminalId, batchNumber, stan, nowMs });
}
