import type { Connection } from './managed-device.ts';

export interface SerialSettings {
  /** `/dev/ttyUSB0`, `/dev/serial/by-id/...`, `COM3`. */
  readonly path: string;
  readonly baudRate: number;
}

export interface SerialListeners {
  readonly onData: (chunk: Uint8Array) => void;
  /** Called once when the port goes away by itself. */
  readonly onLost: (problem: string) => void;
}

export interface SerialConnection extends Connection {
  /** Resolves when the bytes have left for the device. @throws Error of the driver. */
  send(bytes: Uint8Array): Promise<void>;
}

/** How often a port is asked whether it is still there. */
export const SERIAL_PRESENCE_POLL_MS = 500;
/** What the operating system answers on a port whose device is gone; a port without modem lines answers otherwise. */
const GONE = /input\/output error|no such device|bad file/i;

/** Opens a serial port with the native driver. @throws Error when the port is missing, taken or not allowed. */
export async function openSerial(
  settings: SerialSettings,
  listeners: SerialListeners,
): Promise<SerialConnection> {
  // Loaded here, so that a machine without the native driver has a device that does not work and not a till that does not.
  const { SerialPort } = await import('serialport');
  const port = new SerialPort({ ...settings, autoOpen: false });
  await new Promise<void>((resolve, reject) => {
    port.open((error) => (error ? reject(withAdvice(error)) : resolve()));
  });
  let open = true;
  const lose = (problem: string): void => {
    if (!open) return;
    open = false;
    clearInterval(poll);
    listeners.onLost(problem);
  };
  // When a port hangs up at the wrong moment, reading it gives zero bytes, and the driver (bindings-cpp 13, its pull
  // request 164) then reads again for ever, without an event and at full load. Asking for the modem lines fails at once on
  // such a port, and closing it ends the loop.
  const poll = setInterval(() => {
    port.get((error) => {
      if (error && GONE.test(error.message)) lose(`${settings.path} was disconnected`);
    });
  }, SERIAL_PRESENCE_POLL_MS);
  poll.unref();
  port.on('data', (chunk: Uint8Array) => {
    if (open) listeners.onData(chunk);
  });
  port.on('error', (error: Error) => lose(error.message));
  // A pulled cable shows as a close, or on some systems as the end of the stream while the port seems open.
  port.on('close', () => lose(`${settings.path} was disconnected`));
  port.on('end', () => lose(`${settings.path} was disconnected`));
  return {
    send: (bytes) =>
      new Promise<void>((resolve, reject) => {
        port.write(bytes, (writeError) => {
          if (writeError) reject(writeError);
          else port.drain((drainError) => (drainError ? reject(drainError) : resolve()));
        });
      }),
    close: () => {
      open = false;
      clearInterval(poll);
      return new Promise<void>((resolve) => (port.isOpen ? port.close(() => resolve()) : resolve()));
    },
  };
}

function withAdvice(error: Error): Error {
  if (/permission denied|access denied/i.test(error.message)) {
    return new Error(`${error.message} (Linux: add the user to the group dialout)`, { cause: error });
  }
  if (/cannot lock port|resource (temporarily )?unavailable|busy/i.test(error.message)) {
    return new Error(`${error.message} (another program uses this port)`, { cause: error });
  }
  return error;
}
