import { type FormEvent, useRef, useState } from 'react';
import { Button, Form, Input, Label, TextField } from 'react-aria-components';
import type { TillStatus } from '../../../terminal-core/api/contract.ts';
import { answerOrNotice } from '../commands.ts';
import { Action, KeyHint } from '../components/action.tsx';
import { Keypad } from '../components/keypad.tsx';
import { useWords } from '../i18n/i18n.ts';
import { useInput } from '../input/use-input.ts';
import { useCell } from '../store/cell.ts';
import { useTill } from '../till-context.ts';

/** The sign-ons that a demo till is provisioned with; shown only when the core says that this is one. */
const DEMO_SIGN_ONS = [
  { code: '1001', role: 'cashier' },
  { code: '2001', role: 'supervisor' },
  { code: '9001', role: 'engineer' },
] as const;
const FIELD_LENGTH_MAX = 16;

export function SignOnScreen({ status }: { readonly status: TillStatus }) {
  const { t, language } = useWords();
  const till = useTill();
  const gone = useCell(till.link.state).kind === 'lost';
  const [code, setCode] = useState('');
  const [password, setPassword] = useState('');
  const [working, setWorking] = useState(false);
  const [active, setActive] = useState<'code' | 'password'>('code');
  const passwordField = useRef<HTMLInputElement>(null);
  const setActiveField = active === 'code' ? setCode : setPassword;
  const type = (text: string): void => setActiveField((value) => (value + text).slice(0, FIELD_LENGTH_MAX));
  const submit = async (event?: FormEvent): Promise<void> => {
    event?.preventDefault();
    if (code !== '' && password === '') {
      setActive('password');
      passwordField.current?.focus();
      return;
    }
    if (working || code === '' || gone) return;
    setWorking(true);
    const outcome = await till.link.ask((client) => client.operator.signOn({ operatorCode: code, password }));
    setWorking(false);
    setPassword('');
    if (answerOrNotice(till, outcome) !== undefined) till.notice.set(undefined);
  };
  useInput({
    onType: type,
    // What was typed while neither field had the focus went into one all the same.
    onKey: (key) => {
      if (key !== 'Enter') return false;
      void submit();
      return true;
    },
  });

  return (
    <div className="sign-on">
      <div className="sign-on-card">
        <p className="sign-on-merchant">
          {language === 'en' ? status.merchantNameEn : status.merchantNameZh}
        </p>
        <h1>{t('sign-on.title')}</h1>
        <div className="sign-on-columns">
          <Form className="sign-on-form" onSubmit={(event) => void submit(event)}>
            <TextField
              className="field"
              value={code}
              onChange={setCode}
              onFocus={() => setActive('code')}
              maxLength={FIELD_LENGTH_MAX}
              autoFocus
              autoComplete="off"
            >
              <Label>{t('sign-on.code')}</Label>
              <Input data-active={active === 'code'} inputMode="none" />
            </TextField>
            <TextField
              className="field"
              type="password"
              value={password}
              onChange={setPassword}
              onFocus={() => setActive('password')}
              autoComplete="off"
            >
              <Label>{t('sign-on.password')}</Label>
              <Input data-active={active === 'password'} ref={passwordField} inputMode="none" />
            </TextField>
            <Button type="submit" className="action action-primary action-large" isDisabled={working || gone}>
              <span className="action-label">{t(working ? 'sign-on.working' : 'sign-on.submit')}</span>
              <KeyHint>{'Enter'}</KeyHint>
            </Button>
            {status.demo && (
              <div className="sign-on-demo">
                <p>{t('sign-on.demo')}</p>
                <div className="sign-on-demo-row">
                  {DEMO_SIGN_ONS.map((each) => (
                    <Action
                      key={each.code}
                      tone="quiet"
                      keyHint={each.code}
                      onPress={() => {
                        setCode(each.code);
                        setPassword(each.code);
                        passwordField.current?.focus();
                      }}
                    >
                      {t(`role.${each.role}`)}
                    </Action>
                  ))}
                </div>
              </div>
            )}
          </Form>
          <Keypad
            onDigits={type}
            onDelete={() => setActiveField((value) => value.slice(0, -1))}
            onClear={() => setActiveField('')}
          />
        </div>
        <p className="sign-on-terminal">
          {t('sign-on.terminal', { merchant: status.merchantId, terminal: status.terminalId })}
        </p>
      </div>
    </div>
  );
}
