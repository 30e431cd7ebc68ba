import { openServices } from '../../host-sim/host-services.ts';
import { issueCard } from '../../host-sim/server/card-office.ts';
import { createTerminal } from '../../host-sim/server/terminal-office.ts';
import { DEFAULT_SETTINGS } from '../../host-sim/settings.ts';
import { openSqliteStore } from '../../host-sim/store/sqlite-store.ts';
import { SecretKey } from '../../terminal-core/crypto/index.ts';
import { amountMinor } from '../../terminal-core/domain/money.ts';
import { Pan } from '../../terminal-core/domain/pan.ts';
import { VAULT_KEY_HEX } from './host-process.ts';
import { MERCHANT_ID, masterKeyOf } from './raw-terminal.ts';

export const preparedTerminalId = (index: number) => `8${String(index).padStart(7, '0')}`;
export const preparedPan = (index: number) => `62288800${String(index).padStart(8, '0')}`;
/** What each of the cards holds. */
export const PREPARED_BALANCE_MINOR = 5_000_00;

/**
 * A database file with so many terminals of one merchant, and a card without PIN for each.
 * @returns the master key of each terminal.
 */
export async function preparedDatabase(file: string, terminals: number): Promise<readonly Buffer[]> {
  const store = openSqliteStore(file);
  const vaultKey = SecretKey.fromHex(VAULT_KEY_HEX);
  const nowMs = Date.now();
  const services = await openServices({ store, settings: DEFAULT_SETTINGS, vaultKey, nowMs });
  const merchant = { merchantId: MERCHANT_ID, nameZh: '测试商店', nameEn: 'Test store', feeBasisPoints: 60 };
  const masterKeys = await store.transaction(async (tx) => {
    const keys: Buffer[] = [];
    for (let index = 0; index < terminals; index += 1) {
      const terminalId = preparedTerminalId(index);
      const created = await createTerminal(tx, services, { terminalId, merchant, nowMs });
      const pan = Pan.parse(preparedPan(index));
      if (!created.ok || !pan) throw new Error('A terminal and its card cannot be prepared');
      keys.push(masterKeyOf(created.provisioning));
      const card = {
        pan,
        kind: 'registered',
        balanceMinor: amountMinor(PREPARED_BALANCE_MINOR),
        expiry: '9912',
        pin: undefined,
        status: 'active',
        holderName: '',
      } as const;
      await issueCard(tx, services, { card, nowMs });
    }
    return keys;
  });
  await store.close();
  return masterKeys;
}
