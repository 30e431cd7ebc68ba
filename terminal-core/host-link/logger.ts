/** Where the link and the server report; a pino logger fits. Fields never hold a frame: frames hold card numbers. */
export interface LinkLogger {
  debug(fields: object, message: string): void;
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
}

export const silentLogger: LinkLogger = { debug() {}, info() {}, warn() {} };
