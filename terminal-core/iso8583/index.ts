export { answerMti, checkMessage, type MessageProblem } from './catalogue/check.ts';
export { classifyRequest, messageRow } from './catalogue/classify.ts';
export type { FieldRules, MessageKind, MessageRow, UnknownOutcome } from './catalogue/message-row.ts';
export { deriveReversal, type ReversalReason } from './catalogue/reversal.ts';
export { MESSAGE_ROWS } from './catalogue/rows.ts';
export type { Dialect } from './compile.ts';
export { type DecodeResult, decode } from './decode.ts';
export { describeKind, describeMessage, type FieldDescription, subfieldErrors } from './describe.ts';
export { cup, type DialectName, dialects, isDialectName } from './dialects.ts';
export { type EncodeResult, encode } from './encode.ts';
export { decodeFramed, encodeFramed, LENGTH_BYTES } from './framing.ts';
export type { IsoError, IsoErrorCode, SubfieldResult } from './iso-error.ts';
export { fromJsonMessage, type JsonMessage, toJsonMessage } from './json.ts';
export { encodeWithMac, macInput } from './mac.ts';
export { HIDDEN, mask, maskFields } from './mask.ts';
export type { FieldValue, IsoMessage, PartialMessage } from './message.ts';
export {
  type ResponseCategory,
  type ResponseCode,
  responseCode,
  responseCodes,
} from './response-codes.ts';
export { type Route, readRoute } from './route.ts';
export { decodeDe22, type EntryModeCode, encodeDe22 } from './subfields/de22.ts';
export {
  BATCH_RECORDS_MAX,
  type BatchRecord,
  decodeBatchRecords,
  decodeSettlementTotals,
  decodeUploadCount,
  encodeBatchRecords,
  encodeSettlementTotals,
  encodeUploadCount,
  NO_TOTALS,
  type SchemeTotals,
  type SettlementTotals,
} from './subfields/de48.ts';
export { decodeDe53, encodeDe53, type SecurityControl } from './subfields/de53.ts';
export { type Balance, decodeDe54, encodeDe54 } from './subfields/de54.ts';
export { decodeDe55, encodeDe55 } from './subfields/de55.ts';
export {
  decodeDe58,
  encodeDe58,
  PURSE_FLAG,
  type PurseFields,
  type PurseKey,
  purseFieldsOf,
  purseObjects,
} from './subfields/de58.ts';
export { DE59_TAG, decodeDe59, encodeDe59, findDe59, type TaggedText } from './subfields/de59.ts';
export { type De60, decodeDe60, encodeDe60 } from './subfields/de60.ts';
export { type De61, decodeDe61, encodeDe61 } from './subfields/de61.ts';
export {
  decodeKeySet,
  encodeKeySet,
  type KeySet,
  type KeySetControl,
  type WrappedKey,
} from './subfields/de62-keys.ts';
export {
  type DownloadPart,
  decodeDownloadPart,
  decodePartRequest,
  encodeDownloadPart,
  encodePartRequest,
  PART_PAYLOAD_BYTES_MAX,
} from './subfields/de62-parts.ts';
export {
  missingPurseObjects,
  PURSE_CONTENTS,
  type PurseMessage,
} from './subfields/purse-contents.ts';
export {
  decodeStatement,
  encodeStatement,
  STATEMENT_KINDS,
  STATEMENT_LINES_MAX,
  type StatementKind,
  type StatementLine,
} from './subfields/statement.ts';
export { decodeTlv, encodeTlv, findTlv, isConstructed, type Tlv } from './subfields/tlv.ts';
