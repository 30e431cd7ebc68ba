import { I18nProvider } from 'react-aria-components';
import { ClaimOffer } from './components/claim-offer.tsx';
import { CoreGoneBanner } from './components/core-gone-banner.tsx';
import { FunctionBar } from './components/function-bar.tsx';
import { NoticeBar } from './components/notice-bar.tsx';
import { OpenMatters } from './components/open-matters.tsx';
import { StatusStrip } from './components/status-strip.tsx';
import { TrainingMark } from './components/training-mark.tsx';
import { useWords } from './i18n/i18n.ts';
import { DayScreen } from './screens/day/day-screen.tsx';
import { JournalScreen } from './screens/journal/journal-screen.tsx';
import { PayScreen } from './screens/pay/pay-screen.tsx';
import { SellScreen } from './screens/sell/sell-screen.tsx';
import { SignOnScreen } from './screens/sign-on.tsx';
import { StartingScreen } from './screens/starting.tsx';
import { TillDialogs } from './screens/till-dialogs.tsx';
import { useCell } from './store/cell.ts';
import { useTill } from './till-context.ts';

/** The till: the status strip above, one screen, the function keys below. */
export function App() {
  const { language } = useWords();
  return (
    <I18nProvider locale={language}>
      <Till />
    </I18nProvider>
  );
}

function Till() {
  const till = useTill();
  const status = useCell(till.status);
  const payment = useCell(till.payment.state);
  const screen = useCell(till.screen);
  if (status === undefined) return <StartingScreen />;
  // A payment whose outcome is open or on show comes before everything else, the sign-on included.
  const showsPayment = payment.kind !== 'idle';
  const signedOn = status.operator !== undefined;
  // Paying has keys of its own.
  const showsFunctionKeys = signedOn && !showsPayment && screen.kind !== 'pay';
  return (
    <div className="till" data-training={status.training}>
      {status.training && <TrainingMark />}
      <StatusStrip status={status} />
      <OpenMatters status={status} />
      <CoreGoneBanner />
      <NoticeBar />
      <main className="till-main">
        {showsPayment ? <PayScreen /> : signedOn ? <CurrentScreen /> : <SignOnScreen status={status} />}
      </main>
      {showsFunctionKeys && <FunctionBar />}
      <ClaimOffer />
      <TillDialogs />
    </div>
  );
}

function CurrentScreen() {
  const till = useTill();
  const screen = useCell(till.screen);
  switch (screen.kind) {
    case 'sell':
      return <SellScreen />;
    case 'pay':
      return <PayScreen />;
    case 'journal':
      return <JournalScreen />;
    case 'day':
      return <DayScreen page={screen.page ?? 'settle'} />;
  }
}
