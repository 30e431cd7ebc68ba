import { mkdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { SetupError } from './setup-error.mjs';

const POLL_MS = 250;
/** An install on a slow line may take this long; who waits longer is told to look. */
const WAIT_MS_MAX = 20 * 60_000;
/** A lock whose owner never wrote its process id: it died between two system calls. */
const OWNERLESS_MS_MAX = 10_000;

/**
 * Runs `work` while holding the lock directory `lockPath`, so that two starts at once install once. A lock whose owner
 * is no longer running is taken over.
 * @param {{ lockPath: string, onWait: () => void }} lock
 * @param {() => Promise<void>} work
 */
export async function withInstallLock({ lockPath, onWait }, work) {
  await acquire(lockPath, onWait);
  try {
    await work();
  } finally {
    rmSync(lockPath, { recursive: true, force: true });
  }
}

async function acquire(lockPath, onWait) {
  const deadlineMs = Date.now() + WAIT_MS_MAX;
  let waiting = false;
  try {
    mkdirSync(dirname(lockPath), { recursive: true });
  } catch (error) {
    throw new SetupError(
      `cannot write to ${dirname(lockPath)} (${error.code}): make the checkout writable for this user.`,
    );
  }
  while (!tryTake(lockPath)) {
    const owner = readOwner(lockPath);
    if (isAbandoned(lockPath, owner)) {
      breakLock(lockPath, owner);
      continue;
    }
    if (!waiting) onWait();
    waiting = true;
    if (Date.now() > deadlineMs) {
      throw new SetupError(
        `another setup (process ${owner}) has held ${lockPath} too long: end it, or remove that folder.`,
      );
    }
    await sleep(POLL_MS);
  }
}

function tryTake(lockPath) {
  try {
    mkdirSync(lockPath);
  } catch (error) {
    if (error.code === 'EEXIST') return false;
    throw error;
  }
  writeFileSync(join(lockPath, 'owner'), String(process.pid));
  return true;
}

function readOwner(lockPath) {
  try {
    return readFileSync(join(lockPath, 'owner'), 'utf8');
  } catch {
    return '';
  }
}

function isAbandoned(lockPath, owner) {
  if (owner === '') {
    try {
      return Date.now() - statSync(lockPath).mtimeMs > OWNERLESS_MS_MAX;
    } catch {
      return false;
    }
  }
  try {
    process.kill(Number(owner), 0);
    return false;
  } catch (error) {
    return error.code === 'ESRCH';
  }
}

/** Takes an abandoned lock away under another name first: of two that try, one succeeds, and a fresh lock is put back. */
function breakLock(lockPath, abandonedOwner) {
  const aside = `${lockPath}.stale-${process.pid}`;
  try {
    renameSync(lockPath, aside);
  } catch {
    return;
  }
  if (readOwner(aside) === abandonedOwner) rmSync(aside, { recursive: true, force: true });
  else renameSync(aside, lockPath);
}
