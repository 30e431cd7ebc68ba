import { capsKept, refusedForReason } from './caps.ts';
import type { Checker } from './checker.ts';
import { batchesAgree, cardDataErased, journalsVerify, noClearCardNumber } from './journals.ts';
import {
  cashBackWithinSale,
  chargedOnce,
  holdsAgree,
  hostAudited,
  moneyConserved,
  noExceptions,
  refundsWithinOriginal,
  sidesAgree,
} from './money.ts';
import { receiptsMatch, rightPinAccepted, toldStands, unknownsResolved } from './promises.ts';

/** In the order in which they are told. */
export const CHECKERS: readonly Checker[] = [
  unknownsResolved,
  moneyConserved,
  sidesAgree,
  chargedOnce,
  holdsAgree,
  toldStands,
  receiptsMatch,
  refundsWithinOriginal,
  cashBackWithinSale,
  capsKept,
  refusedForReason,
  rightPinAccepted,
  batchesAgree,
  noExceptions,
  hostAudited,
  journalsVerify,
  noClearCardNumber,
  cardDataErased,
];
