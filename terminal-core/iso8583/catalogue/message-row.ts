/** Every kind of exchange between terminal and host. */
export type MessageKind =
  | 'sign-on'
  | 'sign-off'
  | 'echo'
  | 'parameters'
  | 'parameters-end'
  | 'hotlist'
  | 'hotlist-end'
  | 'balance'
  | 'statement'
  | 'purchase'
  | 'code-payment'
  | 'code-payment-void'
  | 'code-payment-refund'
  | 'void'
  | 'refund'
  | 'reversal'
  | 'pre-authorisation'
  | 'pre-authorisation-void'
  | 'completion'
  | 'completion-void'
  | 'offline-advice'
  | 'purse-offline'
  | 'load-purse-cash'
  | 'load-purse-account'
  | 'load-prepaid-cash'
  | 'load-void'
  | 'load-confirm'
  | 'load-purse-confirm'
  | 'activate'
  | 'block'
  | 'unblock'
  | 'replace'
  | 'surrender'
  | 'report-loss'
  | 'query'
  | 'settlement'
  | 'batch-upload'
  | 'batch-upload-end';

/**
 * What a message owes when its outcome is unknown: `reverse` a reversal; `reverse-with-proof` a reversal or confirmation
 * with the purse's proof; `repeat` the same bytes until answered; `confirm` a confirmation; `none` nothing.
 */
export type UnknownOutcome = 'reverse' | 'reverse-with-proof' | 'repeat' | 'confirm' | 'none';

/** Which fields one direction of an exchange carries. What is in neither list is forbidden. */
export interface FieldRules {
  readonly required: readonly number[];
  readonly optional: readonly number[];
  /** At least one of these must be there: the ways a card number can travel. */
  readonly oneOf?: readonly number[];
}

/** An answer: what every answer carries is `required`, that is what it is matched by and DE39. */
export interface AnswerRules extends FieldRules {
  /** Besides, in an answer that accepts: its result. A host that refuses has none to give. */
  readonly whenAccepted: readonly number[];
}

/** One row of the catalogue. */
export interface MessageRow {
  readonly kind: MessageKind;
  /** The message types a request may have; the first is the one to send. The answer's is the request's + 10. */
  readonly mtis: readonly string[];
  /** DE3 and DE25 where the kind has its own; a reversal has its original's. */
  readonly processingCode?: string;
  readonly condition?: string;
  /** Values of DE60.1 and DE60.3; the first is the one to send. Absent: any. */
  readonly types?: readonly string[];
  readonly controls?: readonly string[];
  readonly request: FieldRules;
  readonly answer: AnswerRules;
  /** Whether request and accepted answer carry DE64. */
  readonly isMaced: boolean;
  readonly unknownOutcome: UnknownOutcome;
}
