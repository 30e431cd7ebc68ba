import { type FormEvent, useRef, useState } from 'react';
import { Button, Form, Input, Label, TextField } from 'react-aria-components';
import { useWords } from '../i18n/i18n.ts';
import { useInput } from '../input/use-input.ts';
import { Action, KeyHint } from './action.tsx';

interface ReasonEntryProps {
  readonly note: string;
  readonly label: string;
  /** Characters. */
  readonly lengthMax: number;
  /** The usual ones: a digit chooses one. */
  readonly usual: readonly string[];
  readonly submitLabel: string;
  readonly isWorking: boolean;
  readonly onReason: (reason: string) => void;
}

/** Why, in a few words: one of the usual ones by its digit, or any other typed. */
export function ReasonEntry(props: ReasonEntryProps) {
  const { usual, isWorking } = props;
  const [reason, setReason] = useState('');
  const field = useRef<HTMLInputElement>(null);
  const { t } = useWords();
  // While a usual reason has the focus, Enter is that one's.
  const isBlue = usual.length === 0 || reason !== '';
  const give = (text: string): void => {
    if (!isWorking && text.trim() !== '') props.onReason(text.trim());
    else field.current?.focus();
  };
  useInput({
    onType: (text) => {
      const chosen = reason === '' ? usual[Number(text) - 1] : undefined;
      if (chosen !== undefined) {
        give(chosen);
        return;
      }
      field.current?.focus();
      setReason((held) => (held + text).slice(0, props.lengthMax));
    },
  });
  return (
    <Form
      className="reason"
      onSubmit={(event: FormEvent) => {
        event.preventDefault();
        give(reason);
      }}
      data-testid="reason"
    >
      <p className="dialog-note">{props.note}</p>
      {usual.length > 0 && (
        <ul className="reason-usual">
          {usual.map((text, index) => (
            <li key={text}>
              <Action
                keyHint={String(index + 1)}
                takesFocus={index === 0}
                isDisabled={isWorking}
                onPress={() => give(text)}
              >
                {text}
              </Action>
            </li>
          ))}
        </ul>
      )}
      <TextField
        className="field"
        value={reason}
        onChange={setReason}
        maxLength={props.lengthMax}
        autoFocus={usual.length === 0}
        autoComplete="off"
      >
        <Label>{props.label}</Label>
        <Input ref={field} spellCheck="false" />
      </TextField>
      {/* Never disabled while the field is empty: a press then shows where to write. */}
      <Button
        type="submit"
        className={`action action-${isBlue ? 'primary' : 'plain'} action-large`}
        isDisabled={isWorking}
      >
        <span className="action-label">{isWorking ? t('office.working') : props.submitLabel}</span>
        {isBlue && <KeyHint>{'Enter'}</KeyHint>}
      </Button>
    </Form>
  );
}
