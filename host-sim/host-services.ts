import type { SecretKey } from '../terminal-core/crypto/index.ts';
import { BatchFileKeys } from './keys/batch-file-keys.ts';
import { CardVault } from './keys/card-vault.ts';
import { IssuerKeys } from './keys/issuer-keys.ts';
import { PurseKeys } from './keys/purse-keys.ts';
import { seededRandom, systemRandom } from './keys/random.ts';
import { TerminalKeys } from './keys/terminal-keys.ts';
import { Vault } from './keys/vault.ts';
import type { HostServices } from './server/outcome.ts';
import type { HostSettings } from './settings.ts';
import { nextNumber } from './store/counters.ts';
import type { Store } from './store/store.ts';

export interface ServicesOptions {
  readonly store: Store;
  readonly settings: HostSettings;
  readonly vaultKey: SecretKey;
  /** Repeatable keys and codes; without it they come from the operating system. */
  readonly seed?: number;
  readonly nowMs: number;
}

/**
 * Opens the vault over a store, and makes the issuer's keys when the store is new.
 * @throws VaultKeyMismatch when the store was made with another vault key.
 */
export function openServices(options: ServicesOptions): Promise<HostServices> {
  const { nowMs, seed, settings, store, vaultKey } = options;
  return store.transaction(async (tx) => {
    const random = seed === undefined ? systemRandom : seededRandom(seed, await nextNumber(tx, 'boot'));
    const vault = new Vault({ key: vaultKey, random });
    const issuerKeys = new IssuerKeys(vault);
    const batchFileKeys = new BatchFileKeys(vault);
    const cardVault = await CardVault.open(tx, vault, random);
    await issuerKeys.ensure(tx, { random, nowMs });
    await batchFileKeys.ensure(tx, random, nowMs);
    const purseKeys = new PurseKeys(vault);
    const terminalKeys = new TerminalKeys({ vault, random });
    return { settings, random, issuerKeys, cardVault, purseKeys, batchFileKeys, terminalKeys };
  });
}
