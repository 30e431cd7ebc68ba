import { Action } from '../../components/action.tsx';
import { Icon } from '../../components/icon.tsx';
import { WaitedFor } from '../../components/waited-for.tsx';
import { yuan } from '../../format/money.ts';
import { useWords } from '../../i18n/i18n.ts';
import { useInput } from '../../input/use-input.ts';
import { askedMinor, type PaymentAttempt } from '../../store/payment-attempt.ts';
import { useTill } from '../../till-context.ts';

interface WaitingProps {
  readonly attempt: PaymentAttempt;
}

/** The core is at work. There is nothing to press, so that nothing is pressed twice. */
export function WorkingPane({ attempt }: WaitingProps) {
  const { t } = useWords();
  useInput({});
  return (
    <section className="pane waiting" aria-live="polite">
      <Icon name="recall" className="spinning" />
      <output className="waiting-amount">{yuan(askedMinor(attempt))}</output>
      <h2>{t(`pay.working.${attempt.tender.kind}`)}</h2>
      {attempt.tender.kind === 'card' && <WaitedFor />}
      <p>{t('pay.working.next')}</p>
    </section>
  );
}

/** The core went away in the middle. The attempt is asked again by itself when it is back. */
export function LostPane({ attempt }: WaitingProps) {
  const { t } = useWords();
  useInput({});
  return (
    <section className="pane waiting waiting-lost" role="alert" data-testid="pay-lost">
      <Icon name="unplugged" />
      <output className="waiting-amount">{yuan(askedMinor(attempt))}</output>
      <h2>{t('pay.lost')}</h2>
      <p>{t('pay.lost.next')}</p>
    </section>
  );
}

export function FailedPane({ attempt, message }: WaitingProps & { readonly message: string }) {
  const { t } = useWords();
  const { payment } = useTill();
  useInput({});
  return (
    <section className="pane waiting waiting-lost" role="alert" data-testid="pay-failed">
      <Icon name="alert" />
      <output className="waiting-amount">{yuan(askedMinor(attempt))}</output>
      <h2>{t('pay.failed')}</h2>
      <p>{t('pay.failed.next', { message })}</p>
      <Action tone="primary" size="large" keyHint="Enter" takesFocus onPress={() => void payment.retry()}>
        {t('pay.retry')}
      </Action>
    </section>
  );
}
