import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { App } from './app.tsx';
import './design/tokens.css';
import './design/base.css';
import './design/shell.css';
import './design/sell.css';
import './design/pay.css';
import './design/journal.css';
import { setLanguage, startI18n } from './i18n/i18n.ts';
import { routeKeys } from './input/key-router.ts';
import { startTill } from './till.ts';
import { TillContext } from './till-context.ts';
import { channelOpener } from './transport/open-channel.ts';

const till = await startTill(channelOpener(window));
await startI18n(till.preferences.language.get());
till.preferences.language.subscribe(() => setLanguage(till.preferences.language.get()));
routeKeys(window, till.inputs);

const place = document.getElementById('till');
if (place === null) throw new Error('index.html has no #till');
createRoot(place).render(
  <StrictMode>
    <TillContext value={till}>
      <App />
    </TillContext>
  </StrictMode>,
);
