/** /builders/$builder/$tab. */
import { Link, useParams } from '@tanstack/react-router';
import { useMemo } from 'react';
import type { BuilderRow } from '../../api/types';
import { m } from '../../i18n/builders';
import { lazyPart } from '../../lib/lazy';
import { usePermitted } from '../../lib/permission';
import { levelOf } from '../../lib/resource-actions';
import { useResource } from '../../lib/resource-rows';
import { TagChips } from '../../lib/tags';
import { useRow, useRows } from '../../live/hooks';
import { HeaderActions } from '../../ui/header-actions';
import { ResourceHeader } from '../../ui/page';
import { ActivityTab, ResourcePage } from '../resource/page';
import { builderActions, builderLink, builderNouns, stateOf, targetOf, whereOf } from './actions';

const ConfigTab = lazyPart(() => import('./config').then(({ ConfigTab }) => ConfigTab));

type TabId = keyof typeof m.tabs;
const tabOf = (id: TabId) => ({ id, label: m.tabs[id] });
const TABS = (Object.keys(m.tabs) as TabId[]).map(tabOf);
const KEYS = { e: tabOf('config'), a: tabOf('activity') };
const SHOWN = ['new-build'];
const MAX_BUILDS = 4;
const needs = (id: string) => (id === 'new-build' ? 'Read' : levelOf(id));

export default function BuilderPage() {
  const { builder: asked, tab } = useParams({ strict: false }) as { builder: string; tab: string };
  const { row, ready } = useResource('builders', asked);
  return (
    <ResourcePage
      asked={asked}
      row={row}
      ready={ready}
      link={builderLink}
      list="/builders"
      words={m}
      tabs={() => TABS}
      tab={tab}
      keys={KEYS}
      header={(row) => <Header row={row} />}
      content={(row) =>
        tab === 'activity' ? (
          <ActivityTab {...targetOf(row)} />
        ) : (
          <ConfigTab key={row.id} row={row} />
        )
      }
    />
  );
}

function Header({ row }: { row: BuilderRow }) {
  useRow('servers', row.info.instance_type ?? '');
  const [tone, word] = stateOf(row);
  const target = useMemo(() => targetOf({ id: row.id }), [row.id]);
  const actions = usePermitted(builderActions, target, needs, m.why.permission);
  return (
    <ResourceHeader
      crumbs={[{ label: m.title, to: '/builders' }]}
      tone={tone}
      name={row.name}
      state={word}
      facts={
        <span className="inline-flex min-w-0 flex-wrap items-baseline gap-x-1.5">
          <span>
            {m.types[row.info.builder_type]} · {whereOf(row)}
          </span>
          <Users id={row.id} />
        </span>
      }
      tags={<TagChips ids={row.tags} max={4} />}
      actions={
        <HeaderActions actions={actions} row={row} nouns={builderNouns} shown={SHOWN} onPhone={1} />
      }
    />
  );
}

/** The builds that use it. */
function Users({ id }: { id: string }) {
  const { rows } = useRows('builds');
  const own = rows.filter(({ info }) => info.builder_id === id);
  if (own.length === 0) return null;
  return (
    <span className="min-w-0">
      ·{' '}
      {own.slice(0, MAX_BUILDS).map((build, at) => (
        <span key={build.id}>
          {at > 0 && ', '}
          <Link
            to="/builds/$build/$tab"
            params={{ build: build.id, tab: 'overview' }}
            className="text-accent underline decoration-line hover:decoration-current"
          >
            {build.name}
          </Link>
        </span>
      ))}
      {own.length > MAX_BUILDS && ` +${own.length - MAX_BUILDS}`}
    </span>
  );
}
