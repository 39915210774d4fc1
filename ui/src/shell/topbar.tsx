/** Topbar: mark, command field, connection, New, account. */
import { Link } from '@tanstack/react-router';
import { ChevronDown, Plus, Search } from 'lucide-react';
import { m } from '../i18n/shell';
import { useSecond } from '../lib/clock';
import { cx } from '../lib/cx';
import { clock } from '../lib/format';
import { logOut, user } from '../lib/session';
import { useStored } from '../lib/value';
import { connection } from '../live/socket';
import { openPalette } from '../palette/open';
import { router } from '../router';
import { look, setLook } from '../theme/look';
import { MenuButton, type MenuItem } from '../ui/menu';
import { StateShape, type Tone, toneText } from '../ui/state';
import {
  openAddServer,
  openNewBuild,
  openNewBuilder,
  openNewDeployment,
  openNewRepo,
} from './create';
import { openKeyboardSheet } from './keyboard';
import { Mark } from './mark';

export function Topbar() {
  const name = useStored(user)?.username ?? '';
  return (
    <header className="sticky top-0 z-30 flex h-(--top) items-center gap-3 border-b border-line bg-surface px-3">
      <Link
        to="/"
        className="flex shrink-0 items-center gap-2 rounded font-bold md:w-[calc(var(--side)-24px)]"
      >
        <Mark />
        Monitor
      </Link>
      <button
        type="button"
        data-key="Ctrl K"
        onClick={() => openPalette()}
        onPointerEnter={preloadPalette}
        onFocus={preloadPalette}
        className="flex h-(--ctl) min-w-0 flex-1 items-center gap-2 rounded border border-line bg-sunken px-2 text-muted hover:border-control md:max-w-72"
      >
        <Search size={14} aria-hidden="true" className="shrink-0" />
        <span className="truncate">
          {m.search[0]}
          <span className="max-md:sr-only">{m.search[1]}</span>
        </span>
        <kbd className="ml-auto rounded-sm border border-line px-1 text-xs max-md:hidden">
          Ctrl K
        </kbd>
      </button>
      <div className="ml-auto flex shrink-0 items-center gap-1 md:gap-2">
        <ConnectionState />
        <MenuButton
          kind="primary"
          label={m.newMenu}
          shortcut="c"
          data-new-menu
          icon={<Plus size={14} />}
          className="phone:hidden"
          items={newItems}
        >
          {m.newMenu}
        </MenuButton>
        <MenuButton kind="quiet" label={m.account(name)} items={accountItems}>
          <span className="max-w-28 truncate">{name}</span>
          <ChevronDown size={13} />
        </MenuButton>
      </div>
    </header>
  );
}

export function preloadPalette(): void {
  void import('../palette/palette');
}

export function newItems(): MenuItem[] {
  return [
    { label: m.newServer, onSelect: openAddServer },
    { label: m.newDeployment, onSelect: openNewDeployment },
    { label: m.newBuild, onSelect: openNewBuild },
    { label: m.newRepo, onSelect: openNewRepo },
    { label: m.newBuilder, onSelect: openNewBuilder },
  ];
}

function accountItems(): MenuItem[] {
  const { theme, density, timezone } = look.get();
  const settings = (tab: string) => () =>
    void router.navigate({ to: '/settings/$tab', params: { tab } });
  return [
    { label: m.profile, onSelect: settings('profile') },
    { label: m.keys, onSelect: settings('keys') },
    { label: m.shortcuts, shortcut: '?', onSelect: openKeyboardSheet },
    {
      label: m.themeAuto,
      checked: theme === 'auto',
      separated: true,
      onSelect: () => setLook({ theme: 'auto' }),
    },
    {
      label: m.themeLight,
      checked: theme === 'light',
      onSelect: () => setLook({ theme: 'light' }),
    },
    { label: m.themeDark, checked: theme === 'dark', onSelect: () => setLook({ theme: 'dark' }) },
    {
      label: m.density,
      checked: density === 'comfortable',
      separated: true,
      onSelect: () => setLook({ density: density === 'compact' ? 'comfortable' : 'compact' }),
    },
    {
      label: m.utc,
      checked: timezone === 'utc',
      onSelect: () => setLook({ timezone: timezone === 'utc' ? 'local' : 'utc' }),
    },
    { label: m.logOut, separated: true, onSelect: () => void logOut() },
  ];
}

const TONES: Record<string, Tone> = {
  live: 'ok',
  connecting: 'busy',
  idle: 'busy',
  reconnecting: 'warn',
  offline: 'crit',
};

/** Live / Reconnecting 3 s / Offline, data as of 18:04:12. */
function ConnectionState() {
  const { phase } = useStored(connection);
  return (
    <div role="status" aria-label={m.connection} className="flex items-center px-1 text-sm">
      {phase === 'live' ? (
        <span className="flex items-center gap-1.5" data-connection="live">
          <StateShape tone="ok" />
          <span className="text-muted phone:sr-only">{m.live}</span>
        </span>
      ) : (
        <Broken />
      )}
    </div>
  );
}

function Broken() {
  const { phase, asOf, retryAt } = useStored(connection);
  const now = useSecond();
  const tone = TONES[phase] ?? 'busy';
  const seconds = retryAt > 0 ? Math.max(0, Math.ceil((retryAt - now) / 1000)) : 0;
  const text =
    phase === 'offline'
      ? asOf > 0
        ? m.offline(clock(asOf))
        : m.offlineNoData
      : phase === 'reconnecting'
        ? m.reconnecting(seconds)
        : m.connecting;
  return (
    <span className={cx('flex items-center gap-1.5', toneText(tone))} data-connection={phase}>
      <StateShape tone={tone} />
      <span aria-hidden={phase === 'reconnecting'} className="phone:max-w-24 phone:truncate">
        {text}
      </span>
      {phase === 'reconnecting' && <span className="sr-only">{m.reconnecting(0)}</span>}
    </span>
  );
}
