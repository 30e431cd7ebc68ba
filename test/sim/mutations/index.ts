import type { Mutation } from '../mutation.ts';
import { loadTakenForDeclined, serviceTakenForDeclined } from './card-desk.ts';
import {
  cardDataKept,
  diskFullIgnored,
  lateAnswerAccepted,
  macNotChecked,
  settlementNotResumed,
  settlesWithDebts,
  stickTakenForDelivered,
  uploadRemovesBeforeAnswer,
} from './delivery.ts';
import { hostAnswersBeforeBooking, hostForgetsReversals, hostWithoutDeduplication } from './host.ts';
import { doubtClosedAsNotPaid, doubtNotPaid, proveWithWrongCounter } from './purses.ts';
import {
  journalAfterSend,
  noRecovery,
  noReversalAfterTimeout,
  repeatWithNewTrace,
  reversalSentOnce,
} from './reversals.ts';
import {
  capAgainstYesterday,
  cardNumberInClear,
  doubleKeyCharges,
  hotlistIgnored,
  receiptBeforeOutcome,
  refundAboveOriginal,
  undoWhileUndoing,
} from './selling.ts';

/** Every planted defect. Each must be found within 300 seeds; a test holds that. */
export const MUTATIONS: readonly Mutation[] = [
  noReversalAfterTimeout,
  reversalSentOnce,
  repeatWithNewTrace,
  journalAfterSend,
  noRecovery,
  lateAnswerAccepted,
  macNotChecked,
  hostWithoutDeduplication,
  hostForgetsReversals,
  hostAnswersBeforeBooking,
  uploadRemovesBeforeAnswer,
  settlementNotResumed,
  settlesWithDebts,
  stickTakenForDelivered,
  refundAboveOriginal,
  undoWhileUndoing,
  capAgainstYesterday,
  hotlistIgnored,
  doubleKeyCharges,
  receiptBeforeOutcome,
  diskFullIgnored,
  cardNumberInClear,
  cardDataKept,
  loadTakenForDeclined,
  serviceTakenForDeclined,
  doubtNotPaid,
  proveWithWrongCounter,
  doubtClosedAsNotPaid,
];
