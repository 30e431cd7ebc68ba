import type { BilingualText } from '../domain/text.ts';

export type LinkErrorCode =
  | 'refused'
  | 'unknown-host'
  | 'unreachable'
  | 'connect-timeout'
  | 'closed-by-host'
  | 'connection-reset'
  | 'unanswered'
  | 'silent-host'
  | 'frame-length'
  | 'tls-untrusted'
  | 'tls-validity'
  | 'tls-wrong-name'
  | 'tls-client-refused'
  | 'tls-closed-early'
  | 'tls-not-tls'
  | 'tls-credentials'
  | 'network';

/** Why the link is not up: what happened and what a person can do. */
export interface LinkError {
  readonly code: LinkErrorCode;
  readonly text: BilingualText;
  /** The system's own words, for the log. */
  readonly detail?: string;
  readonly cause?: unknown;
}

const TEXTS = {
  refused: {
    'zh-CN': '主机没有在该地址和端口上运行。请检查地址、端口，以及主机是否已启动。',
    en: 'Nothing listens at this address and port. Check the address and the port, and that the host is running.',
  },
  'unknown-host': {
    'zh-CN': '找不到该主机名。请检查主机名的拼写和域名服务（DNS）设置。',
    en: 'The host name cannot be found. Check its spelling and the name server (DNS) settings.',
  },
  unreachable: {
    'zh-CN': '没有到主机的网络。请检查网线、路由器和防火墙。',
    en: 'There is no network path to the host. Check the cable, the router and the firewall.',
  },
  'connect-timeout': {
    'zh-CN': '主机没有响应连接请求。请检查地址和防火墙；系统会自动重试。',
    en: 'The host did not take the connection in time. Check the address and the firewall; the link keeps trying.',
  },
  'closed-by-host': {
    'zh-CN': '主机关闭了连接。系统会自动重连；若反复出现，请联系主机方。',
    en: 'The host closed the connection. The link reconnects by itself; if it keeps happening, ask whoever runs the host.',
  },
  'connection-reset': {
    'zh-CN': '连接被中断。系统会自动重连；若反复出现，请检查网络。',
    en: 'The connection broke. The link reconnects by itself; if it keeps happening, check the network.',
  },
  unanswered: {
    'zh-CN': '主机没有应答上一个请求。连接仍在；系统会继续探测主机。',
    en: 'The host did not answer the last request. The connection still stands; the link goes on asking for the host.',
  },
  'silent-host': {
    'zh-CN': '连接存在，但主机不再应答，已断开重连。若反复出现，请检查网络或联系主机方。',
    en: 'The connection stood but the host said nothing any more, so it was dropped and is made anew. If it keeps happening, check the network or ask whoever runs the host.',
  },
  'frame-length': {
    'zh-CN': '主机发来的数据长度不合法，已断开。请检查端口和协议（TLS 或明文）设置是否正确。',
    en: 'The host sent a frame length that cannot be, and was cut off. Check that port and protocol (TLS or plain) are right.',
  },
  'tls-untrusted': {
    'zh-CN': '主机的证书不是由配置的 CA 签发的。请检查 CA 文件；在查明之前不要继续。',
    en: "The host's certificate was not issued by the configured CA. Check the CA file; do not go on before this is understood.",
  },
  'tls-validity': {
    'zh-CN': '主机的证书已过期或尚未生效。请检查本机时钟，并请主机方更新证书。',
    en: "The host's certificate has expired or is not valid yet. Check this machine's clock, and have the host renew it.",
  },
  'tls-wrong-name': {
    'zh-CN': '主机的证书属于另一个名称。请检查地址和服务器名称设置。',
    en: "The host's certificate is for another name. Check the address and the server name in the settings.",
  },
  'tls-client-refused': {
    'zh-CN': '主机不接受本终端的证书。请检查终端证书和密钥，或联系主机方。',
    en: "The host did not accept this terminal's certificate. Check the terminal's certificate and key, or ask whoever runs the host.",
  },
  'tls-closed-early': {
    'zh-CN': '主机建立加密连接后立即关闭了它。主机可能不接受本终端的证书；请检查终端证书，或联系主机方。',
    en: "The host closed the secured connection before it said anything. It may not accept this terminal's certificate: check the certificate, or ask whoever runs the host.",
  },
  'tls-not-tls': {
    'zh-CN': '对方没有按 TLS 应答。请检查端口，以及该端口是否为明文端口。',
    en: 'The other side does not speak TLS in a way we can accept. Check the port, and whether it is the plain one.',
  },
  'tls-credentials': {
    'zh-CN': '证书或密钥文件无法使用。请检查 CA、证书和密钥文件是否为 PEM 格式且相互匹配。',
    en: 'The certificate or key files cannot be used. Check that CA, certificate and key are PEM and belong together.',
  },
  network: {
    'zh-CN': '网络错误。系统会自动重连；若反复出现，请查看日志。',
    en: 'A network error. The link reconnects by itself; if it keeps happening, look in the log.',
  },
} as const satisfies Record<LinkErrorCode, BilingualText>;

/** The codes of Node and OpenSSL that mean something to a person; all else is `network` with its detail. */
const CODES: Readonly<Record<string, LinkErrorCode>> = {
  ECONNREFUSED: 'refused',
  ENOTFOUND: 'unknown-host',
  EAI_AGAIN: 'unknown-host',
  EHOSTUNREACH: 'unreachable',
  ENETUNREACH: 'unreachable',
  ENETDOWN: 'unreachable',
  ETIMEDOUT: 'unreachable',
  ECONNRESET: 'connection-reset',
  EPIPE: 'connection-reset',
  SELF_SIGNED_CERT_IN_CHAIN: 'tls-untrusted',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'tls-untrusted',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'tls-untrusted',
  UNABLE_TO_GET_ISSUER_CERT: 'tls-untrusted',
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: 'tls-untrusted',
  CERT_SIGNATURE_FAILURE: 'tls-untrusted',
  CERT_UNTRUSTED: 'tls-untrusted',
  CERT_REVOKED: 'tls-untrusted',
  INVALID_CA: 'tls-untrusted',
  INVALID_PURPOSE: 'tls-untrusted',
  CERT_HAS_EXPIRED: 'tls-validity',
  CERT_NOT_YET_VALID: 'tls-validity',
  ERR_TLS_CERT_ALTNAME_INVALID: 'tls-wrong-name',
  HOSTNAME_MISMATCH: 'tls-wrong-name',
  ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED: 'tls-client-refused',
  ERR_SSL_TLSV1_ALERT_CERTIFICATE_REQUIRED: 'tls-client-refused',
  ERR_SSL_TLSV1_ALERT_UNKNOWN_CA: 'tls-client-refused',
  ERR_SSL_SSLV3_ALERT_BAD_CERTIFICATE: 'tls-client-refused',
  ERR_SSL_SSLV3_ALERT_HANDSHAKE_FAILURE: 'tls-client-refused',
  ERR_SSL_SSLV3_ALERT_CERTIFICATE_EXPIRED: 'tls-client-refused',
  ERR_SSL_SSLV3_ALERT_CERTIFICATE_UNKNOWN: 'tls-client-refused',
  ERR_SSL_WRONG_VERSION_NUMBER: 'tls-not-tls',
  ERR_SSL_PACKET_LENGTH_TOO_LONG: 'tls-not-tls',
  ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION: 'tls-not-tls',
  ERR_SSL_UNSUPPORTED_PROTOCOL: 'tls-not-tls',
  EPROTO: 'tls-not-tls',
};

export function linkError(code: LinkErrorCode, detail?: string): LinkError {
  return { code, text: TEXTS[code], ...(detail === undefined ? {} : { detail }) };
}

/** @param cause what a socket's `error` event carried. */
export function linkErrorOf(cause: unknown): LinkError {
  const systemCode = codeOf(cause);
  const detail = cause instanceof Error ? cause.message : String(cause);
  return { ...linkError(CODES[systemCode] ?? 'network', detail === '' ? systemCode : detail), cause };
}

/** Node's `code`, such as ECONNREFUSED; empty when there is none. */
export function codeOf(cause: unknown): string {
  if (typeof cause !== 'object' || cause === null || !('code' in cause)) return '';
  return typeof cause.code === 'string' ? cause.code : '';
}
