/** The frame around every page behind the login. */
import { Outlet, useRouter, useRouterState } from '@tanstack/react-router';
import { Suspense, useEffect, useRef, useState } from 'react';
import { servedBuild } from '../api/client';
import { m } from '../i18n/shell';
import { cx } from '../lib/cx';
import { listenForKeys } from '../lib/keys';
import { lazyPart } from '../lib/lazy';
import { user, userKnown } from '../lib/session';
import { useStored } from '../lib/value';
import { useValue } from '../live/hooks';
import { openPalette, paletteText } from '../palette/open';
import { Button } from '../ui/button';
import { ConfirmHost } from '../ui/confirm';
import { MenuHost } from '../ui/menu';
import { setRunning } from '../ui/page';
import { ToastHost } from '../ui/toasts';
import { TooltipHost } from '../ui/tooltip';
import { creating } from './create';
import { Dock } from './dock';
import { useGlobalShortcuts } from './keyboard';
import { BottomBar, Sidebar } from './nav';
import { Topbar } from './topbar';

const Palette = lazyPart(() => import('../palette/palette').then(({ Palette }) => Palette));
const Layers = lazyPart(() => import('./layers').then(({ Layers }) => Layers));
const AddServer = lazyPart(() => import('../pages/servers/add').then((module) => module.default));

const LATE_MS = 1500;

export function Shell() {
  const { value: boot } = useValue('boot');
  useEffect(() => setRunning(boot?.running ?? 0), [boot]);
  useEffect(listenForKeys, []);
  useEffect(() => {
    if (boot && !user.get()) user.set(boot.user);
  }, [boot]);
  useEffect(() => {
    // Where live data does not come, it is asked for.
    const timer = setTimeout(() => userKnown().catch(() => {}), LATE_MS);
    return () => clearTimeout(timer);
  }, []);
  useGlobalShortcuts();
  usePaletteKey();
  useRouteFocus();
  return (
    <>
      <a
        href="#main"
        className="fixed top-1 left-1 z-50 -translate-y-16 rounded bg-accent px-3 py-1.5 text-on-accent focus:translate-y-0"
      >
        {m.skip}
      </a>
      <Topbar />
      <NewBuild />
      <div className="flex">
        <Sidebar />
        <main
          id="main"
          tabIndex={-1}
          className="min-h-[calc(100dvh-var(--top))] min-w-0 flex-1 px-(--gutter) pt-3 pb-[calc(var(--bar)+24px)]"
        >
          <div className="mx-auto max-w-[1760px]">
            <Suspense>
              <Outlet />
            </Suspense>
          </div>
          <MenuHost />
          <ConfirmHost />
        </main>
      </div>
      <BottomBar />
      <Dock />
      <Suspense>
        <PaletteHost />
        <CreateHost />
      </Suspense>
      <LateLayers />
      <ToastHost />
      <TooltipHost />
    </>
  );
}

/** Dialogs that need nothing of the page: fetched once it stands. */
function LateLayers() {
  const [late, setLate] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setLate(true), LATE_MS);
    return () => clearTimeout(timer);
  }, []);
  return late ? (
    <Suspense>
      <Layers />
    </Suspense>
  ) : null;
}

function PaletteHost() {
  const text = useStored(paletteText);
  return text === null ? null : <Palette text={text} onClose={() => paletteText.set(null)} />;
}

function CreateHost() {
  const what = useStored(creating);
  return what === 'server' ? <AddServer onClose={() => creating.set(null)} /> : null;
}

/** Ctrl K, also from inside fields. */
function usePaletteKey(): void {
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (!(event.ctrlKey || event.metaKey) || event.shiftKey || event.key.toLowerCase() !== 'k')
        return;
      event.preventDefault();
      if (paletteText.get() === null && !document.querySelector('dialog[open]')) openPalette();
      else paletteText.set(null);
    };
    window.addEventListener('keydown', onKey);
    return () => window.removeEventListener('keydown', onKey);
  }, []);
}

/** After a change of page the focus goes to its h1, which screen readers then read. */
function useRouteFocus(): void {
  const router = useRouter();
  const first = useRef(true);
  const path = useRouterState({ select: (state) => state.resolvedLocation?.pathname });
  // biome-ignore lint/correctness/useExhaustiveDependencies: the path is what this waits for
  useEffect(() => {
    if (first.current) {
      first.current = false;
      return;
    }
    // Moving along tabs keeps the focus on the tab.
    if (document.activeElement?.closest('[data-tab-index], [data-keep-focus]')) return;
    const frame = requestAnimationFrame(() => {
      document.querySelector<HTMLElement>('[data-page-title]')?.focus({ preventScroll: true });
    });
    return () => cancelAnimationFrame(frame);
  }, [path, router]);
}

/** "Updated - reload", never by itself. */
function NewBuild() {
  const served = useStored(servedBuild);
  const ours = useRef('');
  if (!ours.current && served) ours.current = served;
  if (!served || served === ours.current) return null;
  return (
    <div
      role="status"
      className={cx('tint-accent flex items-center justify-center gap-3 border-b border-line py-1')}
    >
      {m.updated}
      <Button kind="quiet" className="text-accent" onClick={() => window.location.reload()}>
        {m.reload}
      </Button>
    </div>
  );
}
