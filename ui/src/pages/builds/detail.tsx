/** /builds/$build/$tab. */
import { Link, useParams } from '@tanstack/react-router';
import { useMemo } from 'react';
import type { BuildRow } from '../../api/types';
import { m } from '../../i18n/builds';
import { hasNewCommits, isLatest, versionText } from '../../lib/builds';
import { lazyPart } from '../../lib/lazy';
import { usePermitted } from '../../lib/permission';
import { levelOf } from '../../lib/resource-actions';
import { useResource } from '../../lib/resource-rows';
import { buildState } from '../../lib/states';
import { TagChips } from '../../lib/tags';
import { useRows } from '../../live/hooks';
import { HeaderActions } from '../../ui/header-actions';
import { ResourceHeader, Time } from '../../ui/page';
import { Badge } from '../../ui/state';
import { BusyActions, BusyLine } from '../resource/busy';
import { ActivityTab, ResourcePage } from '../resource/page';
import { buildActions, buildLink, buildNouns, targetOf } from './actions';
import { Source } from './spec';

const Overview = lazyPart(() => import('./overview').then(({ Overview }) => Overview));
const VersionsTab = lazyPart(() => import('./versions').then(({ VersionsTab }) => VersionsTab));
const DockerfileTab = lazyPart(() =>
  import('./dockerfile').then(({ DockerfileTab }) => DockerfileTab),
);
const ConfigTab = lazyPart(() => import('./config').then(({ ConfigTab }) => ConfigTab));

type TabId = keyof typeof m.tabs;
const tabOf = (id: TabId) => ({ id, label: m.tabs[id] });
const TABS = (Object.keys(m.tabs) as TabId[]).map(tabOf);
const KEYS = { v: tabOf('versions'), e: tabOf('config'), a: tabOf('activity') };
const SHOWN = ['build', 'refresh'];

export default function BuildPage() {
  const { build: asked, tab } = useParams({ strict: false }) as { build: string; tab: string };
  const { row, ready } = useResource('builds', asked);
  return (
    <ResourcePage
      asked={asked}
      row={row}
      ready={ready}
      link={buildLink}
      list="/builds"
      words={m}
      tabs={() => TABS}
      tab={tab}
      keys={KEYS}
      header={(found) => <Header row={found} />}
      content={(found) => <TabContent key={found.id} row={found} tab={tab} />}
    />
  );
}

function Header({ row }: { row: BuildRow }) {
  const [tone, word] = buildState(row);
  // Whether it can build depends on its builder.
  useRows('builders');
  const target = useMemo(() => targetOf({ id: row.id }), [row.id]);
  const actions = usePermitted(buildActions, target, levelOf, m.why.permission);
  const { info } = row;
  return (
    <ResourceHeader
      crumbs={[{ label: m.title, to: '/builds' }]}
      tone={tone}
      name={row.name}
      state={word}
      facts={
        <span className="inline-flex min-w-0 flex-wrap items-baseline gap-x-1.5">
          {!isLatest(info.version) && (
            <Link {...buildLink(row, 'versions')} replace className="text-fg hover:underline">
              {versionText(info.version)}
            </Link>
          )}
          <span className="inline-flex min-w-0 items-baseline gap-x-1.5">
            {m.from} <Source row={row} />
          </span>
          {info.last_built_at > 0 && (
            <span>
              · {m.built} <Time ts={info.last_built_at} />
            </span>
          )}
        </span>
      }
      tags={
        <>
          {hasNewCommits(row) && <Badge tone="busy">{m.newCommits}</Badge>}
          <TagChips ids={row.tags} max={4} />
        </>
      }
      actions={
        info.busy ? (
          <BusyActions row={row} />
        ) : (
          <HeaderActions
            actions={actions}
            row={row}
            nouns={buildNouns}
            shown={SHOWN}
            primary="build"
            onPhone={1}
          />
        )
      }
      below={<BusyLine operation={info.busy} />}
    />
  );
}

function TabContent({ row, tab }: { row: BuildRow; tab: string }) {
  switch (tab) {
    case 'versions':
      return <VersionsTab row={row} />;
    case 'dockerfile':
      return <DockerfileTab row={row} />;
    case 'config':
      return <ConfigTab row={row} />;
    case 'activity':
      return <ActivityTab {...targetOf(row)} />;
    default:
      return <Overview row={row} />;
  }
}
