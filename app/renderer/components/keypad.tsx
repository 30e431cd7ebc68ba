import { Button } from 'react-aria-components';
import { useWords } from '../i18n/i18n.ts';
import { Icon } from './icon.tsx';

interface KeypadProps {
  readonly onDigits: (digits: string) => void;
  readonly onDelete: () => void;
  readonly onClear: () => void;
  /** Two noughts save a key on amounts; a PIN and a card number have no use for them. */
  readonly hasDoubleNought?: boolean;
}

const ROWS = ['123', '456', '789'] as const;

/** Big keys for a finger. The same digits come from the keyboard, so the keys are not in the tab order one by one. */
export function Keypad({ onDigits, onDelete, onClear, hasDoubleNought = false }: KeypadProps) {
  const { t } = useWords();
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset would need a visible legend; these are plain buttons.
    <div className="keypad" role="group" aria-label={t('keypad.label')}>
      {[...ROWS.join('')].map((digit) => (
        <Key key={digit} label={digit} onPress={() => onDigits(digit)}>
          {digit}
        </Key>
      ))}
      {hasDoubleNought ? (
        <Key label="00" onPress={() => onDigits('00')}>
          {'00'}
        </Key>
      ) : (
        <Key label={t('keypad.clear')} onPress={onClear}>
          {t('keypad.clear')}
        </Key>
      )}
      <Key label="0" onPress={() => onDigits('0')}>
        {'0'}
      </Key>
      <Key label={t('keypad.delete')} onPress={onDelete}>
        <Icon name="backspace" />
      </Key>
    </div>
  );
}

function Key(props: {
  readonly label: string;
  readonly onPress: () => void;
  readonly children: React.ReactNode;
}) {
  return (
    <Button
      className="keypad-key"
      aria-label={props.label}
      onPress={props.onPress}
      excludeFromTabOrder
      preventFocusOnPress
    >
      {props.children}
    </Button>
  );
}
