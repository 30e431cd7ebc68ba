import { toHex } from '../../terminal-core/crypto/index.ts';
import type { TerminalProvisioning } from '../../terminal-core/domain/provisioning.ts';
import { ensureMerchant, findMerchant, type Merchant } from '../store/merchants.ts';
import type { StoreTransaction } from '../store/store.ts';
import { findTerminal, insertTerminal } from '../store/terminals.ts';
import type { HostServices } from './outcome.ts';

/** TPDU and header of requests: what this host expects and a terminal can be told. */
const REQUEST_TPDU = '6000030000';
const REQUEST_HEADER = '603100310000';
const CURRENCY_CNY = '156';

export type CreateTerminalResult =
  | { readonly ok: true; readonly provisioning: TerminalProvisioning }
  | { readonly ok: false; readonly message: string };

/** Registers a terminal with a fresh master key and says, once, what the terminal must be told. */
export async function createTerminal(
  tx: StoreTransaction,
  services: HostServices,
  terminal: { readonly terminalId: string; readonly merchant: Merchant; readonly nowMs: number },
): Promise<CreateTerminalResult> {
  if (await findTerminal(tx, terminal.terminalId)) {
    return {
      ok: false,
      message: `Terminal ${terminal.terminalId} exists already; its master key is never shown again.`,
    };
  }
  await ensureMerchant(tx, terminal.merchant, terminal.nowMs);
  const merchant = (await findMerchant(tx, terminal.merchant.merchantId)) ?? terminal.merchant;
  const masterKey = services.terminalKeys.makeMasterKey();
  const batchFileKey = services.batchFileKeys.makeTerminalKey(services.random);
  await insertTerminal(
    tx,
    {
      terminalId: terminal.terminalId,
      merchantId: merchant.merchantId,
      batchNumber: '000001',
      masterKeySealed: masterKey.sealed,
      masterKeyCheckValue: masterKey.checkValue,
      batchFileKey: batchFileKey.verifyingKey.toBase64(),
    },
    terminal.nowMs,
  );
  return {
    ok: true,
    provisioning: {
      format: 'holdfast-provisioning',
      version: 1,
      merchantId: merchant.merchantId,
      merchantNameZh: merchant.nameZh,
      merchantNameEn: merchant.nameEn,
      terminalId: terminal.terminalId,
      currency: CURRENCY_CNY,
      tpdu: REQUEST_TPDU,
      header: REQUEST_HEADER,
      terminalMasterKeyComponents: masterKey.components,
      terminalMasterKeyCheckValue: masterKey.checkValue,
      cardHashKey: toHex(services.cardVault.cardHashKey.reveal()),
      issuerPublicKeys: await services.issuerKeys.publicKeys(tx),
      batchFile: {
        signingKey: batchFileKey.revealBase64(),
        hostKey: (await services.batchFileKeys.publicKey(tx)).toBase64(),
      },
    },
  };
}
