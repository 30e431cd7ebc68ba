import {
  checkMessage,
  classifyRequest,
  type ResponseCategory,
  responseCode,
} from '../../terminal-core/iso8583/index.ts';
import { findBatch } from '../batches/batches.ts';
import { hasOpenException, openException } from '../exceptions/exceptions.ts';
import type { Clock } from '../ports.ts';
import { accountingDate } from '../settings.ts';
import { type BarredBy, findBar } from '../store/barred-originals.ts';
import type { Store, StoreTransaction } from '../store/store.ts';
import { findTerminal, type KeySet, keySetsOf } from '../store/terminals.ts';
import { findRepeat, insertTransaction, type StoredTransaction } from '../store/transactions.ts';
import { type AnswerParts, answerBytes, type ProcessingRequest, SIGN_ON_AGAIN } from './answer.ts';
import { bodyDigest, requestDigest } from './dedup.ts';
import { refusalByCardData, refusalByCurrency } from './field-agreement.ts';
import { HANDLING, type Handling } from './kinds.ts';
import {
  declined,
  type FaultsForRules,
  type HostServices,
  type MessageContext,
  type Outcome,
  type UnauthenticatedContext,
} from './outcome.ts';
import { recordOf } from './record.ts';
import { bytesOf, type HostRequest } from './request.ts';
import { answerWithMac, macHolds } from './wire.ts';

export interface ProcessorOptions {
  readonly store: Store;
  readonly services: HostServices;
  readonly clock: Clock;
}

/**
 * Takes one request to its answer inside one database transaction: whatever was booked, recorded and will be answered
 * to a repeat is on disk before the answer leaves.
 */
export class MessageProcessor {
  readonly #options: ProcessorOptions;

  constructor(options: ProcessorOptions) {
    this.#options = options;
  }

  /** @returns the answer, without the length. */
  answer(request: HostRequest, faults: FaultsForRules): Promise<Uint8Array> {
    return this.#options.store.transaction((tx) => this.#answer(tx, request, faults));
  }

  async #answer(tx: StoreTransaction, request: HostRequest, faults: FaultsForRules): Promise<Uint8Array> {
    const { clock, services } = this.#options;
    const nowMs = clock.nowMs();
    const date = accountingDate(nowMs, services.settings);
    const plain = (code: string, more: Partial<AnswerParts> = {}) =>
      answerBytes({ ...more, request, nowMs, accountingDate: date, settings: services.settings, code });
    const terminal = await findTerminal(tx, request.terminalId);
    if (terminal?.status !== 'active') return plain('97');
    if (terminal.merchantId !== request.merchantId) return plain('03');
    const kind = classifyRequest(request.message);
    const handling = kind && HANDLING[kind];
    if (!kind || !handling) return plain('12');
    // A missing MAC is no format error: it is told apart from a wrong one by nobody.
    if (checkMessage(kind, 'request', request.message, { stage: 'before-mac' }).length > 0)
      return plain('30');
    const context = { tx, services, request, terminal, nowMs, accountingDate: date, faults };
    switch (handling.access) {
      case 'network': {
        const { code, answer } = faults.declineWith
          ? { code: faults.declineWith }
          : await handling.handle(context);
        return plain(code, answer ? { fields: answer } : {});
      }
      case 'batch':
        return this.#answerBatch(context, handling);
      case 'authenticated':
        return this.#answerAuthenticated(context, handling, plain);
    }
  }

  async #answerBatch(
    context: UnauthenticatedContext,
    handling: Extract<Handling, { access: 'batch' }>,
  ): Promise<Uint8Array> {
    const { request, tx } = context;
    const digest = requestDigest(request);
    const repeat = await findRepeat(tx, keyOf(request), digest);
    if (repeat?.requestDigest === digest) return repeat.answer;
    const outcome = repeat
      ? await sameNumberOtherContent(context, repeat)
      : await decide(context, async () => {
          const refusal = refusalByCurrency(request);
          return refusal ? declined('unknown', refusal) : handling.handle(context);
        });
    const answer = this.#answerOf(context, outcome, {});
    if (!repeat && isFinal(outcome)) await store(context, outcome, { answer, digest });
    return answer;
  }

  async #answerAuthenticated(
    context: UnauthenticatedContext,
    handling: Extract<Handling, { access: 'authenticated' }>,
    plain: (code: string, more?: Partial<AnswerParts>) => Uint8Array,
  ): Promise<Uint8Array> {
    const { request, services, terminal, tx } = context;
    const digest = requestDigest(request);
    const repeat = await findRepeat(tx, keyOf(request), digest);
    const isRepeat = repeat?.requestDigest === digest;
    // To the byte the same as before, MAC and all: whoever sends it learns nothing that was not sent before.
    if (isRepeat && repeat.requestBodyDigest === bodyDigest(request)) return repeat.answer;
    const keySet = await this.#keySetOfMac(tx, request);
    if (!keySet) return plain('A0', { processingRequest: SIGN_ON_AGAIN });
    const macKey = services.terminalKeys.macKey(keySet);
    // Under other keys, because the terminal has signed on again meanwhile: the same answer, vouched for by those keys.
    if (isRepeat) return answerWithMac(repeat.answer, macKey);
    if (terminal.signedOn === 0) return plain('A0', { processingRequest: SIGN_ON_AGAIN, macKey });
    const authenticated: MessageContext = { ...context, keySet };
    if (repeat) return this.#answerOf(context, await sameNumberOtherContent(context, repeat), { macKey });
    if (handling.openBatch) {
      const closed = await refusalByBatch(authenticated);
      if (closed) return plain(closed.code, { processingRequest: closed.processingRequest, macKey });
    }
    await handling.always?.(authenticated);
    const outcome = await decide(context, async () => {
      // Reversals and queries name a message by its number, whatever was wrong with it.
      if (!handling.openBatch) return handling.handle(authenticated);
      const barred = await findBar(tx, { ...keyOf(request) });
      if (barred) return barredOutcome(barred);
      const refusal = refusalByCurrency(request) ?? (await refusalByCardData(authenticated));
      return refusal ? declined('unknown', refusal) : handling.handle(authenticated);
    });
    const answer = this.#answerOf(context, outcome, { macKey });
    if (isFinal(outcome)) await store(context, outcome, { answer, digest });
    return answer;
  }

  #answerOf(
    context: UnauthenticatedContext,
    outcome: Outcome,
    more: Pick<AnswerParts, 'macKey'>,
  ): Uint8Array {
    return answerBytes({
      ...more,
      request: context.request,
      nowMs: context.nowMs,
      accountingDate: context.accountingDate,
      settings: context.services.settings,
      code: outcome.code,
      ...(outcome.rrn === undefined ? {} : { rrn: outcome.rrn }),
      ...(outcome.authorisationCode === undefined ? {} : { authorisationCode: outcome.authorisationCode }),
      ...(outcome.answer === undefined ? {} : { fields: outcome.answer }),
    });
  }

  /** The current set first; an earlier one of this batch vouches for what was made under it and could not be sent. */
  async #keySetOfMac(tx: StoreTransaction, request: HostRequest): Promise<KeySet | undefined> {
    const { terminalKeys } = this.#options.services;
    if (!bytesOf(request, 64)) return undefined;
    for (const keySet of await keySetsOf(tx, request.terminalId)) {
      if (macHolds(request.bytes, terminalKeys.macKey(keySet))) return keySet;
    }
    return undefined;
  }
}

/** Faults of the rule book come before the rules. */
async function decide(context: UnauthenticatedContext, rule: () => Promise<Outcome>): Promise<Outcome> {
  const code = context.faults.declineWith;
  return code === undefined ? rule() : { kind: 'unknown', state: 'declined', code, reason: 'fault' };
}

async function refusalByBatch(
  context: MessageContext,
): Promise<{ readonly code: string; readonly processingRequest: ProcessingRequest } | undefined> {
  const { request, terminal, tx } = context;
  if (request.batchNumber !== terminal.batchNumber) return { code: 'A0', processingRequest: SIGN_ON_AGAIN };
  const batch = await findBatch(tx, terminal.terminalId, terminal.batchNumber);
  // Its totals were compared and its upload has begun: what came in now would be missing from both.
  return batch?.state === 'unbalanced' ? { code: '90', processingRequest: 0 } : undefined;
}

function barredOutcome(by: BarredBy): Outcome {
  return { kind: 'unknown', state: 'declined', code: '22', reason: `${by}-came-first` };
}

async function sameNumberOtherContent(
  context: UnauthenticatedContext,
  first: StoredTransaction,
): Promise<Outcome> {
  const { nowMs, request, tx } = context;
  const about = { terminalId: first.terminalId, batchNumber: first.batchNumber, stan: first.stan };
  const kind = 'same-number-other-content';
  // Once for each number: settlements carry no MAC, and anybody could fill the list.
  const isKnown = await hasOpenException(tx, { ...about, kind });
  if (!isKnown)
    await openException(tx, {
      ...about,
      kind,
      amountMinor: request.amountMinor ?? 0,
      terminalRecord: recordOf(request),
      hostRecord: first.record,
      atMs: nowMs,
    });
  return { kind: first.kind, state: 'declined', code: '12', reason: 'same-number-other-content' };
}

function keyOf(request: HostRequest) {
  return {
    terminalId: request.terminalId,
    batchNumber: request.batchNumber,
    stan: request.stan,
    mti: request.mti,
  };
}

/**
 * Some codes refuse the moment and not the message: the same message comes again and is decided anew, so that an advice
 * that was told to try later is not told so for ever.
 */
const NOT_FINAL: ReadonlySet<ResponseCategory> = new Set([
  'try-again',
  'try-later',
  'sign-on-again',
  'issuer-timeout',
]);

function isFinal(outcome: Outcome): boolean {
  return outcome.mayComeAgain !== true && !NOT_FINAL.has(responseCode(outcome.code).category);
}

async function store(
  context: UnauthenticatedContext,
  outcome: Outcome,
  sent: { readonly answer: Uint8Array; readonly digest: string },
): Promise<void> {
  const { accountingDate: date, nowMs, request, terminal, tx } = context;
  await insertTransaction(tx, {
    ...keyOf(request),
    merchantId: terminal.merchantId,
    kind: outcome.kind,
    state: outcome.state,
    responseCode: outcome.code,
    reason: outcome.reason ?? null,
    amountMinor: outcome.amountMinor ?? request.amountMinor ?? 0,
    cardId: outcome.card?.cardId ?? null,
    panMasked: request.pan?.masked() ?? null,
    rrn: outcome.rrn ?? null,
    authorisationCode: outcome.authorisationCode ?? null,
    saleBatchNumber: outcome.sale?.batchNumber ?? null,
    saleStan: outcome.sale?.stan ?? null,
    saleAtMs: outcome.sale?.atMs ?? null,
    certificateNumber: outcome.certificateNumber ?? null,
    originalTransactionId: outcome.originalTransactionId ?? null,
    postingId: outcome.postingId ?? null,
    statusBefore: outcome.statusBefore ? JSON.stringify(outcome.statusBefore) : null,
    atMs: nowMs,
    accountingDate: date,
    requestDigest: sent.digest,
    requestBodyDigest: bodyDigest(request),
    record: recordOf(request),
    answer: sent.answer,
  });
}
