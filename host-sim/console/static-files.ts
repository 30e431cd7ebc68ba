import { readFileSync } from 'node:fs';
import { join } from 'node:path';

export interface StaticFile {
  readonly contentType: string;
  readonly body: Buffer;
}

/** The whole page; nothing else of the disk is served. */
const FILES: Readonly<Record<string, { readonly name: string; readonly contentType: string }>> = {
  '/': { name: 'index.html', contentType: 'text/html; charset=utf-8' },
  '/icon.svg': { name: 'icon.svg', contentType: 'image/svg+xml' },
  '/console.css': { name: 'console.css', contentType: 'text/css; charset=utf-8' },
  '/console.js': { name: 'console.js', contentType: 'text/javascript; charset=utf-8' },
};

/** It runs its own script and talks to its own host, and no other page may frame it. */
export const PAGE_HEADERS = {
  'content-security-policy':
    "default-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'",
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
} as const;

export function staticFile(path: string): StaticFile | undefined {
  const file = Object.hasOwn(FILES, path) ? FILES[path] : undefined;
  return file && { contentType: file.contentType, body: readFileSync(join(import.meta.dirname, file.name)) };
}
