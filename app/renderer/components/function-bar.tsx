import { Button } from 'react-aria-components';
import { useWords } from '../i18n/i18n.ts';
import { KeyHint } from './action.tsx';
import { useFunctionKeys } from './function-keys.ts';
import { Icon } from './icon.tsx';

/** The function keys, in the order of the keyboard; each is a button too. */
export function FunctionBar() {
  const { t } = useWords();
  const keys = useFunctionKeys();
  return (
    <nav className="function-bar" aria-label={t('nav.label')}>
      {keys.map(({ key, label, icon, run, isCurrent, isDisabled }) => (
        <Button
          key={key}
          className={`function-key ${isCurrent ? 'function-key-current' : ''}`}
          aria-label={label}
          aria-current={isCurrent ? 'page' : 'false'}
          onPress={run}
          isDisabled={isDisabled}
        >
          <KeyHint>{key}</KeyHint>
          <Icon name={icon} />
          <span>{label}</span>
        </Button>
      ))}
    </nav>
  );
}
