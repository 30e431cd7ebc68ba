import {
  combineComponents,
  decodePinBlock,
  keyCheckValue,
  SecretKey,
  toHex,
  wrapKeySet,
} from '../../terminal-core/crypto/index.ts';
import type { Pan } from '../../terminal-core/domain/pan.ts';
import type { Random } from '../ports.ts';
import type { StoreTransaction } from '../store/store.ts';
import { type KeySet, type KeySetKind, signOn, type Terminal } from '../store/terminals.ts';
import type { Vault } from './vault.ts';

const SINGLE_KEY_BYTES = 8;
const DOUBLE_KEY_BYTES = 16;

export interface MasterKey {
  /** Two components of 32 hex digits; the key is their XOR. */
  readonly components: readonly [string, string];
  /** 8 hex digits. */
  readonly checkValue: string;
  readonly sealed: Uint8Array;
}

/** The three levels: the vault key seals master keys, a master key wraps the working keys of a sign-on. */
export class TerminalKeys {
  readonly #vault: Vault;
  readonly #random: Random;

  constructor(options: { readonly vault: Vault; readonly random: Random }) {
    this.#vault = options.vault;
    this.#random = options.random;
  }

  makeMasterKey(): MasterKey {
    const first = this.#freshKey(DOUBLE_KEY_BYTES);
    const second = this.#freshKey(DOUBLE_KEY_BYTES);
    const key = combineComponents(first, second);
    return {
      components: [toHex(first.reveal()), toHex(second.reveal())],
      checkValue: toHex(keyCheckValue({ algorithm: 'tdes', key, bytes: 4 })),
      sealed: this.#vault.sealKey('terminal-master-key', key),
    };
  }

  /**
   * Makes, stores and wraps a fresh set of working keys.
   * @returns DE62 of the sign-on answer.
   */
  async signOn(
    tx: StoreTransaction,
    terminal: Terminal,
    kind: KeySetKind,
    nowMs: number,
  ): Promise<Uint8Array> {
    const keyBytes = kind === '001' ? SINGLE_KEY_BYTES : DOUBLE_KEY_BYTES;
    const pik = this.#freshKey(keyBytes);
    const mak = this.#freshKey(keyBytes);
    const tdk = kind === '004' ? this.#freshKey(keyBytes) : undefined;
    await signOn(
      tx,
      terminal.terminalId,
      {
        kind,
        pinKeySealed: this.#vault.sealKey('working-key', pik),
        macKeySealed: this.#vault.sealKey('working-key', mak),
        trackKeySealed: tdk ? this.#vault.sealKey('working-key', tdk) : null,
      },
      nowMs,
    );
    return wrapKeySet({
      mode: kind,
      tmk: this.#vault.openKey('terminal-master-key', terminal.masterKeySealed),
      keys: tdk ? { pik, mak, tdk } : { pik, mak },
    });
  }

  macKey(keySet: KeySet): SecretKey {
    return this.#vault.openKey('working-key', keySet.macKeySealed);
  }

  /** @returns the PIN, or undefined when the block does not open to one under this set's PIN key. */
  openPinBlock(keySet: KeySet, sent: { readonly block: Uint8Array; readonly pan: Pan }): string | undefined {
    const decoded = decodePinBlock({
      format: 0,
      block: sent.block,
      pan: sent.pan,
      key: this.#vault.openKey('working-key', keySet.pinKeySealed),
    });
    return decoded.ok ? decoded.pin : undefined;
  }

  #freshKey(byteLength: number): SecretKey {
    return SecretKey.from(this.#random.bytes(byteLength).map(withOddParity));
  }
}

/** DES ignores the lowest bit of each byte; hosts and terminals that check it expect odd parity. */
function withOddParity(byte: number): number {
  let bits = 0;
  for (let rest = byte >> 1; rest > 0; rest >>= 1) bits += rest & 1;
  return (byte & 0xfe) | ((bits + 1) & 1);
}
