import { fromHex, toHex } from '../crypto/bytes.ts';
import type { SmartCard } from '../ports/smart-card.ts';
import { type CardAnswer, type CardProblem, send } from './card-answer.ts';
import { SELECT_HEAD } from './commands.ts';
import { fitsAtr, type PurseIssuer, type PurseSelection } from './issuer.ts';
import { PurseCard, type PursePublicData } from './purse-card.ts';

export type RecognisedCard =
  | { readonly kind: 'purse'; readonly purse: PurseCard; readonly publicData: PursePublicData }
  /** A chip card of nobody in the list. */
  | { readonly kind: 'not-a-purse' }
  /** The right application is there but locked, broken or out of reach. */
  | { readonly kind: 'problem'; readonly problem: CardProblem };

/**
 * Finds out whose purse a card is: of the issuers whose ATR pattern fits, the first whose application the card selects
 * and whose code stands in its public data. The application stays selected.
 */
export async function recognisePurse(
  card: SmartCard,
  issuers: readonly PurseIssuer[],
): Promise<RecognisedCard> {
  const atr = toHex(card.atr);
  for (const issuer of issuers) {
    if (!fitsAtr(issuer.atr, atr)) continue;
    const selected = await selectAll(card, issuer.select);
    if (selected.kind !== 'ok') {
      if (isElsewhere(selected)) continue;
      return { kind: 'problem', problem: selected };
    }
    const purse = new PurseCard(card, issuer);
    const publicData = await purse.readPublicData();
    if (publicData.kind !== 'ok') return { kind: 'problem', problem: publicData };
    if (issuer.issuerCode === undefined || issuer.issuerCode === publicData.issuerCode) {
      const { kind: _, ...rest } = publicData;
      return { kind: 'purse', purse, publicData: rest };
    }
  }
  return { kind: 'not-a-purse' };
}

/** Selects one after another; the first that is refused ends it. */
export async function selectAll(
  card: SmartCard,
  selections: readonly PurseSelection[],
): Promise<CardAnswer<unknown>> {
  for (const selection of selections) {
    const answer =
      selection.by === 'name'
        ? await send(card, `SELECT ${selection.applicationId}`, {
            head: SELECT_HEAD.name,
            data: fromHex(selection.applicationId, 'The application id'),
          })
        : await send(card, `SELECT ${selection.fileId}`, {
            head: SELECT_HEAD.file,
            data: fromHex(selection.fileId, 'The file id'),
          });
    if (answer.kind !== 'ok') return answer;
  }
  return { kind: 'ok' };
}

/** "I have no such application" or "I know no such command": the next issuer may. */
function isElsewhere(problem: CardProblem): boolean {
  if (problem.kind !== 'status') return false;
  const { code } = problem.meaning;
  return code !== 'application-locked' && problem.meaning.effect === 'refused';
}
