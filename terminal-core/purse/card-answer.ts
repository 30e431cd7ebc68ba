import type { SmartCard } from '../ports/smart-card.ts';
import type { CommandApdu } from './apdu.ts';
import type { CommandSpec } from './commands.ts';
import { exchange } from './exchange.ts';
import { decodeLayout, encodeLayout, layoutBytes, type ValuesOf } from './fields.ts';
import { STATUS_OK, type StatusMeaning, statusMeaning } from './status-words.ts';

/** Why a command brought no values. `command` is its name in the table. */
export type CardProblem =
  /** The card said something else than 9000. `meaning.effect` says whether it may have acted nevertheless. */
  | {
      readonly kind: 'status';
      readonly command: string;
      readonly statusWord: number;
      readonly meaning: StatusMeaning;
    }
  /** Nobody knows whether the card acted. */
  | { readonly kind: 'no-answer'; readonly command: string; readonly detail: string }
  /** The card said 9000, so it acted, but its answer cannot be what it says: treat as `no-answer`. */
  | {
      readonly kind: 'malformed';
      readonly command: string;
      /** The name of the field, or `length`. */
      readonly field: string;
      readonly problem: string;
    };

export type CardAnswer<Values> = ({ readonly kind: 'ok' } & Values) | CardProblem;

/** True when the card may have acted though the answer is not there: the money's whereabouts must be found out. */
export function isInDoubt(answer: CardAnswer<unknown>): boolean {
  switch (answer.kind) {
    case 'ok':
      return false;
    case 'status':
      return answer.meaning.effect === 'unknown';
    case 'no-answer':
    case 'malformed':
      return true;
  }
}

/** Sends one command of the table and reads its answer by the table. */
export async function ask<Spec extends CommandSpec>(
  card: SmartCard,
  spec: Spec,
  values: ValuesOf<Spec['data']>,
): Promise<CardAnswer<ValuesOf<Spec['answer']>>> {
  const answerBytes = layoutBytes(spec.answer);
  const answer = await send(card, spec.name, {
    head: spec.head,
    data: encodeLayout(spec.data, values),
    ...(answerBytes === 0 ? {} : { expectedBytes: answerBytes }),
  });
  if (answer.kind !== 'ok') return answer;
  const decoded = decodeLayout<Spec['answer']>(spec.answer, answer.data);
  if (!decoded.ok)
    return { kind: 'malformed', command: spec.name, field: decoded.field, problem: decoded.problem };
  return { kind: 'ok', ...decoded.values };
}

/** Sends a command whose answer has no table; anything but 9000 is a problem. */
export async function send(
  card: SmartCard,
  name: string,
  command: CommandApdu,
): Promise<CardAnswer<{ readonly data: Uint8Array }>> {
  const outcome = await exchange(card, command);
  if (outcome.kind === 'no-answer') return { kind: 'no-answer', command: name, detail: outcome.detail };
  const { statusWord, data } = outcome;
  if (statusWord === STATUS_OK) return { kind: 'ok', data };
  return { kind: 'status', command: name, statusWord, meaning: statusMeaning(statusWord) };
}
