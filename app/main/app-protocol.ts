import { securityHeaders } from '../gateway/content-policy.ts';
import { readStaticFile } from '../gateway/static-files.ts';

export const APP_SCHEME = 'app';
const APP_HOST = 'holdfast';
export const APP_ORIGIN = `${APP_SCHEME}://${APP_HOST}`;
export const PAGE_URL = `${APP_ORIGIN}/`;

/** Must be registered before Electron is ready: storage and a real origin, no access around the content policy. */
export const APP_SCHEME_PRIVILEGES = {
  scheme: APP_SCHEME,
  privileges: { standard: true, secure: true, supportFetchAPI: true, codeCache: true },
};

/** Answers `app://holdfast/…` from the built screens, with the content policy on every answer. */
export function appProtocolHandler(rendererDir: string): (request: Request) => Promise<Response> {
  const headers = securityHeaders([]);
  const refuse = (status: number) => new Response(null, { status, headers });
  return async (request) => {
    const url = new URL(request.url);
    if (url.host !== APP_HOST) return refuse(404);
    if (request.method !== 'GET') return refuse(405);
    const file = await readStaticFile(rendererDir, url.pathname);
    if (file === undefined) return refuse(404);
    return new Response(file.bytes, { headers: { ...headers, 'Content-Type': file.mediaType } });
  };
}
