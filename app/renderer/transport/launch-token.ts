const STORAGE_KEY = 'holdfast-launch-token';

/**
 * The browser shell's token, from the address the shell opened. It leaves the address bar at once, so that it is not in
 * the history, a screenshot or a referrer; a reload finds it in this tab's session storage.
 */
export function takeLaunchToken(window: Window): string | undefined {
  const url = new URL(window.location.href);
  const token = url.searchParams.get('token');
  if (token === null) return window.sessionStorage.getItem(STORAGE_KEY) ?? undefined;
  window.sessionStorage.setItem(STORAGE_KEY, token);
  url.searchParams.delete('token');
  window.history.replaceState(null, '', url);
  return token;
}
