export { AgreementKey, AgreementPublicKey } from './agreement-key.ts';
export {
  encodeCertificate,
  type OpenedCertificate,
  openCertificate,
  panHash,
  signCertificate,
  TERMINAL_SCOPE_MAX,
} from './balance-certificate.ts';
export {
  type BatchAnswerFile,
  type BatchFile,
  type BatchFileHead,
  type BatchFileKeys,
  batchFileDigest,
  type OpenedBatchAnswers,
  type OpenedBatchFile,
  openBatchAnswers,
  openBatchFile,
  sealBatchAnswers,
  sealBatchFile,
} from './batch-file.ts';
export { fromHex, toHex } from './bytes.ts';
export { canonicalJson, type JsonValue } from './canonical-json.ts';
export { type CheckValueAlgorithm, keyCheckValue } from './check-value.ts';
export { SigningKey, type TrustedKeys, trustedKeys, VerifyingKey } from './ed25519.ts';
export { type CryptoInputCode, CryptoInputError } from './input-error.ts';
export { type CombinedKey, combineCheckedComponents, combineComponents } from './key-components.ts';
export {
  type CurrentKeySet,
  KEY_SETS_MAX,
  type KeySetInstalled,
  KeyStore,
  type KeyStoreCheckValues,
  type OpenedKeyStore,
  type StoredKeySet,
} from './key-store.ts';
export { computeMac, type MacAlgorithm, type MacPadding, type MacRequest, macEquals } from './mac.ts';
export { hashPassword, SCRYPT_COST_DEFAULT, type ScryptCost, verifyPassword } from './password.ts';
export {
  type DecodedPinBlock,
  decodePinBlock,
  type PinBlockFormat,
  type PinBlockRequest,
  panFieldOfFormat4,
  pinBlock,
} from './pin-block.ts';
export {
  diversify,
  loadMac1,
  loadMac2,
  loadProofAmountMinor,
  loadTac,
  PURSE_LOAD,
  PURSE_PURCHASE,
  type PurseAmount,
  type PurseDateTime,
  purchaseMac1,
  purchaseMac2,
  purchaseTac,
  purseChain,
  purseHash,
  secureMessagingMac,
  seslk,
  sespk,
  tacKey,
} from './purse.ts';
export type { RandomSource } from './random-source.ts';
export { type OpenedSeal, Sealer } from './sealer.ts';
export { SecretKey } from './secret-key.ts';
export { type SelfTestResult, selfTest } from './self-test.ts';
export {
  type KeySetError,
  type SignOnMode,
  type UnwrappedKeySet,
  unwrapKeySet,
  type WorkingKeyName,
  type WorkingKeys,
  wrapKeySet,
} from './sign-on-keys.ts';
export { type OpenedDocument, openDocument, signDocument } from './signed-document.ts';
export { type Tr31ErrorCode, type Tr31Header, type Tr31Result, unwrapTr31 } from './tr31.ts';
