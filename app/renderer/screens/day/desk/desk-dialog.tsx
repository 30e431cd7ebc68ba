import { useState } from 'react';
import type { CardHandle, LoadResult, PaymentResult } from '../../../../../terminal-core/api/contract.ts';
import { answerOrNotice } from '../../../commands.ts';
import { AmountEntry } from '../../../components/amount-entry.tsx';
import { CardCapture } from '../../../components/card-capture.tsx';
import { DialogFrame } from '../../../components/dialog-frame.tsx';
import { RequestPanel } from '../../../components/request-panel.tsx';
import { type RequestExtras, useRequest } from '../../../components/use-request.ts';
import { Working } from '../../../components/working.tsx';
import { yuan } from '../../../format/money.ts';
import { bilingual, useWords } from '../../../i18n/i18n.ts';
import { play } from '../../../input/sounds.ts';
import { useTill } from '../../../till-context.ts';
import type { CoreClient } from '../../../transport/core-link.ts';
import { DeskLook } from './desk-look.tsx';
import { DeskTold } from './desk-told.tsx';
import { DESK_OPERATIONS, type DeskOperation, type Gathered, type Need } from './operations.ts';

type Claims = LoadResult['claims'];

/** One thing at the card desk: what it needs, in the order of its row, then the core's answer. */
export function DeskDialog(props: { readonly operation: DeskOperation; readonly onClose: () => void }) {
  const { operation, onClose } = props;
  const { t } = useWords();
  const till = useTill();
  // One for each time the dialog is opened: asked again it is the same load or service, and never a second one.
  const [id] = useState(() => crypto.randomUUID());
  const [gathered, setGathered] = useState<Gathered>({});
  const [isAskingBalance, setAskingBalance] = useState(false);
  const [claims, setClaims] = useState<Claims>([]);
  const request = useRequest();
  const { needs } = DESK_OPERATIONS[operation];
  const need = needs.find((each) => !isThere(each, gathered));

  const send = (all: Gathered): void =>
    request.send(async (client, extras) => {
      const answer = await ask(client, { operation, id, gathered: all, extras });
      setClaims(answer.claims);
      return answer.result;
    });
  const gather = (more: Gathered): void => {
    const all = { ...gathered, ...more };
    setGathered(all);
    if (needs.every((each) => isThere(each, all))) send(all);
  };
  /** The cash that is paid out is what the host says is on the card, and nothing that is typed. */
  const askBalance = async (card: CardHandle): Promise<void> => {
    setAskingBalance(true);
    till.notice.set(undefined);
    const { cardRef } = card;
    const outcome = await till.link.ask((client) => client.cards.inquire({ inquiry: 'balance', cardRef }));
    setAskingBalance(false);
    const answer = answerOrNotice(till, outcome);
    if (answer?.kind === 'inquiry' && answer.balanceMinor !== undefined)
      return gather({ card, amountMinor: answer.balanceMinor });
    if (answer === undefined) return;
    play('problem');
    till.notice.set(
      answer.kind === 'declined'
        ? { tone: 'problem', text: answer.text, nextStep: answer.nextStep }
        : { tone: 'problem', text: bilingual('desk.no-balance') },
    );
  };
  const takeCard = (card: CardHandle): void => {
    if (need === 'new-card') gather({ newCard: card });
    else if (needs.some((each) => each === 'balance')) void askBalance(card);
    else gather({ card });
  };

  const title = t(`desk.${operation}`);
  const { step } = request;
  if (step?.kind === 'told') {
    return (
      <DialogFrame title={title} onClose={onClose} isWide>
        <DeskTold
          result={step.result}
          amountMinor={gathered.amountMinor ?? 0}
          claims={claims}
          onClose={onClose}
        />
      </DialogFrame>
    );
  }
  return (
    <DialogFrame title={title} onClose={onClose} isWide>
      {step !== undefined ? (
        <RequestPanel request={request} onCancel={onClose} />
      ) : isAskingBalance ? (
        <Working />
      ) : need === 'amount' ? (
        <AmountEntry
          label={t(operation === 'load' ? 'purse.load.amount' : 'desk.held')}
          note={t(`desk.means.${operation}`)}
          submitLabel={t('desk.next-card')}
          canBeNought={false}
          isWorking={false}
          onAmount={(amountMinor) => gather({ amountMinor })}
        />
      ) : need === 'look' ? (
        <DeskLook
          operation={operation}
          gathered={gathered}
          onAgree={() => send(gathered)}
          onLeave={onClose}
        />
      ) : (
        <CardCapture
          // The digits of the old card are not the beginning of the new one.
          key={need}
          {...captureWords(need === 'new-card' ? 'new' : operation === 'replace' ? 'old' : 'any', t)}
          nextText={
            gathered.amountMinor === undefined
              ? t(`desk.means.${operation}`)
              : t(`desk.then.${operation === 'load' ? 'load' : 'pre-authorise'}`, {
                  amount: yuan(gathered.amountMinor),
                })
          }
          onCard={takeCard}
          onKey={() => false}
        />
      )}
    </DialogFrame>
  );
}

function captureWords(which: 'any' | 'old' | 'new', t: ReturnType<typeof useWords>['t']) {
  return which === 'any' ? {} : { title: t(`desk.${which}-card`) };
}

function isThere(need: Need, gathered: Gathered): boolean {
  switch (need) {
    case 'amount':
    case 'balance':
      return gathered.amountMinor !== undefined;
    case 'card':
      return gathered.card !== undefined;
    case 'new-card':
      return gathered.newCard !== undefined;
    // The person says so by pressing Enter, which sends it.
    case 'look':
      return false;
  }
}

async function ask(
  client: CoreClient,
  asked: {
    readonly operation: DeskOperation;
    readonly id: string;
    readonly gathered: Gathered;
    readonly extras: RequestExtras;
  },
): Promise<{ readonly result: PaymentResult; readonly claims: Claims }> {
  const { operation, id, gathered, extras } = asked;
  const { amountMinor = 0, card, newCard } = gathered;
  const cardRef = card?.cardRef ?? '';
  const { pin } = extras;
  switch (operation) {
    case 'load':
      return client.cards.load({ loadId: id, amountMinor, cardRef });
    case 'pre-authorise': {
      const held = { saleId: id, amountMinor, cardRef, ...(pin === undefined ? {} : { pin }) };
      return { result: await client.sale.preAuthorise(held), claims: [] };
    }
    case 'replace': {
      const service = { service: operation, serviceId: id, cardRef, newCardRef: newCard?.cardRef ?? '' };
      return { result: await client.cards.serve({ ...service, ...extras }), claims: [] };
    }
    case 'surrender': {
      const service = { service: operation, serviceId: id, cardRef, amountMinor };
      return { result: await client.cards.serve({ ...service, ...extras }), claims: [] };
    }
    default:
      return {
        result: await client.cards.serve({ service: operation, serviceId: id, cardRef, ...extras }),
        claims: [],
      };
  }
}
