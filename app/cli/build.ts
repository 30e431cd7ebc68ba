import { ensureElectronBundles, ensureRenderer } from './builds.ts';

// `npm run build`: everything that an installer is made from.
const notify = (text: string): void => void process.stderr.write(`holdfast: ${text}\n`);
await ensureRenderer({ notify });
await ensureElectronBundles({ notify });
notify('built; "npx electron-builder" makes an installer where Electron can be had');
