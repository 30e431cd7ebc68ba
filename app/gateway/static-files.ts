import { readFile, realpath } from 'node:fs/promises';
import { extname, join, sep } from 'node:path';

const MEDIA_TYPES: Readonly<Record<string, string>> = {
  '.css': 'text/css; charset=utf-8',
  '.html': 'text/html; charset=utf-8',
  '.ico': 'image/x-icon',
  '.js': 'text/javascript; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.png': 'image/png',
  '.svg': 'image/svg+xml',
  '.webmanifest': 'application/manifest+json',
  '.woff2': 'font/woff2',
};

export interface StaticFile {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly mediaType: string;
}

/**
 * One file of the built screens.
 * @param rawPath path of the address as it came, still percent-encoded, without query; `/` is the page itself
 * @returns undefined when there is no such file: also for every path that would leave `folder` (by `..`, by an encoded
 * or Windows separator, by a symbolic link), for hidden files and for file types that the screens do not use
 */
export async function readStaticFile(folder: string, rawPath: string): Promise<StaticFile | undefined> {
  const segments = safeSegments(rawPath);
  if (segments === undefined) return undefined;
  const mediaType = MEDIA_TYPES[extname(segments.at(-1) ?? '')];
  if (mediaType === undefined) return undefined;
  try {
    const home = await realpath(folder);
    const path = await realpath(join(home, ...segments));
    if (!path.startsWith(home + sep)) return undefined;
    return { bytes: new Uint8Array(await readFile(path)), mediaType };
  } catch {
    // Not there, a folder, or not readable: to whoever asks it is not there.
    return undefined;
  }
}

function safeSegments(rawPath: string): string[] | undefined {
  let path: string;
  try {
    path = decodeURIComponent(rawPath);
  } catch {
    return undefined;
  }
  if (path === '/') return ['index.html'];
  if (!path.startsWith('/')) return undefined;
  const segments = path.slice(1).split('/');
  return segments.every((segment) => /^[\w@-][\w.@-]*$/.test(segment)) ? segments : undefined;
}
