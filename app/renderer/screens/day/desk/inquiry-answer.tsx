import type { InquiryResult } from '../../../../../terminal-core/api/contract.ts';
import { Icon } from '../../../components/icon.tsx';
import { ReceiptView } from '../../../components/receipt-view.tsx';
import { yuan } from '../../../format/money.ts';
import { useWords } from '../../../i18n/i18n.ts';

/** What the host said about a card. */
export type InquiryAnswer = Exclude<InquiryResult, { kind: 'refused' }>;

export function InquiryAnswerPanel({ answer }: { readonly answer: InquiryAnswer }) {
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
