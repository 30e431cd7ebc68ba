import { type FormEvent, useEffect, useRef, useState } from 'react';
import { Button, Form, Input, Label, TextField } from 'react-aria-components';
import type { Refusal } from '../../../terminal-core/api/contract.ts';
import { useWords } from '../i18n/i18n.ts';
import { useInput } from '../input/use-input.ts';
import { KeyHint } from './action.tsx';
import { isFirstRequest } from './approval.ts';
import { Icon } from './icon.tsx';

export interface SupervisorEntry {
  readonly operatorCode: string;
  readonly password: string;
}

interface SupervisorFormProps {
  /** What the core said when it asked for a supervisor, or when it did not take the one who tried. */
  readonly refusal: Refusal;
  /** The core is being asked with what was entered. */
  readonly isWorking: boolean;
  readonly onAgree: (entry: SupervisorEntry) => void;
}

/** A second person's agreement, asked for when the core wants one. The password is used once and kept nowhere. */
export function SupervisorForm({ refusal, isWorking, onAgree }: SupervisorFormProps) {
  const { t, words } = useWords();
  const [operatorCode, setOperatorCode] = useState('');
  const [password, setPassword] = useState('');
  const codeField = useRef<HTMLInputElement>(null);
  const passwordField = useRef<HTMLInputElement>(null);
  const wasTried = !isFirstRequest(refusal);
  useInput({});
  // After the frame in which what was there before has gone: a dialog whose focus went with it puts it elsewhere first.
  useEffect(() => {
    const frame = requestAnimationFrame(() => codeField.current?.focus());
    return () => cancelAnimationFrame(frame);
  }, []);
  // Each refusal is a new one: whoever tried begins again at the code, and what they type replaces the old one.
  useEffect(() => {
    if (isFirstRequest(refusal)) return;
    codeField.current?.focus();
    codeField.current?.select();
  }, [refusal]);
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    if (isWorking) return;
    if (operatorCode === '') codeField.current?.focus();
    else if (password === '') passwordField.current?.focus();
    else {
      onAgree({ operatorCode, password });
      setPassword('');
    }
  };
  return (
    <Form className="supervisor" onSubmit={submit} data-testid="supervisor">
      <p className="supervisor-title">
        <Icon name="person" />
        <strong>{t('supervisor.title')}</strong>
      </p>
      {!wasTried && <p className="dialog-note">{words(refusal.text)}</p>}
      <p>{t('supervisor.text')}</p>
      <TextField
        className="field"
        value={operatorCode}
        onChange={setOperatorCode}
        maxLength={16}
        autoFocus
        autoComplete="off"
      >
        <Label>{t('sign-on.code')}</Label>
        <Input ref={codeField} />
      </TextField>
      <TextField className="field" type="password" value={password} onChange={setPassword} autoComplete="off">
        <Label>{t('sign-on.password')}</Label>
        <Input ref={passwordField} />
      </TextField>
      {wasTried && !isWorking && (
        <div className="supervisor-refused" role="alert" data-testid="supervisor-refused">
          <Icon name="alert" />
          <div>
            <strong>{words(refusal.text)}</strong>
            <p>{words(refusal.nextStep)}</p>
          </div>
        </div>
      )}
      {/* Never disabled while a field is empty: Enter in the code goes on to the password by way of this button. */}
      <Button type="submit" className="action action-primary action-large" isDisabled={isWorking}>
        <span className="action-label">{t(isWorking ? 'supervisor.working' : 'supervisor.submit')}</span>
        <KeyHint>{'Enter'}</KeyHint>
      </Button>
    </Form>
  );
}
