import { useState } from 'react';
import type { PaymentResult } from '../../../terminal-core/api/contract.ts';
import { yuan } from '../format/money.ts';
import { useWords } from '../i18n/i18n.ts';
import { useInput } from '../input/use-input.ts';
import { useKeyGround } from '../input/use-key-ground.ts';
import { Action } from './action.tsx';
import { Icon } from './icon.tsx';
import { Keypad } from './keypad.tsx';

/** What the contract takes as a PIN (ISO 9564: 4 to 12 digits). */
const PIN_DIGITS_MIN = 4;
const PIN_DIGITS_MAX = 12;

interface PinEntryProps {
  readonly maskedPan: string;
  readonly amountMinor: number;
  /** What the chip card said to the PIN before this one. */
  readonly wrongPin?: Extract<PaymentResult, { kind: 'pin-required' }>['wrongPin'];
  readonly onPin: (pin: string) => void;
  readonly onCancel: () => void;
}

/** The customer's PIN: dots only, gone when it is sent, and an honest word about what this machine is not. */
export function PinEntry({ maskedPan, amountMinor, wrongPin, onPin, onCancel }: PinEntryProps) {
  const { t, words } = useWords();
  const ground = useKeyGround();
  const [pin, setPin] = useState('');
  const canSubmit = pin.length >= PIN_DIGITS_MIN;
  const push = (typed: string): void =>
    setPin((held) => (held + typed.replace(/\D/g, '')).slice(0, PIN_DIGITS_MAX));
  const submit = (): void => {
    if (!canSubmit) return;
    setPin('');
    onPin(pin);
  };
  useInput({
    onType: push,
    // Six quick digits and Enter look like a scan; here nothing else than a PIN is expected.
    onScan: push,
    onKey: (key) => {
      if (key === 'Backspace') setPin((held) => held.slice(0, -1));
      else if (key === 'Delete') setPin('');
      else if (key === 'Enter') submit();
      else if (key === 'Escape') onCancel();
      else return false;
      return true;
    },
  });
  return (
    <section className="pane pin" aria-label={t('pin.title')}>
      <div className="pin-text">
        <Icon name="lock" />
        <h2>{t('pin.title')}</h2>
        {/* Blocking a card, say, is about no amount. */}
        {amountMinor > 0 && <p className="pin-amount">{yuan(amountMinor)}</p>}
        <p>{t('pin.card', { pan: maskedPan })}</p>
        {wrongPin !== undefined && (
          <p className="pin-wrong" role="alert" data-testid="pin-wrong">
            <strong>{words(wrongPin.text)}</strong>
            {words(wrongPin.nextStep)}
          </p>
        )}
        <p className="pin-note">
          <Icon name="alert" />
          {t('pin.note')}
        </p>
      </div>
      <div className="pin-pad" {...ground}>
        <div className="pin-dots" data-testid="pin-dots">
          <span aria-hidden="true">{'●'.repeat(pin.length)}</span>
          <span className="visually-hidden" aria-live="polite">
            {t('pin.digits', { count: pin.length })}
          </span>
        </div>
        <Keypad
          onDigits={push}
          onDelete={() => setPin((held) => held.slice(0, -1))}
          onClear={() => setPin('')}
        />
        <Action tone="primary" size="large" keyHint="Enter" isDisabled={!canSubmit} onPress={submit}>
          {t('pin.submit')}
        </Action>
        <Action tone="quiet" keyHint="Esc" onPress={onCancel}>
          {t('pin.cancel')}
        </Action>
      </div>
    </section>
  );
}
