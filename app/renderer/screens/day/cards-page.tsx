import { useState } from 'react';
import type { CardHandle } from '../../../../terminal-core/api/contract.ts';
import { readCard } from '../../commands.ts';
import { Action } from '../../components/action.tsx';
import { CardCapture } from '../../components/card-capture.tsx';
import { DialogFrame } from '../../components/dialog-frame.tsx';
import { Icon } from '../../components/icon.tsx';
import { useApproved } from '../../components/use-approved.ts';
import { useWords } from '../../i18n/i18n.ts';
import { play } from '../../input/sounds.ts';
import { useCell } from '../../store/cell.ts';
import { useTill } from '../../till-context.ts';
import { DeskDialog } from './desk/desk-dialog.tsx';
import { type InquiryAnswer, InquiryAnswerPanel } from './desk/inquiry-answer.tsx';
import { DESK_OPERATIONS, DESK_ORDER, type DeskOperation } from './desk/operations.ts';
import { useDayInput } from './use-day-input.ts';

type Inquiry = 'balance' | 'statement';

/** The letter of the purse, which has a dialog of its own. */
const PURSE_KEY = 'P';

/** The card desk: what is on a card, and all that is done to one besides paying; each behind a key. */
export function CardsPage() {
  const { t } = useWords();
  const till = useTill();
  const gone = useCell(till.link.state).kind === 'lost';
  const [inquiry, setInquiry] = useState<Inquiry>();
  const [operation, setOperation] = useState<DeskOperation>();
  const [answer, setAnswer] = useState<InquiryAnswer>();
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
  const isDisabled = gone || asking.isWorking;
  const begin = (open: () => void): void => {
    if (isDisabled) return;
    setAnswer(undefined);
    till.notice.set(undefined);
    open();
  };
  const openPurse = (): void => till.dialog.set({ kind: 'purse' });
  const askBalance = (card: CardHandle): void => begin(() => asking.ask({ card, inquiry: 'balance' }));
  const read = async (text: string, entryMode: CardHandle['entryMode']): Promise<void> => {
    const card = await readCard(till, text, entryMode);
    if (card !== undefined) askBalance(card);
  };
  useDayInput({
    // A card that is read with nothing chosen is asked what is on it: that moves nothing.
    card: {
      onCard: askBalance,
      onTrack: (track) => void read(track, 'magnetic'),
      onScan: (text) => void read(text, 'barcode'),
    },
    onKey: (key) => {
      if (key === 'F8') begin(() => setInquiry('statement'));
      else if (key === 'F9') begin(() => setInquiry('balance'));
      else if (key === 'Escape' && answer !== undefined) setAnswer(undefined);
      else return false;
      return true;
    },
    onType: (text) => {
      const key = text.toUpperCase();
      const found = DESK_ORDER.find((each) => DESK_OPERATIONS[each].key === key);
      if (found !== undefined) begin(() => setOperation(found));
      else if (key === PURSE_KEY) begin(openPurse);
      else return false;
      return true;
    },
  });
  const operationAction = (each: DeskOperation) => (
    <Action
      key={each}
      icon={DESK_OPERATIONS[each].icon}
      keyHint={DESK_OPERATIONS[each].key}
      isDisabled={isDisabled}
      onPress={() => begin(() => setOperation(each))}
    >
      {t(`desk.${each}`)}
    </Action>
  );
  return (
    <div className="day">
      <section className="day-left desk" aria-label={t('office.tab.cards')}>
        <h1>{t('desk.title')}</h1>
        <h2>{t('desk.group.ask')}</h2>
        <div className="desk-actions desk-actions-few">
          <Action
            tone="primary"
            icon="card"
            keyHint="F9"
            takesFocus
            isDisabled={isDisabled}
            onPress={() => begin(() => setInquiry('balance'))}
          >
            {t(asking.isWorking ? 'office.working' : 'cards.balance')}
          </Action>
          <Action
            icon="list"
            keyHint="F8"
            isDisabled={isDisabled}
            onPress={() => begin(() => setInquiry('statement'))}
          >
            {t('cards.statement')}
          </Action>
        </div>
        <h2>{t('desk.group.cards')}</h2>
        <div className="desk-actions">
          {DESK_ORDER.filter((each) => each !== 'pre-authorise').map(operationAction)}
        </div>
        <h2>{t('desk.group.other')}</h2>
        <div className="desk-actions desk-actions-few">
          <Action icon="purse" keyHint={PURSE_KEY} isDisabled={isDisabled} onPress={() => begin(openPurse)}>
            {t('desk.purse')}
          </Action>
          {operationAction('pre-authorise')}
        </div>
      </section>
      <section className="day-right" aria-live="polite">
        {answer === undefined ? (
          <div className="detail-none">
            <Icon name="card" />
            <p>{t('cards.hint')}</p>
            <p>{t('cards.answer-here')}</p>
          </div>
        ) : (
          <InquiryAnswerPanel answer={answer} />
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
      {operation !== undefined && (
        <DeskDialog operation={operation} onClose={() => setOperation(undefined)} />
      )}
    </div>
  );
}
