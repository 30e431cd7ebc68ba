import { useState } from 'react';
import type { CardHandle, InquiryResult } from '../../../../terminal-core/api/contract.ts';
import { Action } from '../../components/action.tsx';
import { CardCapture } from '../../components/card-capture.tsx';
import { DialogFrame } from '../../components/dialog-frame.tsx';
import { Icon } from '../../components/icon.tsx';
import { ReceiptView } from '../../components/receipt-view.tsx';
import { useApproved } from '../../components/use-approved.ts';
import { yuan } from '../../format/money.ts';
import { useWords } from '../../i18n/i18n.ts';
import { play } from '../../input/sounds.ts';
import { useCell } from '../../store/cell.ts';
import { useTill } from '../../till-context.ts';
import { useDayInput } from './use-day-input.ts';

type Inquiry = 'balance' | 'statement';
type Answer = Exclude<InquiryResult, { kind: 'refused' }>;

/** The desk for prepaid cards: what is on one, and what it was used for. */
export function CardsPage() {
  const { t } = useWords();
  const till = useTill();
  const gone = useCell(till.link.state).kind === 'lost';
  const [inquiry, setInquiry] = useState<Inquiry>();
  const [answer, setAnswer] = useState<Answer>();
  const asking = useApproved(
    (client, asked: { readonly card: CardHandle; readonly inquiry: Inquiry }) =>
      client.cards.inquire({
        inquiry: asked.inquiry,
        cardRef: asked.card.cardRef,
        print: asked.inquiry === 'statement',
      }),
    (result) => {
      play(result.kind === 'inquiry' ? 'paid' : 'problem');
      setAnswer(result);
    },
  );
  const start = (wanted: Inquiry): void => {
    if (gone || asking.isWorking) return;
    setAnswer(undefined);
    setInquiry(wanted);
  };
  useDayInput({
    onKey: (key) => {
      if (key === 'F8') start('statement');
      else if (key === 'F9') start('balance');
      else if (key === 'Escape' && answer !== undefined) setAnswer(undefined);
      else return false;
      return true;
    },
  });
  return (
    <div className="day">
      <section className="day-left" aria-label={t('office.tab.cards')}>
        <h1>{t('cards.title')}</h1>
        <p className="day-hint">{t('cards.hint')}</p>
        <div className="office-actions">
          <Action
            size="large"
            icon="list"
            keyHint="F8"
            isDisabled={gone || asking.isWorking}
            onPress={() => start('statement')}
          >
            {t('cards.statement')}
          </Action>
          <Action
            size="large"
            tone="primary"
            icon="card"
            keyHint="F9"
            takesFocus
            isDisabled={gone || asking.isWorking}
            onPress={() => start('balance')}
          >
            {t(asking.isWorking ? 'office.working' : 'cards.balance')}
          </Action>
        </div>
      </section>
      <section className="day-right" aria-live="polite">
        {answer === undefined ? (
          <div className="detail-none">
            <Icon name="card" />
            <p>{t('cards.answer-here')}</p>
          </div>
        ) : (
          <AnswerPanel answer={answer} />
        )}
      </section>
      {inquiry !== undefined && (
        <DialogFrame title={t(`cards.${inquiry}`)} onClose={() => setInquiry(undefined)} isWide>
          <CardCapture
            nextText={t('cards.wait')}
            onCard={(card) => {
              setInquiry(undefined);
              asking.ask({ card, inquiry });
            }}
            onKey={() => false}
          />
        </DialogFrame>
      )}
    </div>
  );
}

function AnswerPanel({ answer }: { readonly answer: Answer }) {
  const { t, words } = useWords();
  if (answer.kind === 'declined') {
    return (
      <div className="settlement settlement-problem" role="alert" data-inquiry="declined">
        <Icon name="octagon" />
        <div>
          <h2>{words(answer.text)}</h2>
          <p>
            <strong>{t('result.next')}</strong> {words(answer.nextStep)}
          </p>
        </div>
      </div>
    );
  }
  const { maskedPan, balanceMinor, certificate, receipt } = answer;
  return (
    <>
      <div className="settlement settlement-online" role="alert" data-inquiry="answered">
        <Icon name="check-circle" />
        <div>
          <h2>{balanceMinor === undefined ? maskedPan : t('cards.on-it', { amount: yuan(balanceMinor) })}</h2>
          <p>{maskedPan}</p>
          {certificate.leftMinor !== undefined && (
            <p>{t('cards.offline', { amount: yuan(certificate.leftMinor) })}</p>
          )}
        </div>
      </div>
      <ReceiptView receipt={receipt} />
    </>
  );
}
