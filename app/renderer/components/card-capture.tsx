import { useState } from 'react';
import type { CardHandle } from '../../../terminal-core/api/contract.ts';
import { readCard } from '../commands.ts';
import { maskedWhileKeyed } from '../format/card-digits.ts';
import { useWords } from '../i18n/i18n.ts';
import { useInput } from '../input/use-input.ts';
import { useKeyGround } from '../input/use-key-ground.ts';
import { useTill } from '../till-context.ts';
import { Action } from './action.tsx';
import { Icon } from './icon.tsx';
import { Keypad } from './keypad.tsx';

/** The longest card number (ISO/IEC 7812). Whether a number is one is the core's to say. */
const CARD_DIGITS_MAX = 19;

interface CardCaptureProps {
  readonly onCard: (card: CardHandle) => void;
  /** Keys that are not this component's. */
  readonly onKey: (key: string) => boolean;
  /** A scan that is no card. @returns true when it was taken. */
  readonly onOtherScan?: (text: string) => boolean;
  readonly onPurse?: () => void;
  /** What happens when the card is read. */
  readonly nextText: string;
  /** Which card is wanted, where that is known. */
  readonly title?: string;
}

/** Waits for a card: swiped, scanned or keyed. The number is shown masked while it is keyed and forgotten when it is used. */
export function CardCapture({ onCard, onKey, onOtherScan, onPurse, nextText, title }: CardCaptureProps) {
  const { t } = useWords();
  const till = useTill();
  const ground = useKeyGround();
  const [digits, setDigits] = useState('');
  const [reading, setReading] = useState(false);

  const read = async (text: string, entryMode: CardHandle['entryMode']): Promise<void> => {
    if (reading) return;
    setReading(true);
    setDigits('');
    till.notice.set(undefined);
    const card = await readCard(till, text, entryMode);
    setReading(false);
    if (card !== undefined) onCard(card);
  };
  const push = (typed: string): void =>
    setDigits((held) => (held + typed.replace(/\D/g, '')).slice(0, CARD_DIGITS_MAX));
  const submit = (): void => {
    if (digits !== '') void read(digits, 'keyed');
  };
  useInput({
    onCard,
    ...(onPurse === undefined ? {} : { onPurse }),
    onTrack: (track) => void read(track, 'magnetic'),
    onScan: (text) => {
      if (onOtherScan?.(text) !== true) void read(text, 'barcode');
    },
    onType: push,
    onKey: (key) => {
      if (key === 'Backspace') setDigits((held) => held.slice(0, -1));
      else if (key === 'Delete') setDigits('');
      else if (key === 'Enter') submit();
      else return onKey(key);
      return true;
    },
  });

  return (
    <div className="capture" {...ground}>
      <div className="capture-wait" aria-live="polite">
        <div className="capture-icons">
          <span className="capture-card">
            <Icon name="card" />
          </span>
        </div>
        <h2>{reading ? t('card.reading') : (title ?? t('card.wait'))}</h2>
        <p>{nextText}</p>
        <ul className="capture-ways">
          <li>
            <Icon name="card" />
            {t('card.swipe')}
          </li>
          <li>
            <Icon name="scan" />
            {t('card.scan')}
          </li>
          <li>
            <Icon name="keyboard" />
            {t('card.key')}
          </li>
        </ul>
      </div>
      <div className="capture-key">
        <div className="digits" data-testid="card-digits">
          <span className="digits-label">
            {t('card.number')}
            {digits !== '' && <em>{t('card.number.count', { count: digits.length })}</em>}
          </span>
          <output>{maskedWhileKeyed(digits)}</output>
        </div>
        <Keypad
          onDigits={push}
          onDelete={() => setDigits((held) => held.slice(0, -1))}
          onClear={() => setDigits('')}
        />
        <Action
          size="large"
          tone={digits === '' ? 'plain' : 'primary'}
          keyHint="Enter"
          isDisabled={digits === '' || reading}
          onPress={submit}
        >
          {t('card.number.submit')}
        </Action>
      </div>
    </div>
  );
}
