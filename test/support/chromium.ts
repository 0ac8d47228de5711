import { existsSync } from 'node:fs';

const PLACES = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];

/** The Chromium of this machine, or the one that STEADFID_CHROMIUM names; null where there is none. */
export function chromiumPath(): string | null {
  return (
    [process.env['STEADFID_CHROMIUM'] ?? '', ...PLACES].find((path) => path !== '' && existsSync(path)) ??
    null
  );
}

/** Nothing that a browser would do on its own account: no updates, no reports. */
export const CHROMIUM_ARGUMENTS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--disable-quic',
  '--no-first-run',
];
