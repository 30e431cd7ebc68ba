import { join } from 'node:path';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

/** The till's screens. Both shells serve the same folder: `app://` in Electron, loopback HTTP in the browser shell. */
export default defineConfig({
  root: join(import.meta.dirname, 'app', 'renderer'),
  // Relative addresses, so that the same build works under any scheme and port.
  base: './',
  plugins: [react()],
  build: {
    outDir: join(import.meta.dirname, 'dist', 'renderer'),
    emptyOutDir: true,
    // Electron 45 embeds Chromium 142; the browser shell opens whatever Chromium the shop has.
    target: 'chrome120',
    // One local file on one local disk: splitting would only add requests.
    chunkSizeWarningLimit: 2000,
  },
});
