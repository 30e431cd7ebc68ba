import type { ApplicationSerial } from '../../domain/purse.ts';
import { unreachable } from '../../domain/unreachable.ts';
import type { CardAnswer, CardCommand, CardOutcome } from '../../engine/purse/card.ts';
import {
  type CardAnswer as ClientAnswer,
  fitsPinCoding,
  isInDoubt,
  type Psam,
  type PurseCard,
} from '../../purse/index.ts';

/** A purse in a slot, and what the PSAM must be told of it. */
export interface PurseInSlot {
  readonly purse: PurseCard;
  readonly applicationSerial: ApplicationSerial;
}

/** The PSAM and the session in which it made its latest MAC1. */
export interface SamInSlot {
  readonly psam: Psam;
  /** Undefined once MAC2 was checked in it: it can be asked once. */
  session: string | undefined;
}

/** Carries a command of the engine out with the clients of card and PSAM; every answer is one of three outcomes. */
export async function performCard(
  command: CardCommand,
  slots: {
    readonly card: PurseInSlot | undefined;
    readonly sam: SamInSlot | undefined;
    readonly nextSamSession: () => string;
  },
): Promise<CardOutcome> {
  const { card, sam } = slots;
  if (!card && command.kind !== 'check-mac2') return gone('The card is not there');
  switch (command.kind) {
    case 'verify-pin': {
      const pin = command.pin.reveal();
      // What the card would say to it; a PIN that it cannot have is not worth one of its tries.
      if (card && !fitsPinCoding(pin, card.purse.issuer.pinCoding))
        return { kind: 'refused', statusWord: '6700' };
      return outcome(await card?.purse.verifyPin(pin), () => ({ kind: 'verify-pin' }));
    }
    case 'initialise-purchase': {
      const answer = await card?.purse.initialisePurchase(command);
      return outcome(answer, ({ offlineCounter, balanceMinor, keyVersion, algorithm, random }) => ({
        kind: 'initialise-purchase',
        initialised: { counter: offlineCounter, balanceMinor, keyVersion, algorithm, random },
      }));
    }
    case 'initialise-load': {
      const answer = await card?.purse.initialiseLoad(command);
      return outcome(answer, ({ onlineCounter, oldBalanceMinor, keyVersion, algorithm, random, mac1 }) => ({
        kind: 'initialise-load',
        initialised: {
          counter: onlineCounter,
          balanceMinor: oldBalanceMinor,
          keyVersion,
          algorithm,
          random,
        },
        mac1,
      }));
    }
    case 'make-mac1': {
      if (!card || !sam) return gone('The PSAM is not there');
      const { initialised, amountMinor, date, time } = command;
      const { counter, random, keyVersion, algorithm } = initialised;
      const samSession = slots.nextSamSession();
      sam.session = undefined;
      const answer = await sam.psam.initForPurchase({
        initialised: { offlineCounter: counter, random, keyVersion, algorithm },
        applicationSerial: card.applicationSerial,
        levels: card.purse.issuer.levels,
        amountMinor,
        date,
        time,
      });
      if (answer.kind === 'ok') sam.session = samSession;
      return outcome(answer, ({ terminalSerial, mac1 }) => ({
        kind: 'make-mac1',
        terminalSerial,
        mac1,
        samSession,
      }));
    }
    case 'debit': {
      const { kind: _, ...request } = command;
      const answer = await card?.purse.debit(request);
      return outcome(answer, ({ tac, mac2 }) => ({ kind: 'debit', tac, mac2 }));
    }
    case 'check-mac2': {
      // Another session would compare with another sale's MAC2, and call a good card a fake.
      if (!sam || sam.session !== command.samSession) return gone('The PSAM no longer knows of this sale');
      sam.session = undefined;
      return outcome(await sam.psam.creditForPurchase({ mac2: command.mac2 }), () => ({
        kind: 'check-mac2',
      }));
    }
    case 'prove': {
      const { kind: _, ...request } = command;
      const answer = await card?.purse.prove(request);
      return outcome(answer, ({ tac, mac2 }) => ({ kind: 'prove', tac, mac2 }));
    }
    case 'read-log':
      return outcome(await card?.purse.readLogs(), ({ records }) => ({ kind: 'read-log', records }));
    case 'credit': {
      const { kind: _, ...request } = command;
      return outcome(await card?.purse.creditForLoad(request), ({ tac }) => ({ kind: 'credit', tac }));
    }
    default:
      return unreachable(command);
  }
}

/** Only a card that says that it did nothing is believed; whatever leaves that open is no answer. */
function outcome<Values>(
  answer: ClientAnswer<Values> | undefined,
  read: (values: Values) => CardAnswer,
): CardOutcome {
  if (answer === undefined) return gone('The card is not there');
  switch (answer.kind) {
    case 'ok':
      return { kind: 'done', answer: read(answer) };
    case 'status': {
      const statusWord = answer.statusWord.toString(16).toUpperCase().padStart(4, '0');
      return isInDoubt(answer) ? gone(`${answer.command}: ${statusWord}`) : { kind: 'refused', statusWord };
    }
    case 'no-answer':
      return gone(`${answer.command}: ${answer.detail}`);
    case 'malformed':
      return gone(`${answer.command}: ${answer.field}: ${answer.problem}`);
  }
}

function gone(detail: string): CardOutcome {
  return { kind: 'no-answer', detail };
}
