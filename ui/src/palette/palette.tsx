/** The command palette: resources, pages and verbs in one field. */
import { type KeyboardEvent, useEffect, useId, useMemo, useRef, useState } from 'react';
import { m } from '../i18n/shell';
import { actionTitle, menuItems, runAction } from '../lib/action';
import { cx } from '../lib/cx';
import { operationTitle } from '../lib/operation';
import { logOut } from '../lib/session';
import { useTags } from '../lib/tags';
import { useTargetNames } from '../lib/targets';
import { useRows } from '../live/hooks';
import { router } from '../router';
import {
  openAddServer,
  openNewBuild,
  openNewBuilder,
  openNewDeployment,
  openNewRepo,
} from '../shell/create';
import { openKeyboardSheet } from '../shell/keyboard';
import { look, setLook } from '../theme/look';
import { Kbd, StateShape, type Tone } from '../ui/state';
import { recents, remember } from './recent';
import { type Command, type Hit, type Indexed, index, search } from './search';
import type { AnySource, PaletteLink } from './source';

const sources = Object.values(
  import.meta.glob<{ palette?: AnySource }>('../pages/*/actions.tsx', { eager: true }),
).flatMap((module) => module.palette ?? []);
const sourceOf = (topic: string) => sources.find((source) => source.topic === topic);

function follow(link: PaletteLink): void {
  void router.navigate({ to: link.to, params: link.params as never });
}

function page(label: string, to: string, words: readonly string[] = [], params = {}): Command {
  return {
    id: `page ${to} ${label}`,
    label,
    words: ['page', ...words],
    hint: m.palette.pages,
    run: () => follow({ to, params }),
  };
}

function command(label: string, words: readonly string[], run: () => void): Command {
  return { id: `command ${label}`, label, words, hint: m.palette.verb, run };
}

const COMMANDS: readonly Command[] = [
  page(m.dashboard, '/', ['home', 'overview']),
  page(m.containers, '/containers'),
  page(m.servers, '/servers'),
  page(m.deployments, '/deployments'),
  page(m.builds, '/builds', ['images']),
  page(m.repos, '/repos', ['git']),
  page(m.builders, '/builders', ['build']),
  page(m.activity, '/activity', ['updates', 'audit', 'history', 'log']),
  page('Profile', '/settings/$tab', ['settings', 'password', 'username'], { tab: 'profile' }),
  page('Appearance', '/settings/$tab', ['settings', 'theme', 'density'], { tab: 'appearance' }),
  page('API keys', '/settings/$tab', ['settings', 'token'], { tab: 'keys' }),
  page('Tags', '/settings/$tab', ['settings', 'labels'], { tab: 'tags' }),
  page('Variables', '/settings/$tab', ['settings', 'secrets'], { tab: 'variables' }),
  page('Git accounts', '/settings/$tab', ['settings', 'token'], { tab: 'git' }),
  page('Registry accounts', '/settings/$tab', ['settings', 'docker', 'token'], {
    tab: 'registries',
  }),
  page('Onboarding', '/settings/$tab', ['settings', 'keys', 'agent'], { tab: 'onboarding' }),
  page('About', '/settings/$tab', ['settings', 'version'], { tab: 'about' }),
  command(m.newServer, ['new', 'create', 'connect', 'agent'], openAddServer),
  command(m.newDeployment, ['create', 'add', 'deploy'], openNewDeployment),
  command(m.newBuild, ['create', 'add', 'image'], openNewBuild),
  command(m.newRepo, ['create', 'add', 'git'], openNewRepo),
  command(m.newBuilder, ['create', 'add'], openNewBuilder),
  command('Theme dark', ['appearance', 'night'], () => setLook({ theme: 'dark' })),
  command('Theme light', ['appearance', 'day'], () => setLook({ theme: 'light' })),
  command('Theme as the system', ['appearance', 'auto'], () => setLook({ theme: 'auto' })),
  command('Change row density', ['compact', 'comfortable'], () =>
    setLook({ density: look.get().density === 'compact' ? 'comfortable' : 'compact' }),
  ),
  command(m.shortcuts, ['help', 'keys'], openKeyboardSheet),
  command(m.logOut, ['exit', 'sign out'], () => void logOut()),
];

interface Entry {
  id: string;
  label: string;
  hint: string;
  tone?: Tone | undefined;
  state?: string | undefined;
  kbd?: string | undefined;
  danger?: boolean | undefined;
  disabledReason?: string | null | undefined;
  run: () => void;
  logs?: (() => void) | undefined;
  drill?: Indexed | undefined;
}

/** Waits until the palette is closed: a confirmation must not open below it. */
const afterClose = (run: () => void) => requestAnimationFrame(run);

function entryOf(hit: Hit): Entry {
  if (hit.type === 'command') {
    const { command: each } = hit;
    return { id: each.id, label: each.label, hint: each.hint, run: () => afterClose(each.run) };
  }
  const { row, source, name } = hit.at;
  const [tone, state] = source.state(row);
  const where = source.words(row)[0] ?? '';
  if (hit.type === 'verb') {
    const { action } = hit;
    return {
      id: `verb ${action.id} ${source.topic} ${row.id}`,
      label: actionTitle(action.label, name),
      hint: [source.kind, where].filter(Boolean).join(' · '),
      tone,
      state,
      danger: action.danger,
      run: () => afterClose(() => void runAction(action, [row], source.nouns)),
    };
  }
  const link = source.link(row);
  const logs = source.logs?.(row);
  return {
    id: `row ${source.topic} ${row.id}`,
    label: name,
    hint: [source.kind, where].filter(Boolean).join(' · '),
    tone,
    state,
    drill: hit.at,
    run: () => {
      remember(source.topic, row.id);
      if (link) follow(link);
    },
    logs: logs ? () => follow(logs) : undefined,
  };
}

function drilled(at: Indexed): Entry[] {
  const link = at.source.link(at.row);
  const open: Entry[] = link
    ? [
        {
          id: 'open',
          label: `${m.palette.open} ${at.name}`,
          hint: at.source.kind,
          run: () => follow(link),
        },
      ]
    : [];
  const actions = menuItems(at.source.actions, at.row, at.source.nouns).map(
    (item): Entry => ({
      id: `drill ${item.label}`,
      label: item.label,
      hint: item.disabledReason || m.palette.verb,
      kbd: item.shortcut,
      danger: item.danger,
      disabledReason: item.disabledReason || null,
      run: () => afterClose(item.onSelect),
    }),
  );
  return [...open, ...actions];
}

export function Palette({ text, onClose }: { text: string; onClose: () => void }) {
  const [query, setQuery] = useState(text);
  const [active, setActive] = useState(0);
  const [into, setInto] = useState<Indexed | null>(null);
  const dialog = useRef<HTMLDialogElement>(null);
  const id = useId();
  const entries = useEntries(query, into);
  const at = Math.min(active, entries.length - 1);

  useEffect(() => {
    const node = dialog.current;
    const before = document.activeElement;
    node?.showModal();
    return () => {
      node?.close();
      if (before instanceof HTMLElement && before.isConnected) before.focus();
    };
  }, []);
  useEffect(() => {
    document.getElementById(`${id}-${at}`)?.scrollIntoView({ block: 'nearest' });
  }, [id, at]);

  const choose = (entry: Entry | undefined, logs: boolean) => {
    if (!entry || entry.disabledReason) return;
    onClose();
    if (logs && entry.logs) entry.logs();
    else entry.run();
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const { key } = event;
    if (key === 'ArrowDown') setActive(entries.length ? (at + 1) % entries.length : 0);
    else if (key === 'ArrowUp')
      setActive(entries.length ? (at - 1 + entries.length) % entries.length : 0);
    else if (key === 'PageDown') setActive(Math.min(entries.length - 1, at + 8));
    else if (key === 'PageUp') setActive(Math.max(0, at - 8));
    else if (key === 'Enter') choose(entries[at], event.altKey);
    else if (key === 'Tab') {
      const drill = entries[at]?.drill;
      if (drill && !event.shiftKey) {
        setInto(drill);
        setQuery('');
        setActive(0);
      }
    } else if (key === 'Backspace' && query === '' && into) setInto(null);
    else if (key === 'Escape' && into) setInto(null);
    else if (key === 'Escape') onClose();
    else return;
    event.preventDefault();
    event.stopPropagation();
  };
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: Escape closes it
    <dialog
      ref={dialog}
      aria-label={m.palette.label}
      onCancel={(event) => {
        event.preventDefault();
        onClose();
      }}
      onClick={(event) => event.target === dialog.current && onClose()}
      className="mt-[12dvh] mb-auto w-[min(640px,calc(100vw-16px))] animate-[layer-in_0.12s_ease-out] overflow-hidden rounded-lg border border-line bg-raised p-0 text-fg shadow-layer phone:mt-2"
    >
      <div className="flex items-center gap-2 border-b border-line px-3">
        {into && <span className="shrink-0 rounded-sm bg-sunken px-1.5 py-0.5">{into.name}</span>}
        <input
          type="text"
          role="combobox"
          aria-expanded="true"
          aria-controls={`${id}-list`}
          aria-activedescendant={entries.length ? `${id}-${at}` : undefined}
          aria-autocomplete="list"
          aria-label={m.palette.label}
          autoComplete="off"
          autoCapitalize="off"
          spellCheck={false}
          placeholder={m.palette.hint}
          value={query}
          onChange={(event) => {
            setQuery(event.target.value);
            setActive(0);
          }}
          onKeyDown={onKeyDown}
          className="h-11 min-w-0 flex-1 bg-transparent text-lg outline-none!"
        />
        <Kbd className="phone:hidden">Esc</Kbd>
      </div>
      <div
        id={`${id}-list`}
        role="listbox"
        aria-label={m.palette.label}
        className="max-h-[min(440px,62dvh)] overflow-y-auto p-1"
      >
        {entries.map((entry, position) => (
          // biome-ignore lint/a11y/useKeyWithClickEvents: the field handles the keys
          <div
            key={entry.id}
            id={`${id}-${position}`}
            role="option"
            tabIndex={-1}
            aria-selected={position === at}
            aria-disabled={entry.disabledReason ? true : undefined}
            onPointerMove={() => position !== at && setActive(position)}
            onClick={() => choose(entry, false)}
            className={cx(
              'flex min-h-8 cursor-pointer items-center gap-2.5 rounded px-2 py-1 coarse:min-h-11',
              position === at && 'bg-sunken',
              entry.danger && 'text-crit',
            )}
          >
            {entry.tone ? <StateShape tone={entry.tone} /> : <span className="w-2.5" />}
            <span className="min-w-0 truncate">{entry.label}</span>
            {entry.state && <span className="shrink-0 text-sm text-muted">{entry.state}</span>}
            <span className="ml-auto max-w-1/2 shrink-0 truncate pl-2 text-sm text-muted">
              {entry.hint}
            </span>
            {entry.kbd && <Kbd>{entry.kbd}</Kbd>}
          </div>
        ))}
      </div>
      <p
        role="status"
        className={cx(entries.length > 0 ? 'sr-only' : 'px-4 pt-1 pb-5 text-center text-muted')}
      >
        {entries.length > 0 ? m.palette.results(entries.length) : m.palette.empty(query)}
      </p>
      <footer className="flex gap-4 border-t border-line px-3 py-1.5 text-sm text-muted phone:hidden">
        <span>
          <Kbd>Enter</Kbd> open
        </span>
        <span>
          <Kbd>Tab</Kbd> actions
        </span>
        <span>
          <Kbd>Alt Enter</Kbd> logs
        </span>
      </footer>
    </dialog>
  );
}

function useEntries(query: string, into: Indexed | null): Entry[] {
  const { rows: servers } = useRows('servers');
  const { rows: deployments } = useRows('deployments');
  const { rows: containers } = useRows('containers');
  const { rows: builds } = useRows('builds');
  const { rows: repos } = useRows('repos');
  const { rows: builders } = useRows('builders');
  const { rows: updates } = useRows('updates');
  const nameOf = useTargetNames();
  const tags = useTags();
  // What is found changes with the text, not with each figure that moves under it.
  const rows: Record<string, ReadonlyArray<{ id: string }>> = {
    servers,
    deployments,
    containers,
    builds,
    repos,
    builders,
  };
  const sizes = [...Object.values(rows), updates].map(({ length }) => length).join(' ');
  // biome-ignore lint/correctness/useExhaustiveDependencies: `query` and `sizes` are when to look again
  const indexed = useMemo(() => {
    return index(sources.map((source) => [source, rows[source.topic] ?? []]));
  }, [query, sizes]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: as above
  return useMemo(() => {
    if (into) {
      const wanted = query.trim().toLowerCase();
      return drilled(into).filter(({ label }) => label.toLowerCase().includes(wanted));
    }
    if (query.trim()) {
      return search(query, indexed, COMMANDS, (tag) => tags.get(tag)?.name ?? '').map(entryOf);
    }
    const runs = updates
      .filter(({ status }) => status !== 'Complete')
      .slice(0, 4)
      .map(
        (row): Entry => ({
          id: `run ${row.id}`,
          label: operationTitle(row.operation, nameOf(row.target), row.other_data),
          hint: m.palette.running,
          tone: 'busy',
          run: () => follow({ to: '/activity/$update', params: { update: row.id } }),
        }),
      );
    const lately = recents().flatMap(({ topic, id }) => {
      const hit = indexed.find(({ row, source }) => row.id === id && source === sourceOf(topic));
      return hit ? [{ ...entryOf({ type: 'row', at: hit }), hint: m.palette.recent }] : [];
    });
    const pages = COMMANDS.map((each) => entryOf({ type: 'command', command: each }));
    return [...runs, ...lately, ...pages];
  }, [query, into, indexed]);
}
