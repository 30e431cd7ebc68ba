import { ipcRenderer } from 'electron';
import { wirePreload } from './hand-over.ts';

wirePreload(ipcRenderer, window);
