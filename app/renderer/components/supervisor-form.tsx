import { type FormEvent, useState } from 'react';
import { Button, Form, Input, Label, TextField } from 'react-aria-components';
import { useWords } from '../i18n/i18n.ts';
import { useInput } from '../input/use-input.ts';
import { KeyHint } from './action.tsx';
import { Icon } from './icon.tsx';

export interface SupervisorEntry {
  readonly operatorCode: string;
  readonly password: string;
}

interface SupervisorFormProps {
  /** What the core said when it asked for a supervisor. */
  readonly reason: string;
  readonly onAgree: (entry: SupervisorEntry) => void;
}

/** A second person's agreement, asked for when the core wants one. The password is used once and kept nowhere. */
export function SupervisorForm({ reason, onAgree }: SupervisorFormProps) {
  const { t } = useWords();
  const [operatorCode, setOperatorCode] = useState('');
  const [password, setPassword] = useState('');
  useInput({});
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    if (operatorCode !== '' && password !== '') onAgree({ operatorCode, password });
  };
  return (
    <Form className="supervisor" onSubmit={submit} data-testid="supervisor">
      <p className="supervisor-title">
        <Icon name="person" />
        <strong>{t('supervisor.title')}</strong>
      </p>
      <p className="dialog-note">{reason}</p>
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
        <Input />
      </TextField>
      <TextField className="field" type="password" value={password} onChange={setPassword} autoComplete="off">
        <Label>{t('sign-on.password')}</Label>
        <Input />
      </TextField>
      <Button
        type="submit"
        className="action action-primary action-large"
        isDisabled={operatorCode === '' || password === ''}
      >
        <span className="action-label">{t('supervisor.submit')}</span>
        <KeyHint>{'Enter'}</KeyHint>
      </Button>
    </Form>
  );
}
