import { useCallback, useEffect, useState } from 'react';
import type { ExposureView, Refusal } from '../../../../terminal-core/api/contract.ts';
import { Icon } from '../../components/icon.tsx';
import { yuan } from '../../format/money.ts';
import { useWords } from '../../i18n/i18n.ts';
import { useTill } from '../../till-context.ts';
import { useDayInput } from './use-day-input.ts';

/** The cards most at risk; the rest is in the sums. */
const CARDS_SHOWN_MAX = 8;

/** The exposure meter: what can be lost by cards taken without the host, now and at worst. */
export function ExposurePage() {
  const { t, words } = useWords();
  const till = useTill();
  const [answer, setAnswer] = useState<ExposureView | Refusal>();
  const refresh = useCallback(async (): Promise<void> => {
    const outcome = await till.link.ask((client) => client.status.exposure());
    if (outcome.kind === 'answer') setAnswer(outcome.value);
  }, [till]);
  useEffect(() => {
    void refresh();
    return till.status.subscribe(() => void refresh());
  }, [till, refresh]);
  useDayInput({});

  if (answer === undefined) return null;
  if (answer.kind === 'refused') {
    return (
      <div className="office-none" data-exposure="refused">
        <Icon name="lock" />
        <h1>{words(answer.text)}</h1>
        <p>{words(answer.nextStep)}</p>
      </div>
    );
  }
  return (
    <div className="exposure" data-exposure="shown">
      <section aria-label={t('exposure.now')}>
        <h1>{t('exposure.now')}</h1>
        <Now exposure={answer} />
      </section>
      <section aria-label={t('exposure.worst')}>
        <h1>{t('exposure.worst')}</h1>
        <Worst exposure={answer} />
      </section>
    </div>
  );
}

function Now({ exposure }: { readonly exposure: ExposureView }) {
  const { t } = useWords();
  const { terminal, shift, claimsMinor, cards } = exposure;
  const more = cards.length - CARDS_SHOWN_MAX;
  return (
    <>
      <Meter
        name="terminal"
        label={t('exposure.terminal')}
        means={t('exposure.terminal.means', { countMax: terminal.countMax })}
        {...terminal}
      />
      {shift !== undefined && (
        <Figure
          name="shift"
          label={t('exposure.shift', { number: shift.shiftNumber })}
          means={t('exposure.shift.means')}
          amountMinor={shift.atRiskMinor}
        />
      )}
      <Figure
        name="claims"
        label={t('exposure.claims')}
        means={t('exposure.claims.means')}
        amountMinor={claimsMinor}
      />
      <h2>{t('exposure.cards')}</h2>
      <p className="day-hint">{t(cards.length === 0 ? 'exposure.cards.none' : 'exposure.cards.means')}</p>
      <ul className="exposure-cards">
        {cards.slice(0, CARDS_SHOWN_MAX).map((card) => (
          <li key={card.maskedPan ?? `${card.atRiskMinor} ${card.count}`}>
            <Meter name="card" label={card.maskedPan ?? t('exposure.card.unnamed')} {...card} />
          </li>
        ))}
      </ul>
      {more > 0 && <p className="day-hint">{t('exposure.cards.more', { count: more })}</p>}
    </>
  );
}

function Worst({ exposure }: { readonly exposure: ExposureView }) {
  const { t } = useWords();
  const { certificates, worstHereMinor, worstOneCardMinor, worstEverywhereMinor, openScopes } = exposure;
  return (
    <>
      <Figure
        name="worst-here"
        label={t('exposure.worst-here')}
        means={t('exposure.worst-here.means', { count: certificates })}
        amountMinor={worstHereMinor}
      />
      <Figure
        name="worst-one-card"
        label={t('exposure.worst-one-card')}
        means={t('exposure.worst-one-card.means')}
        amountMinor={worstOneCardMinor}
      />
      <Figure
        name="worst-everywhere"
        label={t('exposure.worst-everywhere')}
        means={t('exposure.worst-everywhere.means', { count: certificates })}
        amountMinor={worstEverywhereMinor}
      />
      {openScopes > 0 && (
        <p className="exposure-open" role="note">
          <Icon name="alert" />
          {t('exposure.open-scopes', { count: openScopes })}
        </p>
      )}
      <p className="day-hint">{t('exposure.ends')}</p>
    </>
  );
}

/** What is at risk against what is allowed, in money and in sales. */
function Meter(props: {
  readonly name: string;
  readonly label: string;
  readonly means?: string;
  readonly atRiskMinor: number;
  readonly allowedMinor: number;
  readonly count: number;
  readonly countMax: number;
}) {
  const { t } = useWords();
  const { label, atRiskMinor, allowedMinor, count, countMax } = props;
  return (
    <div className="exposure-item" data-figure={props.name}>
      <p className="exposure-line">
        <span>{label}</span>
        <strong>{yuan(atRiskMinor)}</strong>
        <span>{t('exposure.allowed', { allowed: yuan(allowedMinor), count, countMax })}</span>
      </p>
      <meter aria-label={label} min={0} max={Math.max(1, allowedMinor)} value={atRiskMinor} />
      {props.means !== undefined && <p className="day-hint">{props.means}</p>}
    </div>
  );
}

function Figure(props: {
  readonly name: string;
  readonly label: string;
  readonly means: string;
  readonly amountMinor: number;
}) {
  return (
    <div className="exposure-item" data-figure={props.name}>
      <p className="exposure-line">
        <span>{props.label}</span>
        <strong>{yuan(props.amountMinor)}</strong>
      </p>
      <p className="day-hint">{props.means}</p>
    </div>
  );
}
