import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { App } from './app.tsx';
import './design/tokens.css';
import './design/base.css';
import './design/shell.css';
import './design/dialogs.css';
import './design/sell.css';
import './design/pay.css';
import './design/result.css';
import './design/journal.css';
import './design/office.css';
import './design/tenders.css';
import './design/desk.css';
import { setLanguage, startI18n } from './i18n/i18n.ts';
import { routeKeys } from './input/key-router.ts';
import { OtherWindowScreen } from './screens/starting.tsx';
import { openDatabase } from './store/database.ts';
import { becomeTheOnlyWindow } from './store/only-window.ts';
import { languageOfAddress, Preferences } from './store/preferences.ts';
import { startTill } from './till.ts';
import { TillContext } from './till-context.ts';
import { channelOpener } from './transport/open-channel.ts';

const database = openDatabase();
const preferences = new Preferences(database, languageOfAddress(window.location.href));
await preferences.load();
await startI18n(preferences.language.get());
preferences.language.subscribe(() => setLanguage(preferences.language.get()));

const place = document.getElementById('till');
if (place === null) throw new Error('index.html has no #till');
const root = createRoot(place);
// The launch token leaves the address bar now, whether or not this window has to wait.
const open = channelOpener(window);
await becomeTheOnlyWindow(navigator.locks, () => root.render(<OtherWindowScreen />));

const till = await startTill({ open, database, preferences });
routeKeys(window, till.inputs);
root.render(
  <StrictMode>
    <TillContext value={till}>
      <App />
    </TillContext>
  </StrictMode>,
);
