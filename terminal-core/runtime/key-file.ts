import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import {
  AgreementPublicKey,
  type BatchFileKeys,
  CryptoInputError,
  combineCheckedComponents,
  computeMac,
  fromHex,
  KeyStore,
  macEquals,
  openCertificate,
  openDocument,
  panHash,
  pinBlock,
  purseHash,
  type Sealer,
  SecretKey,
  SigningKey,
  unwrapKeySet,
  VerifyingKey,
} from '../crypto/index.ts';
import { Pan } from '../domain/pan.ts';
import type { TerminalProvisioning } from '../domain/provisioning.ts';
import type { TerminalKeys } from '../ports/terminal-keys.ts';
import { replaceFile } from './durable-file.ts';

const KEYS_FILE = 'keys.sealed';
const ISSUER_FILE = 'issuer.sealed';
const ISSUER_PURPOSE = Buffer.from('holdfast issuer', 'latin1');

const issuerShape = z.object({
  cardHashKey: z.string(),
  publicKeys: z.record(z.string(), z.string()),
  /** Missing on terminals that were provisioned before there were batch files. */
  batchFile: z.object({ signingKey: z.string(), hostKey: z.string() }).optional(),
});

export type OpenedKeys =
  | {
      readonly ok: true;
      readonly keys: TerminalKeys;
      readonly checkValues: () => unknown;
      readonly batchFileKeys: BatchFileKeys | undefined;
    }
  | {
      readonly ok: false;
      readonly code: 'missing' | 'wrong-seal-key' | 'check-value';
      readonly detail: string;
    };

/** Writes the keys of a freshly provisioned terminal into the data directory, sealed. */
export function createKeyFiles(
  dataDir: string,
  sealer: Sealer,
  provisioning: TerminalProvisioning,
): OpenedKeys {
  const [first, second] = provisioning.terminalMasterKeyComponents;
  const combined = combineCheckedComponents({
    components: [SecretKey.fromHex(first), SecretKey.fromHex(second)],
    checkValue: provisioning.terminalMasterKeyCheckValue,
  });
  if (!combined.ok) {
    return {
      ok: false,
      code: 'check-value',
      detail: 'The components do not make the key of the given check value',
    };
  }
  const issuer = {
    cardHashKey: provisioning.cardHashKey,
    publicKeys: provisioning.issuerPublicKeys,
    batchFile: provisioning.batchFile,
  };
  replaceFile(
    join(dataDir, ISSUER_FILE),
    sealer.seal(Buffer.from(JSON.stringify(issuer), 'utf8'), ISSUER_PURPOSE),
  );
  replaceFile(join(dataDir, KEYS_FILE), KeyStore.create({ tmk: combined.key }).seal(sealer));
  return openKeyFiles(dataDir, sealer);
}

export function openKeyFiles(dataDir: string, sealer: Sealer): OpenedKeys {
  const keysFile = join(dataDir, KEYS_FILE);
  const issuerFile = join(dataDir, ISSUER_FILE);
  if (!existsSync(keysFile) || !existsSync(issuerFile)) {
    return { ok: false, code: 'missing', detail: `${dataDir} holds no keys` };
  }
  const store = KeyStore.open(readFileSync(keysFile), sealer);
  const issuer = sealer.open(readFileSync(issuerFile), ISSUER_PURPOSE);
  if (!store.ok || !issuer.ok) {
    return { ok: false, code: 'wrong-seal-key', detail: 'The key files do not open under this sealing key' };
  }
  const { keyStore } = store;
  const { batchFile, cardHashKey, publicKeys } = issuerShape.parse(
    JSON.parse(Buffer.from(issuer.plaintext).toString('utf8')),
  );
  return {
    ok: true,
    keys: terminalKeys({
      keyStore,
      cardHashKey: SecretKey.fromHex(cardHashKey),
      issuerKeys: new Map(
        Object.values(publicKeys).map((text) => {
          const key = VerifyingKey.fromBase64(text);
          return [key.keyId, key];
        }),
      ),
      save: () => replaceFile(keysFile, keyStore.seal(sealer)),
    }),
    checkValues: () => keyStore.checkValues(),
    batchFileKeys: batchFile && {
      signingKey: SigningKey.fromBase64(batchFile.signingKey),
      hostKey: AgreementPublicKey.fromBase64(batchFile.hostKey),
    },
  };
}

/** The port over keys in memory; `save` makes them durable, wherever that is. */
export function terminalKeys(held: {
  readonly keyStore: KeyStore;
  readonly cardHashKey: SecretKey;
  /** As provisioned. */
  readonly issuerKeys: ReadonlyMap<string, VerifyingKey>;
  readonly save: () => void;
}): TerminalKeys {
  const { keyStore } = held;
  const issuerKeys = new Map(held.issuerKeys);
  const revoked = new Set<string>();
  const mac = (keySetId: string, data: Uint8Array): Uint8Array | undefined => {
    const key = keyStore.keySet(keySetId)?.mak;
    return key && computeMac({ algorithm: 'cup-ecb', key, data });
  };
  return {
    mac,
    macMatches(keySetId, data, received) {
      const expected = mac(keySetId, data);
      return expected !== undefined && macEquals(expected, received);
    },
    currentKeySetId: () => keyStore.current()?.id,
    pinBlock(keySetId, panDigits, pin) {
      const key = keyStore.keySet(keySetId)?.pik;
      const pan = Pan.parse(panDigits);
      return key && pan ? pinBlock({ format: 0, pin, pan, key }) : undefined;
    },
    installKeySet(keySetId, de62) {
      const unwrapped = unwrapKeySet({ mode: '003', tmk: keyStore.tmk, de62 });
      if (!unwrapped.ok) return { ok: false, detail: unwrapped.error.message };
      const installed = keyStore.installKeySet(keySetId, unwrapped.keys);
      if (!installed.ok) return { ok: false, detail: 'Too many key sets are held; settle the batch' };
      try {
        held.save();
      } catch (error) {
        return { ok: false, detail: `The key file cannot be written: ${String(error)}` };
      }
      return { ok: true };
    },
    forgetKeySetsExcept(keySetIds) {
      keyStore.forgetKeySets(keySetIds);
      held.save();
    },
    panHash: (pan) => panHash(pan, held.cardHashKey),
    purseHash: (serial) => purseHash(fromHex(serial, 'The application serial'), held.cardHashKey),
    believeIssuers(issuers) {
      for (const keyId of issuers.revokedKeyIds) revoked.add(keyId);
      for (const [keyId, text] of Object.entries(issuers.keys)) {
        const key = readIssuerKey(text);
        // A key under an id that is not its own is a mistake of whoever wrote it down, and signs nothing here.
        if (key?.keyId === keyId) issuerKeys.set(keyId, key);
      }
      for (const keyId of revoked) issuerKeys.delete(keyId);
    },
    openCertificate(bytes) {
      const opened = openCertificate(bytes, issuerKeys);
      return opened.ok ? { ok: true, value: opened.certificate } : { ok: false, why: opened.error };
    },
    openDocument(bytes) {
      const opened = openDocument(bytes, issuerKeys);
      return opened.ok ? { ok: true, value: opened.value } : { ok: false, why: opened.error };
    },
  };
}

function readIssuerKey(text: string): VerifyingKey | undefined {
  try {
    return VerifyingKey.fromBase64(text);
  } catch (error) {
    if (error instanceof CryptoInputError) return undefined;
    throw error;
  }
}
