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
import { purseLoadsTrue, purseProofsTaken, purseSalesTrue, pursesAtHostTrue } from './purses.ts';
import { reportsAddUp } from './reports.ts';
import { splitSalesWhole } from './splits.ts';

/** In the order in which they are told. */
export const CHECKERS: readonly Checker[] = [
  unknownsResolved,
  moneyConserved,
  sidesAgree,
  chargedOnce,
  splitSalesWhole,
  holdsAgree,
  purseSalesTrue,
  purseLoadsTrue,
  purseProofsTaken,
  pursesAtHostTrue,
  toldStands,
  receiptsMatch,
  refundsWithinOriginal,
  cashBackWithinSale,
  capsKept,
  refusedForReason,
  rightPinAccepted,
  batchesAgree,
  reportsAddUp,
  noExceptions,
  hostAudited,
  journalsVerify,
  noClearCardNumber,
  cardDataErased,
];
