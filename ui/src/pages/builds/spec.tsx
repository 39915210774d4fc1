/** Builds as a list. */
import { Link } from '@tanstack/react-router';
import type { BuildRow } from '../../api/types';
import type { ListSpec } from '../../grid/types';
import { m } from '../../i18n/builds';
import { hasNewCommits, inGit, isLatest, shortHash, versionText } from '../../lib/builds';
import { buildState, severityOf } from '../../lib/states';
import { TagChips } from '../../lib/tags';
import { peekRow } from '../../live/hooks';
import { Time } from '../../ui/page';
import { Badge, StateWord } from '../../ui/state';
import { buildActions, buildLink, buildNouns, sourceText } from './actions';

const tagNames = (row: BuildRow) => row.tags.flatMap((id) => peekRow('tags', id)?.name ?? []);

export const builderName = ({ info }: BuildRow): string =>
  info.builder_name || (peekRow('builders', info.builder_id)?.name ?? '');

export const versionWord = ({ info }: BuildRow): string =>
  isLatest(info.version) ? m.noVersion : versionText(info.version);

/** "acme/api@main" */
export function Source({ row }: { row: BuildRow }) {
  const { info } = row;
  const text = sourceText(row);
  if (!inGit(row)) return <span className="truncate text-muted">{text}</span>;
  const branch = info.branch && `@${info.branch}`;
  return (
    <code className="truncate text-muted" data-tip={text + branch}>
      {text}
      {branch}
    </code>
  );
}

export const buildSpec: ListSpec<BuildRow> = {
  nouns: buildNouns,
  state: buildState,
  link: (row) => buildLink(row),
  extra: (row) => (
    <>
      {hasNewCommits(row) && <Badge tone="busy">{m.newCommits}</Badge>}
      <TagChips ids={row.tags} />
    </>
  ),
  actions: buildActions,
  defaultSort: 'severity',
  severity: (row) => severityOf(buildState(row)[0]),
  example: m.example,
  columns: [
    {
      id: 'state',
      label: m.columns.state,
      width: '112px',
      sort: (row) => buildState(row)[1],
      cell: (row) => <StateWord state={buildState(row)} />,
    },
    {
      id: 'version',
      label: m.columns.version,
      width: '88px',
      sort: (row) =>
        row.info.version.major * 1e12 + row.info.version.minor * 1e6 + row.info.version.patch,
      cell: (row) => (
        <span className={isLatest(row.info.version) ? 'text-faint' : undefined}>
          {versionWord(row)}
        </span>
      ),
    },
    {
      id: 'built',
      label: m.columns.built,
      width: '96px',
      sort: (row) => row.info.last_built_at || null,
      cell: (row) =>
        row.info.last_built_at ? (
          <Time ts={row.info.last_built_at} className="text-muted" />
        ) : (
          <span className="text-faint">{m.never}</span>
        ),
    },
    {
      id: 'source',
      label: m.columns.source,
      width: 'minmax(140px,1.6fr)',
      sort: sourceText,
      cell: (row) => (
        <span className="flex min-w-0 items-baseline gap-2">
          <Source row={row} />
          {inGit(row) && row.info.built_hash && (
            <code className="text-faint">{shortHash(row.info.built_hash)}</code>
          )}
        </span>
      ),
    },
    {
      id: 'builder',
      label: m.columns.builder,
      width: 'minmax(100px,1fr)',
      from: 700,
      sort: builderName,
      cell: (row) =>
        row.info.builder_id ? (
          <Link
            to="/builders/$builder/$tab"
            params={{ builder: row.info.builder_id, tab: 'config' }}
            className="block truncate py-1 text-muted hover:text-fg hover:underline"
          >
            {builderName(row) || m.unknownBuilder(row.info.builder_id.slice(-6))}
          </Link>
        ) : (
          <span className="text-faint">{m.noBuilder}</span>
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
      value: (row) => buildState(row)[1].toLowerCase(),
    },
    { key: 'source', kind: 'text', help: m.fields.source, value: sourceText },
    { key: 'branch', kind: 'text', help: m.fields.branch, value: (row) => row.info.branch },
    { key: 'version', kind: 'text', help: m.fields.version, value: versionWord },
    {
      key: 'builder',
      kind: 'text',
      facet: m.facetBuilder,
      help: m.fields.builder,
      value: builderName,
    },
    { key: 'tag', kind: 'text', facet: m.facetTag, help: m.fields.tag, value: tagNames },
    {
      key: 'has',
      kind: 'flag',
      help: m.fields.has,
      value: (row) => (hasNewCommits(row) ? 'commits' : []),
    },
  ],
  groups: [
    { id: 'state', label: m.group.state, of: (row) => buildState(row)[1] },
    { id: 'builder', label: m.group.builder, of: builderName },
    { id: 'source', label: m.group.source, of: sourceText },
    { id: 'tag', label: m.group.tag, of: (row) => tagNames(row)[0] ?? '' },
  ],
  phone: (row) => (
    <>
      {buildState(row)[1]} · {versionWord(row)} · {sourceText(row)}
    </>
  ),
  phoneAside: (row) =>
    row.info.last_built_at > 0 && <Time ts={row.info.last_built_at} bare className="text-muted" />,
};
