const LOCK_NAME = 'holdfast-till-window';

/**
 * Waits until no other window of this browser shows the till: two would share one basket and one open payment. The lock
 * is the browser's, so that it is free again when the other window is closed, reloaded or crashes.
 */
export async function becomeTheOnlyWindow(locks: LockManager, onWaiting: () => void): Promise<void> {
  const forEver = new Promise<never>(() => {});
  const got = await new Promise<boolean>((resolve) => {
    void locks.request(LOCK_NAME, { ifAvailable: true }, (lock) => {
      resolve(lock !== null);
      return lock === null ? undefined : forEver;
    });
  });
  if (got) return;
  onWaiting();
  await new Promise<void>((resolve) => {
    void locks.request(LOCK_NAME, () => {
      resolve();
      return forEver;
    });
  });
}
