/** Starts what the address asks for: the app, or the log-in and set-up pages, which do without it. */
import './theme/app.css';
import { type ReactNode, StrictMode, startTransition } from 'react';
import { createRoot } from 'react-dom/client';
import { chunk } from './lib/lazy';
import { cameLoggedIn, loadSession } from './lib/session';
import { askEarly, firstData } from './live/early';
import { watchLook } from './theme/look';

watchLook();

async function start(path: string): Promise<ReactNode> {
  if (path === '/login') {
    const { default: Login } = await chunk(() => import('./pages/login/page'));
    return <Login />;
  }
  if (path === '/setup') {
    const { default: Setup } = await chunk(() => import('./pages/setup/page'));
    return <Setup />;
  }
  // Session, app and first page load side by side; the app reports what fails.
  askEarly(path);
  loadSession().catch(() => {});
  if (path === '/') import('./pages/dashboard/page').catch(() => {});
  const { App } = await chunk(() => import('./app'));
  if (cameLoggedIn()) await firstData(path);
  return <App />;
}

const root = document.getElementById('root');
if (root) {
  start(window.location.pathname).then((page) =>
    // A transition lets the browser breathe between parts of the first page.
    startTransition(() => createRoot(root).render(<StrictMode>{page}</StrictMode>)),
  );
}
