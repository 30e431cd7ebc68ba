import { Button } from 'react-aria-components';
import { KeyHint } from '../../components/action.tsx';
import { Icon, type IconName } from '../../components/icon.tsx';
import { useWords } from '../../i18n/i18n.ts';
import { useCell } from '../../store/cell.ts';
import { DAY_PAGES, type DayPage, useTill } from '../../till-context.ts';
import { BenchPage } from './bench/bench-page.tsx';
import { CardsPage } from './cards-page.tsx';
import { ExposurePage } from './exposure-page.tsx';
import { ReportsPage } from './reports-page.tsx';
import { SettlePage } from './settle-page.tsx';
import { ShiftPage } from './shift-page.tsx';
import { TrainingPage } from './training-page.tsx';

const ICONS: Readonly<Record<DayPage, IconName>> = {
  settle: 'day',
  shift: 'person',
  reports: 'receipt',
  bench: 'alert',
  exposure: 'lock',
  training: 'keyboard',
  cards: 'card',
};

/** The back office: one page at a time, each behind a digit. */
export function DayScreen({ page }: { readonly page: DayPage }) {
  return (
    <div className="office">
      <Tabs current={page} />
      <div className="office-page" data-page={page}>
        <Page page={page} />
      </div>
    </div>
  );
}

function Tabs({ current }: { readonly current: DayPage }) {
  const { t } = useWords();
  const { screen, status } = useTill();
  const setAside = useCell(status)?.rejectedCount ?? 0;
  return (
    <nav className="office-tabs" aria-label={t('office.tabs')}>
      {DAY_PAGES.map((page, index) => (
        <Button
          key={page}
          className={`office-tab ${page === current ? 'tab-current' : ''}`}
          aria-current={page === current ? 'page' : 'false'}
          onPress={() => screen.set({ kind: 'day', page })}
          preventFocusOnPress
        >
          <KeyHint>{String(index + 1)}</KeyHint>
          <Icon name={ICONS[page]} />
          <span>{t(`office.tab.${page}`)}</span>
          {page === 'bench' && setAside > 0 && <span className="chip chip-problem">{setAside}</span>}
        </Button>
      ))}
    </nav>
  );
}

function Page({ page }: { readonly page: DayPage }) {
  switch (page) {
    case 'settle':
      return <SettlePage />;
    case 'shift':
      return <ShiftPage />;
    case 'reports':
      return <ReportsPage />;
    case 'bench':
      return <BenchPage />;
    case 'exposure':
      return <ExposurePage />;
    case 'training':
      return <TrainingPage />;
    case 'cards':
      return <CardsPage />;
  }
}
