import { useWords } from '../i18n/i18n.ts';
import { useInput } from '../input/use-input.ts';
import { Action } from './action.tsx';
import { Icon } from './icon.tsx';
import { PinEntry } from './pin-entry.tsx';
import { SupervisorForm } from './supervisor-form.tsx';
import type { Request } from './use-request.ts';
import { Working } from './working.tsx';

/** What a request wants of a person before its outcome is told; nothing before it is sent and once it is told. */
export function RequestPanel(props: { readonly request: Request; readonly onCancel: () => void }) {
  const { request, onCancel } = props;
  const { step } = request;
  switch (step?.kind) {
    case 'working':
      return <Working />;
    case 'pin':
      return (
        <PinEntry
          maskedPan={step.wanted.maskedPan}
          amountMinor={step.wanted.amountMinor}
          wrongPin={step.wanted.wrongPin}
          onPin={request.enterPin}
          onCancel={onCancel}
        />
      );
    case 'supervisor':
      return <SupervisorForm refusal={step.refusal} isWorking={step.isWorking} onAgree={request.agree} />;
    case 'lost':
      return <LostRequest message={step.message} onAgain={request.again} />;
    case 'told':
    case undefined:
      return null;
  }
}

/** Nobody knows whether it was done; the same request again tells. */
export function LostRequest(props: { readonly message: string | undefined; readonly onAgain: () => void }) {
  const { t } = useWords();
  const { message, onAgain } = props;
  useInput({});
  return (
    <div className="waiting waiting-lost" role="alert" data-testid="request-lost">
      <Icon name="alert" />
      <h2>{t(message === undefined ? 'pay.lost' : 'pay.failed')}</h2>
      <p>{message === undefined ? t('request.lost.next') : t('request.failed.next', { message })}</p>
      <Action tone="primary" size="large" keyHint="Enter" takesFocus onPress={onAgain}>
        {t('pay.retry')}
      </Action>
    </div>
  );
}
