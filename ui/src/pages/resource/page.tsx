/** The page of one resource: its header, its tabs and what the chosen one shows. What the pages of all kinds share. */
import { type LinkProps, useNavigate } from '@tanstack/react-router';
import { type ReactNode, Suspense, useEffect, useMemo } from 'react';
import type { ResourceTarget } from '../../api/types';
import { useLocalListState } from '../../grid/list-state';
import { useShortcuts } from '../../lib/keys';
import { lazyPart } from '../../lib/lazy';
import { useRows } from '../../live/hooks';
import { LinkButton } from '../../ui/link-button';
import {
  EmptyState,
  PageTitle,
  Skeleton,
  Stale,
  type Tab,
  Tabs,
  useStaleSince,
} from '../../ui/page';
import { ExportHost } from '../../ui/toml-export';

const Activities = lazyPart(() =>
  import('../activity/activities').then(({ Activities }) => Activities),
);

interface Named {
  id: string;
  name: string;
}

interface ResourcePageProps<R extends Named> {
  /** What the address names, and the resource that was found by it. */
  asked: string;
  row: R | undefined;
  ready: boolean;
  link: (row: { id: string }, tab?: string) => { to: string; params: Record<string, string> };
  list: NonNullable<LinkProps['to']>;
  words: { gone: string; goneText: string; toList: string };
  tabs: (row: R) => readonly Tab[];
  tab: string;
  /** Tabs by their keys. */
  keys: Readonly<Record<string, Tab>>;
  header: (row: R) => ReactNode;
  content: (row: R) => ReactNode;
}

export function ResourcePage<R extends Named>(props: ResourcePageProps<R>) {
  const { asked, row, link, tab } = props;
  const navigate = useNavigate();
  const stale = useStaleSince();
  useRows('tags');
  useEffect(() => {
    // A name in the address becomes the id, which stays when the name changes.
    if (row && row.id !== asked) void navigate({ ...link(row, tab), replace: true });
  }, [row, asked, tab, link, navigate]);
  useShortcuts(
    Object.entries(props.keys).map(([keys, { id, label }]) => ({
      keys,
      what: label,
      group: 'detail',
      run: () => row && void navigate({ ...link(row, id), replace: true }),
    })),
  );
  if (!row) {
    if (!props.ready) return <Skeleton rows={6} className="card" />;
    return <Gone words={props.words} list={props.list} />;
  }
  const { to, params } = link(row, tab);
  return (
    <>
      {props.header(row)}
      <Tabs
        tabs={props.tabs(row)}
        active={tab}
        to={to as LinkProps['to']}
        params={params}
        label={row.name}
      />
      <Stale since={stale}>
        <Suspense fallback={<Skeleton rows={8} className="card" />}>{props.content(row)}</Suspense>
      </Stale>
      <ExportHost />
    </>
  );
}

function Gone({ words, list }: Pick<ResourcePageProps<Named>, 'words' | 'list'>) {
  return (
    <div className="card">
      <PageTitle title={words.gone}>
        <span className="sr-only">{words.gone}</span>
      </PageTitle>
      <EmptyState title={words.gone} action={<LinkButton to={list}>{words.toList}</LinkButton>}>
        {words.goneText}
      </EmptyState>
    </div>
  );
}

/** The tab with what was done with one resource. */
export function ActivityTab({ type, id }: ResourceTarget) {
  const [state, setState] = useLocalListState();
  const target = useMemo(() => ({ type, id }) as ResourceTarget, [type, id]);
  return <Activities target={target} state={state} onState={setState} />;
}
