/** Who is logged in. Checked once per page load; a 401 later opens the re-login dialog instead. */
import { ApiError, fetchUser, send, sessionExpired } from '../api/client';
import type { User } from '../api/types';
import { live, store } from '../live/socket';
import { createValue } from './value';

export const user = createValue<User | null>(null);

export type Session = 'in' | 'login' | 'setup';

let loading: Promise<Session> | null = null;

/** Where to go: into the app, to the login, or to the first-run set-up. Asked once per page load. */
export function loadSession(): Promise<Session> {
  loading ??= readSession().catch((error: unknown) => {
    loading = null;
    throw error;
  });
  return loading;
}

/** Whether the page came with a session; Core writes so into it. */
export const cameLoggedIn = (): boolean => document.documentElement.dataset.session === 'in';

async function readSession(): Promise<Session> {
  if (cameLoggedIn()) {
    live.start();
    return 'in';
  }
  // Asked in this order, a page without a session meets no error at all.
  const { logged_in, no_users } = await send('auth/login', 'GetLoginOptions', {});
  if (!logged_in) return no_users ? 'setup' : 'login';
  live.start();
  return 'in';
}

let reading: Promise<void> | null = null;

/** Resolves once it is known who this is. Asked once; what fails is asked again by the next page. */
export function userKnown(): Promise<void> {
  if (user.get()) return Promise.resolve();
  reading ??= fetchUser().then(
    (known) => user.set(known as User),
    (error: unknown) => {
      reading = null;
      if (!(error instanceof ApiError) || error.status !== 401) throw error;
      sessionExpired.set(true);
    },
  );
  return reading;
}

/** Logs in. Answers the next factor that is needed, or null when done. */
export async function logIn(
  username: string,
  password: string,
): Promise<'Totp' | 'Passkey' | null> {
  const answer = await send('auth/login', 'LoginLocalUser', { username, password });
  if (answer.type !== 'Jwt') return answer.type;
  await loggedIn();
  return null;
}

/** After a login: reads the user, and starts afresh if it is another one. */
export async function loggedIn(): Promise<void> {
  const before = user.get()?._id.$oid;
  const now = (await fetchUser()) as User;
  if (before && before !== now._id.$oid) {
    live.stop();
    store.clear();
  }
  user.set(now);
  live.start();
}

/** Ends the session here and at Core, and shows the login page. */
export async function logOut(): Promise<void> {
  live.stop();
  try {
    await send('auth/login', 'Logout', {});
  } finally {
    window.location.assign('/login');
  }
}
