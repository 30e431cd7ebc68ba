import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';

const TOKEN_BYTES = 32;

/** The secret of one launch: who has it may use the till, so it is only ever in the address that is opened or printed. */
export function createToken(): string {
  return randomBytes(TOKEN_BYTES).toString('base64url');
}

/** Why a request is turned away, with the HTTP status that says so. */
export interface Rejection {
  readonly status: number;
  readonly reason: string;
}

export interface Guard {
  /** Any request: it must name this server, and if it says where it comes from, that must be our own page. */
  checkRequest(request: IncomingMessage): Rejection | undefined;
  /** The API: it needs the token. */
  checkToken(address: URL): Rejection | undefined;
  /** The page: the token the first time, then the cookie of `pageCookie`, so that a reload works without it. */
  checkPage(request: IncomingMessage, address: URL): Rejection | undefined;
  /**
   * Lets this browser have the page again. Cookies go to every port of a host, so it is not the token but made from it:
   * another program that is sent it can fetch the page, which holds no secret, and nothing more.
   */
  readonly pageCookie: string;
  /** A browser always says where a WebSocket comes from; a request without it is not from our page. */
  checkOriginGiven(request: IncomingMessage): Rejection | undefined;
}

/**
 * Keeps other web pages and other programs out. A page of another site cannot read the token; a name that an attacker
 * lets point to 127.0.0.1 (DNS rebinding) does not pass the Host check; a page that guesses the port does not pass the
 * Origin check.
 */
export function createGuard(options: { readonly token: string; readonly port: number }): Guard {
  const hosts = ['127.0.0.1', 'localhost'].map((name) => `${name}:${options.port}`);
  const origins = hosts.map((host) => `http://${host}`);
  const cookie = `holdfast-page-${options.port}=${digest(`page ${options.token}`).toString('base64url')}`;
  const guard: Guard = {
    pageCookie: `${cookie}; HttpOnly; SameSite=Strict; Path=/`,
    checkPage({ headers }, address) {
      const known = (headers.cookie ?? '').split(/; */).some((pair) => sameSecret(pair, cookie));
      return known && !address.searchParams.has('token') ? undefined : guard.checkToken(address);
    },
    checkRequest({ headers }) {
      if (!hosts.includes(headers.host ?? '')) {
        return { status: 421, reason: 'This server answers to 127.0.0.1 only.' };
      }
      if (headers.origin !== undefined && !origins.includes(headers.origin)) {
        return { status: 403, reason: 'Requests of other pages are refused.' };
      }
      return undefined;
    },
    checkToken(address) {
      if (sameSecret(address.searchParams.get('token') ?? '', options.token)) return undefined;
      return {
        status: 403,
        reason: 'This address lacks its token. Open the whole address that the till printed when it started.',
      };
    },
    checkOriginGiven({ headers }) {
      return headers.origin === undefined
        ? { status: 403, reason: 'A connection must say where it comes from.' }
        : undefined;
    },
  };
  return guard;
}

/** Compares digests, so that neither the length nor the first difference can be timed. */
function sameSecret(given: string, expected: string): boolean {
  return timingSafeEqual(digest(given), digest(expected));
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
