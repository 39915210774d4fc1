/** /repos/$repo/$tab. */
import { Link, useParams } from '@tanstack/react-router';
import { useMemo } from 'react';
import type { RepoRow } from '../../api/types';
import { m } from '../../i18n/repos';
import { shortHash } from '../../lib/builds';
import { lazyPart } from '../../lib/lazy';
import { usePermitted } from '../../lib/permission';
import { levelOf } from '../../lib/resource-actions';
import { useResource } from '../../lib/resource-rows';
import { repoState } from '../../lib/states';
import { TagChips } from '../../lib/tags';
import { useRows } from '../../live/hooks';
import { HeaderActions } from '../../ui/header-actions';
import { ResourceHeader, Time } from '../../ui/page';
import { Badge } from '../../ui/state';
import { BusyActions, BusyLine } from '../resource/busy';
import { ActivityTab, ResourcePage } from '../resource/page';
import { isBehind, isCloned, repoActions, repoLink, repoNouns, targetOf } from './actions';
import { RepoSource } from './spec';

const Overview = lazyPart(() => import('./overview').then(({ Overview }) => Overview));
const ConfigTab = lazyPart(() => import('./config').then(({ ConfigTab }) => ConfigTab));

type TabId = keyof typeof m.tabs;
const tabOf = (id: TabId) => ({ id, label: m.tabs[id] });
const TABS = (Object.keys(m.tabs) as TabId[]).map(tabOf);
const KEYS = { e: tabOf('config'), a: tabOf('activity') };
const SHOWN = ['pull', 'clone', 'build', 'refresh'];

export default function RepoPage() {
  const { repo: asked, tab } = useParams({ strict: false }) as { repo: string; tab: string };
  const { row, ready } = useResource('repos', asked);
  return (
    <ResourcePage
      asked={asked}
      row={row}
      ready={ready}
      link={repoLink}
      list="/repos"
      words={m}
      tabs={() => TABS}
      tab={tab}
      keys={KEYS}
      header={(found) => <Header row={found} />}
      content={(found) => <TabContent key={found.id} row={found} tab={tab} />}
    />
  );
}

function Header({ row }: { row: RepoRow }) {
  const [tone, word] = repoState(row);
  // Whether it can build depends on its builder.
  useRows('builders');
  const target = useMemo(() => targetOf({ id: row.id }), [row.id]);
  const actions = usePermitted(repoActions, target, levelOf, m.why.permission);
  const { info } = row;
  return (
    <ResourceHeader
      crumbs={[{ label: m.title, to: '/repos' }]}
      tone={tone}
      name={row.name}
      state={word}
      facts={
        <span className="inline-flex min-w-0 flex-wrap items-baseline gap-x-1.5">
          <RepoSource row={row} />
          {info.cloned_hash && <code>{shortHash(info.cloned_hash)}</code>}
          {info.server_id && (
            <span>
              {m.on}{' '}
              <Link
                to="/servers/$server/$tab"
                params={{ server: info.server_id, tab: 'overview' }}
                className="text-accent underline decoration-line hover:decoration-current"
              >
                {info.server_name}
              </Link>
            </span>
          )}
          {info.last_pulled_at > 0 && (
            <span>
              · {m.pulled} <Time ts={info.last_pulled_at} />
            </span>
          )}
        </span>
      }
      tags={
        <>
          {isBehind(row) && <Badge tone="busy">{m.newCommits}</Badge>}
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
            nouns={repoNouns}
            shown={SHOWN}
            primary={isCloned(row) ? 'pull' : 'clone'}
          />
        )
      }
      below={<BusyLine operation={info.busy} />}
    />
  );
}

function TabContent({ row, tab }: { row: RepoRow; tab: string }) {
  switch (tab) {
    case 'config':
      return <ConfigTab row={row} />;
    case 'activity':
      return <ActivityTab {...targetOf(row)} />;
    default:
      return <Overview row={row} />;
  }
}
