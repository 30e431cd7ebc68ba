export { type CardAnswer, type CardProblem, isInDoubt } from './card-answer.ts';
export { PURSE_LOG_RECORDS_MAX } from './commands.ts';
export {
  type PsamProfile,
  PURSE_ISSUERS_MAX,
  type PurseIssuer,
  type PurseIssuerConfig,
  type PurseLevels,
  psamProfile,
  purseIssuer,
  purseIssuers,
} from './issuer.ts';
export { fitsPinCoding } from './pin.ts';
export { Psam, type SamPurchase } from './psam.ts';
export {
  type InitialisedLoad,
  type InitialisedPurchase,
  isLoggedAs,
  PurseCard,
  type PurseLogRecord,
  type PursePublicData,
} from './purse-card.ts';
export { type RecognisedCard, recognisePurse } from './recognise.ts';
export { type StatusCode, type StatusEffect, type StatusMeaning, statusMeaning } from './status-words.ts';
