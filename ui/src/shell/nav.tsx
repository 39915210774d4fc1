/** Sidebar and the phone's bottom bar: only what exists. */
import { Link, useRouterState } from '@tanstack/react-router';
import {
  Activity,
  Box,
  Ellipsis,
  Factory,
  FolderGit2,
  Hammer,
  LayoutDashboard,
  PanelLeft,
  Rocket,
  Search,
  Server,
  Settings,
} from 'lucide-react';
import type { ReactNode } from 'react';
import { m } from '../i18n/shell';
import { cx } from '../lib/cx';
import { count } from '../lib/format';
import { useStored } from '../lib/value';
import { useValue } from '../live/hooks';
import { openPalette } from '../palette/open';
import { router } from '../router';
import { look, setLook } from '../theme/look';
import { IconButton } from '../ui/button';
import { showMenu } from '../ui/menu';

interface Entry {
  to:
    | '/'
    | '/containers'
    | '/servers'
    | '/deployments'
    | '/builds'
    | '/repos'
    | '/builders'
    | '/activity'
    | '/settings';
  label: string;
  icon: ReactNode;
  keys: string;
  count?: string | undefined;
}

function useEntries(): Array<[string, Entry[]]> {
  const { value: boot } = useValue('boot');
  const counted = (kind: string) => {
    const n = boot?.counts[kind];
    return n === undefined ? undefined : count(n);
  };
  const icon = { size: 16, strokeWidth: 1.75, 'aria-hidden': true } as const;
  const running = boot?.running ?? 0;
  return [
    [
      '',
      [
        { to: '/', label: m.dashboard, icon: <LayoutDashboard {...icon} />, keys: 'g d' },
        {
          to: '/containers',
          label: m.containers,
          icon: <Box {...icon} />,
          keys: 'g c',
          count: counted('containers'),
        },
      ],
    ],
    [
      m.resources,
      [
        {
          to: '/servers',
          label: m.servers,
          icon: <Server {...icon} />,
          keys: 'g s',
          count: counted('servers'),
        },
        {
          to: '/deployments',
          label: m.deployments,
          icon: <Rocket {...icon} />,
          keys: 'g e',
          count: counted('deployments'),
        },
        {
          to: '/builds',
          label: m.builds,
          icon: <Hammer {...icon} />,
          keys: 'g b',
          count: counted('builds'),
        },
        {
          to: '/repos',
          label: m.repos,
          icon: <FolderGit2 {...icon} />,
          keys: 'g r',
          count: counted('repos'),
        },
        {
          to: '/builders',
          label: m.builders,
          icon: <Factory {...icon} />,
          keys: 'g f',
          count: counted('builders'),
        },
      ],
    ],
    [
      m.operate,
      [
        {
          to: '/activity',
          label: m.activity,
          icon: <Activity {...icon} />,
          keys: 'g a',
          count: running > 0 ? m.runningCount(running) : undefined,
        },
      ],
    ],
    [m.admin, [{ to: '/settings', label: m.settings, icon: <Settings {...icon} />, keys: 'g ,' }]],
  ];
}

function useIsAt(): (to: string) => boolean {
  const path = useRouterState({ select: (state) => state.location.pathname });
  return (to) => {
    if (to === '/') return path === '/';
    // A container's page lies below its server but belongs to the containers.
    if (/^\/servers\/[^/]+\/containers\/./.test(path)) return to === '/containers';
    return path === to || path.startsWith(`${to}/`);
  };
}

export function Sidebar() {
  const groups = useEntries();
  const isAt = useIsAt();
  const narrow = useStored(look).sidebar === 'narrow';
  return (
    <nav
      aria-label={m.nav}
      className={cx(
        'sticky top-(--top) flex h-[calc(100dvh-var(--top))] shrink-0 flex-col overflow-y-auto border-r border-line bg-surface p-2 phone:hidden',
        narrow ? 'w-12' : 'w-(--side)',
      )}
    >
      {groups.map(([title, entries]) => (
        <div key={title} className="mb-2">
          {title && !narrow && (
            <h2 className="px-2 pt-1.5 pb-1 text-xs font-bold text-muted">{title}</h2>
          )}
          {title && narrow && <hr className="mx-1 mb-2" />}
          <ul>
            {entries.map((entry) => {
              const here = isAt(entry.to);
              return (
                <li key={entry.to}>
                  <Link
                    to={entry.to}
                    aria-current={here ? 'page' : undefined}
                    aria-label={narrow ? entry.label : undefined}
                    data-tip={narrow ? entry.label : undefined}
                    data-key={narrow ? entry.keys : undefined}
                    className={cx(
                      'focus-inset relative mb-px flex h-7 items-center gap-2.5 rounded coarse:h-10',
                      narrow ? 'justify-center' : 'px-2',
                      here
                        ? 'bg-sunken font-medium text-fg before:absolute before:inset-y-0 before:left-0 before:w-0.5 before:rounded-full before:bg-accent'
                        : 'text-muted hover:bg-sunken hover:text-fg',
                    )}
                  >
                    {entry.icon}
                    {!narrow && (
                      <>
                        <span className="min-w-0 flex-1 truncate">{entry.label}</span>
                        {entry.count && <span className="text-xs text-muted">{entry.count}</span>}
                      </>
                    )}
                  </Link>
                </li>
              );
            })}
          </ul>
        </div>
      ))}
      <IconButton
        className="mt-auto"
        label={narrow ? m.sidebarWide : m.sidebarNarrow}
        icon={<PanelLeft size={16} />}
        shortcut="["
        onClick={() => setLook({ sidebar: narrow ? 'wide' : 'narrow' })}
      />
    </nav>
  );
}

export function BottomBar() {
  const isAt = useIsAt();
  const item =
    'focus-inset flex min-w-0 flex-1 flex-col items-center justify-center gap-0.5 text-xs text-muted aria-[current]:text-accent';
  const icon = { size: 18, strokeWidth: 1.75, 'aria-hidden': true } as const;
  const link = (to: Entry['to'], label: string, mark: ReactNode) => (
    <Link to={to} aria-current={isAt(to) ? 'page' : undefined} className={item}>
      {mark}
      <span className="truncate">{label}</span>
    </Link>
  );
  const more = (anchor: Element) =>
    showMenu(
      anchor,
      [
        {
          label: m.containers,
          icon: <Box size={16} />,
          onSelect: () => void router.navigate({ to: '/containers' }),
        },
        {
          label: m.deployments,
          icon: <Rocket size={16} />,
          onSelect: () => void router.navigate({ to: '/deployments' }),
        },
        {
          label: m.builds,
          icon: <Hammer size={16} />,
          onSelect: () => void router.navigate({ to: '/builds' }),
        },
        {
          label: m.repos,
          icon: <FolderGit2 size={16} />,
          onSelect: () => void router.navigate({ to: '/repos' }),
        },
        {
          label: m.builders,
          icon: <Factory size={16} />,
          onSelect: () => void router.navigate({ to: '/builders' }),
        },
        {
          label: m.settings,
          icon: <Settings size={16} />,
          onSelect: () => void router.navigate({ to: '/settings' }),
        },
      ],
      m.more,
    );
  return (
    <nav
      aria-label={m.bottomNav}
      className="fixed inset-x-0 bottom-0 z-30 hidden h-(--bar) items-stretch border-t border-line bg-surface pb-[env(safe-area-inset-bottom)] phone:flex"
    >
      {link('/', m.home, <LayoutDashboard {...icon} />)}
      {link('/servers', m.servers, <Server {...icon} />)}
      <button type="button" className={item} onClick={() => openPalette()}>
        <Search {...icon} />
        <span>{m.searchTab}</span>
      </button>
      {link('/activity', m.activity, <Activity {...icon} />)}
      <button
        type="button"
        className={item}
        aria-haspopup="menu"
        onClick={(event) => more(event.currentTarget)}
      >
        <Ellipsis {...icon} />
        <span>{m.more}</span>
      </button>
    </nav>
  );
}
