import { join } from 'node:path';
import * as electron from 'electron';
import { wire } from './wire.ts';

// Not awaited: Electron is ready only after this module has run to its end, and `wire` waits for that.
void wire(electron, { distDir: join(import.meta.dirname, '..'), args: process.argv });
