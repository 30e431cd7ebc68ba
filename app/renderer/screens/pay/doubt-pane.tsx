import { useEffect } from 'react';
import type { PaymentResult, Refusal } from '../../../../terminal-core/api/contract.ts';
import { answerOrNotice } from '../../commands.ts';
import { Action } from '../../components/action.tsx';
import { Icon } from '../../components/icon.tsx';
import { yuan } from '../../format/money.ts';
import { useWords } from '../../i18n/i18n.ts';
import { play } from '../../input/sounds.ts';
import { useInput } from '../../input/use-input.ts';
import { useTill } from '../../till-context.ts';

interface DoubtPaneProps {
  readonly result: Extract<PaymentResult, { kind: 'card-in-doubt' }>;
  /** Another card was put in. */
  readonly notThisCard: Refusal | undefined;
}

/**
 * The card was pulled away: nobody knows whether it has paid until the same one is back. The only way on without it is to
 * say so, or what it may have paid would never be owed back.
 */
export function DoubtPane({ result, notThisCard }: DoubtPaneProps) {
  const { t, words } = useWords();
  const till = useTill();
  useEffect(() => play('problem'), []);
  const payOtherwise = async (tender: 'cash' | 'card'): Promise<void> => {
    const { txnId } = result.transaction;
    const outcome = await till.link.ask((client) => client.purse.otherTender({ txnId }));
    if (answerOrNotice(till, outcome) === undefined) return;
    till.payment.dismiss();
    till.screen.set({ kind: 'pay', tender });
  };
  useInput({
    onPurse: (purse) => void till.payment.askAgain(purse),
    onKey: (key) => {
      if (key === 'F8') void payOtherwise('cash');
      else if (key === 'F9') void payOtherwise('card');
      else return false;
      return true;
    },
  });
  return (
    <section
      className="pane result result-unknown doubt"
      role="alert"
      data-result={result.kind}
      data-tone="unknown"
    >
      <div className="result-head">
        <Icon name="question" />
        <div>
          <h1>{t('purse.same-card')}</h1>
          <p>{t('purse.same-card.finishes')}</p>
        </div>
      </div>
      <div className="result-figure">
        <span>{t('purse.ending')}</span>
        <output data-testid="doubt-digits">{result.lastDigits}</output>
      </div>
      {notThisCard ? (
        <p className="not-this-card" data-testid="not-this-card">
          <Icon name="alert" />
          <span>
            <strong>{words(notThisCard.text)}</strong> {words(notThisCard.nextStep)}
          </span>
        </p>
      ) : (
        <p className="result-next">
          <strong>{t('result.next')}</strong>
          {words(result.nextStep)}
        </p>
      )}
      <div className="result-actions">
        <span className="doubt-otherwise">
          {t('purse.other-tender', { amount: yuan(result.transaction.amountMinor) })}
        </span>
        <Action size="large" icon="cash" keyHint="F8" onPress={() => void payOtherwise('cash')}>
          {t('pay.cash')}
        </Action>
        <Action size="large" icon="card" keyHint="F9" onPress={() => void payOtherwise('card')}>
          {t('pay.card')}
        </Action>
      </div>
    </section>
  );
}
