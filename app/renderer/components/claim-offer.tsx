import { useState } from 'react';
import { answerOrNotice, tell } from '../commands.ts';
import { yuan } from '../format/money.ts';
import { useWords } from '../i18n/i18n.ts';
import { useInput } from '../input/use-input.ts';
import { useCell } from '../store/cell.ts';
import type { ClaimOffer as Offer } from '../store/claim-offers.ts';
import { useTill } from '../till-context.ts';
import { Action } from './action.tsx';
import { DialogFrame } from './dialog-frame.tsx';
import { Icon } from './icon.tsx';
import type { KnownResult } from './outcome.ts';
import { OutcomePanel } from './outcome-panel.tsx';
import { PinEntry } from './pin-entry.tsx';
import { ReceiptView } from './receipt-view.tsx';
import { useStoreTime } from './use-store-time.ts';
import { WaitedFor } from './waited-for.tsx';

/** Opens over any screen when a card was read that owes this store for a refused offline sale. */
export function ClaimOffer() {
  const offer = useCell(useTill().claims.current);
  const claim = offer?.card.claims?.[0];
  if (offer === undefined || claim === undefined) return null;
  return <ClaimDialog key={offer.card.cardRef} offer={offer} claim={claim} />;
}

type Claim = NonNullable<Offer['card']['claims']>[number];
type Step =
  | { readonly kind: 'offered' }
  | { readonly kind: 'working' }
  | { readonly kind: 'pin'; readonly maskedPan: string; readonly amountMinor: number }
  | { readonly kind: 'result'; readonly result: KnownResult };

function ClaimDialog({ offer, claim }: { readonly offer: Offer; readonly claim: Claim }) {
  const { t } = useWords();
  const till = useTill();
  const [step, setStep] = useState<Step>({ kind: 'offered' });
  const { card } = offer;

  const collect = async (pin?: string): Promise<void> => {
    setStep({ kind: 'working' });
    const outcome = await till.link.ask((client) =>
      client.sale.collectClaim({
        txnId: claim.txnId,
        cardRef: card.cardRef,
        ...(pin === undefined ? {} : { pin }),
      }),
    );
    if (outcome.kind !== 'answer') {
      // Asked again it is the same claim, which the core never collects twice.
      answerOrNotice(till, outcome);
      offer.close(false);
      return;
    }
    const result = outcome.value;
    if (result.kind === 'pin-required') {
      setStep({ kind: 'pin', maskedPan: result.maskedPan, amountMinor: result.amountMinor });
    } else setStep({ kind: 'result', result });
  };
  /** Not now: the card goes on to what it was read for. After a try it must be presented again. */
  const leave = (): void => {
    if (step.kind === 'working') return;
    if (step.kind === 'result') tell(till, 'problem', 'claim.card-again', 'claim.card-again.next');
    offer.close(step.kind === 'offered');
  };

  return (
    <DialogFrame title={t('claim.title')} onClose={leave} isWide={step.kind !== 'offered'}>
      {step.kind === 'offered' && (
        <Offered card={card} claim={claim} onCollect={() => void collect()} onLeave={leave} />
      )}
      {step.kind === 'working' && <Working />}
      {step.kind === 'pin' && (
        <PinEntry
          maskedPan={step.maskedPan}
          amountMinor={step.amountMinor}
          onPin={(pin) => void collect(pin)}
          onCancel={leave}
        />
      )}
      {step.kind === 'result' && (
        <Result result={step.result} amountMinor={claim.amountMinor} onLeave={leave} />
      )}
    </DialogFrame>
  );
}

function Offered(props: {
  readonly card: Offer['card'];
  readonly claim: Claim;
  readonly onCollect: () => void;
  readonly onLeave: () => void;
}) {
  const { t } = useWords();
  const { full } = useStoreTime();
  const { card, claim } = props;
  const others = (card.claims?.length ?? 1) - 1;
  useInput({});
  return (
    <div className="claim" data-testid="claim-offer">
      <p className="claim-owed">
        <span>{t('claim.owes', { pan: card.maskedPan })}</span>
        <output>{yuan(claim.amountMinor)}</output>
      </p>
      <p>{t('claim.text', { time: full(claim.atMs) })}</p>
      {others > 0 && <p className="dialog-note">{t('claim.others', { count: others })}</p>}
      <p className="claim-again">
        <Icon name="alert" />
        {t('claim.spends-card')}
      </p>
      <Action tone="primary" size="large" keyHint="Enter" takesFocus onPress={props.onCollect}>
        {t('claim.collect', { amount: yuan(claim.amountMinor) })}
      </Action>
      <Action size="large" keyHint="Esc" onPress={props.onLeave}>
        {t('claim.not-now')}
      </Action>
    </div>
  );
}

function Working() {
  const { t } = useWords();
  useInput({});
  return (
    <div className="waiting undo-working" aria-live="polite">
      <Icon name="recall" className="spinning" />
      <h2>{t('pay.working.card')}</h2>
      <WaitedFor />
    </div>
  );
}

function Result(props: {
  readonly result: KnownResult;
  readonly amountMinor: number;
  readonly onLeave: () => void;
}) {
  const { t } = useWords();
  const { result } = props;
  useInput({});
  return (
    <div className="undo-result">
      <OutcomePanel result={result} amountMinor={props.amountMinor} purpose="payment">
        <Action tone="primary" size="large" keyHint="Enter" takesFocus onPress={props.onLeave}>
          {t('claim.go-on')}
        </Action>
      </OutcomePanel>
      {result.kind === 'approved' && <ReceiptView receipt={result.receipt} />}
    </div>
  );
}
