import { useEffect, useState } from 'react';
import { useWords } from '../i18n/i18n.ts';

/** How long the terminal waits for the host unless its parameters say otherwise (`hostTimeoutMs`). */
const HOST_ANSWER_MAX_S = 15;

/** The seconds since it was shown, so that a wait of the usual length does not look like a fault. */
export function WaitedFor() {
  const { t } = useWords();
  const [seconds, setSeconds] = useState(0);
  useEffect(() => {
    const timer = setInterval(() => setSeconds((count) => count + 1), 1_000);
    return () => clearInterval(timer);
  }, []);
  return (
    // Read out once a second it would drown everything else.
    <p className="waited-for" aria-hidden="true">
      {t('pay.waited', { seconds, max: HOST_ANSWER_MAX_S })}
    </p>
  );
}
