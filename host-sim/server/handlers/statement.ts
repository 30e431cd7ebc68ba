import { localTime } from '../../../terminal-core/domain/local-time.ts';
import { amountMinor } from '../../../terminal-core/domain/money.ts';
import {
  DE59_TAG,
  encodeDe59,
  encodeStatement,
  STATEMENT_LINES_MAX,
  type StatementKind,
  type StatementLine,
} from '../../../terminal-core/iso8583/index.ts';
import { balanceOf, cardAccount } from '../../ledger/accounts.ts';
import { statementOf } from '../../ledger/statement.ts';
import type { HostSettings } from '../../settings.ts';
import { cardFacts, cardOf } from '../card-facts.ts';
import { refusalByStatus, UNKNOWN_CARD } from '../card-rules.ts';
import { declined, type MessageContext, type Outcome } from '../outcome.ts';
import { refusalByPin } from '../pin-check.ts';
import { written } from '../wire.ts';

/** What a posting is called on a statement; what is not here is `OT`, other. */
const KIND_OF_POSTING: Readonly<Record<string, StatementKind>> = {
  issue: 'IS',
  load: 'LO',
  'load-void': 'LV',
  purchase: 'PU',
  'code-payment': 'PU',
  'offline-sale': 'OF',
  void: 'VO',
  refund: 'RF',
  'pre-authorisation': 'PA',
  'pre-authorisation-void': 'PV',
  completion: 'CO',
  'completion-void': 'CV',
  reversal: 'RV',
  replace: 'RP',
  surrender: 'SU',
};

/** The last movements of the card in DE59 and what they came to in DE54, under the same rules as a balance. */
export async function statement(context: MessageContext): Promise<Outcome> {
  const { services, tx } = context;
  const { settings } = services;
  const card = await cardOf(context);
  if (!card) return declined('statement', UNKNOWN_CARD);
  const refusal = refusalByStatus(card) ?? (await refusalByPin(context, card));
  if (refusal) return declined('statement', refusal, { card });
  const account = cardAccount(card.cardId);
  const movements = await statementOf(tx, account, STATEMENT_LINES_MAX);
  const { balanceMinor } = await balanceOf(tx, account);
  const facts = await cardFacts(context, card, balanceMinor);
  const lines = written(encodeStatement(movements.map((movement) => lineOf(movement, settings))));
  return {
    kind: 'statement',
    state: 'recorded',
    code: '00',
    card,
    // As with every answer about a card that may be used, a fresh certificate goes with it.
    answer: {
      ...facts,
      59: `${facts[59] ?? ''}${written(encodeDe59([{ tag: DE59_TAG.statement, value: lines }]))}`,
    },
  };
}

function lineOf(
  movement: Awaited<ReturnType<typeof statementOf>>[number],
  settings: HostSettings,
): StatementLine {
  const { date, time } = localTime(movement.atMs, settings.utcOffsetMinutes);
  return {
    date,
    time,
    kind: KIND_OF_POSTING[movement.kind.replace(/-at-upload$/, '')] ?? 'OT',
    sign: movement.amountMinor < 0 ? 'D' : 'C',
    amountMinor: amountMinor(Math.abs(movement.amountMinor)),
    balanceMinor: amountMinor(movement.balanceMinor),
  };
}
