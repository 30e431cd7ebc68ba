import type { SecretKey } from '../../terminal-core/crypto/index.ts';
import { localTime } from '../../terminal-core/domain/local-time.ts';
import {
  answerMti,
  checkMessage,
  classifyRequest,
  type IsoMessage,
  messageRow,
  responseCode,
} from '../../terminal-core/iso8583/index.ts';
import type { HostSettings } from '../settings.ts';
import type { Fields, HostRequest } from './request.ts';
import { encodeAnswer } from './wire.ts';

/** What an answer repeats from its request, so that the terminal finds the request it belongs to. */
const ECHOED_FIELDS = [3, 4, 11, 25, 41, 42, 49, 60] as const;

/** The processing request of the header (docs/protocol.md, Frame): what the terminal is asked to do next. */
export type ProcessingRequest = 0 | 1 | 2 | 3 | 4 | 5 | 6 | 7 | 8 | 9;
export const NOTHING: ProcessingRequest = 0;
export const SIGN_ON_AGAIN: ProcessingRequest = 3;

export interface AnswerParts {
  readonly request: HostRequest;
  readonly nowMs: number;
  /** YYYY-MM-DD. */
  readonly accountingDate: string;
  readonly settings: HostSettings;
  /** DE39. */
  readonly code: string;
  readonly rrn?: string;
  readonly authorisationCode?: string;
  readonly fields?: Fields;
  readonly processingRequest?: ProcessingRequest;
  /** With it the answer carries DE64. */
  readonly macKey?: SecretKey;
}

/**
 * The bytes of an answer, without the length. What the catalogue does not allow in this kind of answer is left out.
 * @throws Error for an answer that accepts and lacks what the catalogue wants: a bug of ours, and nothing of what it
 * would have answered is booked.
 */
export function answerBytes(parts: AnswerParts): Uint8Array {
  const { request, settings } = parts;
  const { monthDay, time } = localTime(parts.nowMs, settings.utcOffsetMinutes);
  const fields: Record<number, string | Uint8Array | undefined> = {
    12: time,
    13: monthDay,
    15: parts.accountingDate.slice(5).replace('-', ''),
    32: settings.acquirerId,
    37: parts.rrn,
    38: parts.authorisationCode,
    39: parts.code,
    ...parts.fields,
  };
  for (const field of ECHOED_FIELDS) fields[field] ??= request.fields[field];
  const message: IsoMessage = {
    tpdu: swapped(request.tpdu),
    header: withProcessingRequest(request.header, parts.processingRequest ?? NOTHING),
    mti: answerMti(request.mti),
    fields: allowed(request, fields),
  };
  checkBeforeSending(request, message);
  return encodeAnswer(message, parts.macKey);
}

/** A refusal may lack what its request lacked; only what a terminal acts on must be whole. */
function checkBeforeSending(request: HostRequest, answer: IsoMessage): void {
  const kind = classifyRequest(request.message);
  const code = answer.fields[39];
  if (kind === undefined || typeof code !== 'string' || responseCode(code).category !== 'accept') return;
  const problems = checkMessage(kind, 'answer', answer, { stage: 'before-mac' });
  if (problems.length > 0) {
    throw new Error(
      `The answer to ${kind} is not what it must be: ${problems.map((each) => each.message).join(', ')}`,
    );
  }
}

function allowed(
  request: HostRequest,
  fields: Readonly<Record<number, string | Uint8Array | undefined>>,
): IsoMessage['fields'] {
  const kind = classifyRequest(request.message);
  const rules = kind && messageRow(kind).answer;
  const belongs = rules && new Set([...rules.required, ...rules.whenAccepted, ...rules.optional]);
  const present: IsoMessage['fields'] = {};
  for (const [key, value] of Object.entries(fields)) {
    const field = Number(key);
    if (value === undefined) continue;
    if (!belongs || belongs.has(field)) present[field] = value;
  }
  return present;
}

/** 60, then the two addresses changed over. */
function swapped(tpdu: string): string {
  return `${tpdu.slice(0, 2)}${tpdu.slice(6, 10)}${tpdu.slice(2, 6)}`;
}

/** The nibble behind application type, software version and terminal status. */
function withProcessingRequest(header: string, request: ProcessingRequest): string {
  return `${header.slice(0, 5)}${request}${header.slice(6)}`;
}
