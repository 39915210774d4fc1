/** Repos as a list. */
import { Link } from '@tanstack/react-router';
import type { RepoRow } from '../../api/types';
import type { ListSpec } from '../../grid/types';
import { m } from '../../i18n/repos';
import { shortHash } from '../../lib/builds';
import { repoState, severityOf } from '../../lib/states';
import { TagChips } from '../../lib/tags';
import { peekRow } from '../../live/hooks';
import { Time } from '../../ui/page';
import { Badge, StateWord } from '../../ui/state';
import { isBehind, repoActions, repoLink, repoNouns } from './actions';

const tagNames = (row: RepoRow) => row.tags.flatMap((id) => peekRow('tags', id)?.name ?? []);
const serverName = ({ info }: RepoRow) => info.server_name ?? '';

/** "acme/api@main" */
export function RepoSource({ row }: { row: RepoRow }) {
  const { repo, branch } = row.info;
  if (!repo) return <span className="text-faint">{m.noRepo}</span>;
  return (
    <code className="truncate text-muted" data-tip={`${repo}@${branch}`}>
      {repo}
      {branch && `@${branch}`}
    </code>
  );
}

export const repoSpec: ListSpec<RepoRow> = {
  nouns: repoNouns,
  state: repoState,
  link: (row) => repoLink(row),
  extra: (row) => (
    <>
      {isBehind(row) && <Badge tone="busy">{m.newCommits}</Badge>}
      <TagChips ids={row.tags} />
    </>
  ),
  actions: repoActions,
  defaultSort: 'severity',
  severity: (row) => severityOf(repoState(row)[0]),
  example: m.example,
  columns: [
    {
      id: 'state',
      label: m.columns.state,
      width: '112px',
      sort: (row) => repoState(row)[1],
      cell: (row) => <StateWord state={repoState(row)} />,
    },
    {
      id: 'repo',
      label: m.columns.repo,
      width: 'minmax(140px,1.6fr)',
      sort: (row) => row.info.repo,
      cell: (row) => <RepoSource row={row} />,
    },
    {
      id: 'commit',
      label: m.columns.commit,
      width: '88px',
      from: 620,
      sort: (row) => row.info.cloned_hash ?? '',
      cell: (row) => <code className="text-muted">{shortHash(row.info.cloned_hash)}</code>,
    },
    {
      id: 'server',
      label: m.columns.server,
      width: 'minmax(100px,1fr)',
      sort: serverName,
      cell: (row) =>
        row.info.server_id ? (
          <Link
            to="/servers/$server/$tab"
            params={{ server: row.info.server_id, tab: 'overview' }}
            className="block truncate py-1 text-muted hover:text-fg hover:underline"
          >
            {serverName(row)}
          </Link>
        ) : (
          <span className="text-faint">{m.noServer}</span>
        ),
    },
    {
      id: 'pulled',
      label: m.columns.pulled,
      width: '96px',
      from: 560,
      sort: (row) => row.info.last_pulled_at || null,
      cell: (row) =>
        row.info.last_pulled_at ? (
          <Time ts={row.info.last_pulled_at} className="text-muted" />
        ) : (
          <span className="text-faint">{m.never}</span>
        ),
    },
  ],
  fields: [
    { key: 'name', kind: 'text', help: m.fields.name, value: (row) => row.name },
    {
      key: 'state',
      kind: 'text',
      exact: true,
      facet: m.facetState,
      help: m.fields.state,
      value: (row) => repoState(row)[1].toLowerCase(),
    },
    { key: 'repo', kind: 'text', help: m.fields.repo, value: (row) => row.info.repo },
    { key: 'branch', kind: 'text', help: m.fields.branch, value: (row) => row.info.branch },
    { key: 'server', kind: 'text', facet: m.facetServer, help: m.fields.server, value: serverName },
    { key: 'tag', kind: 'text', facet: m.facetTag, help: m.fields.tag, value: tagNames },
    {
      key: 'has',
      kind: 'flag',
      help: m.fields.has,
      value: (row) => (isBehind(row) ? 'commits' : []),
    },
  ],
  groups: [
    { id: 'state', label: m.group.state, of: (row) => repoState(row)[1] },
    { id: 'server', label: m.group.server, of: serverName },
    { id: 'repo', label: m.group.repo, of: (row) => row.info.repo },
    { id: 'tag', label: m.group.tag, of: (row) => tagNames(row)[0] ?? '' },
  ],
  phone: (row) => (
    <>
      {repoState(row)[1]} · {row.info.repo || m.noRepo} · {serverName(row) || m.noServer}
    </>
  ),
  phoneAside: (row) =>
    row.info.last_pulled_at > 0 && (
      <Time ts={row.info.last_pulled_at} bare className="text-muted" />
    ),
};
