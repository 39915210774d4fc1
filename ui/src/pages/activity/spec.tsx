/** Activities as a list. */

import type { ResourceTarget, UpdateRow } from '../../api/types';
import type { Column, ListSpec } from '../../grid/types';
import { m } from '../../i18n/activity';
import type { Action } from '../../lib/action';
import { duration } from '../../lib/format';
import { execute } from '../../lib/run';
import { severityOf, updateState } from '../../lib/states';
import { serverNow } from '../../live/socket';
import { Elapsed } from '../../steps/step-row';
import { copyText, Time } from '../../ui/page';
import { TargetLink } from './links';
import { shortTitle, targetText, updateTitle } from './operator';

type NameOf = (target: ResourceTarget) => string;

const runs = (row: UpdateRow) => row.status !== 'Complete';

function actions(nameOf: NameOf): ReadonlyArray<Action<UpdateRow>> {
  const title = (row: UpdateRow) => updateTitle(row.operation, row.target, nameOf, row.other_data);
  return [
    {
      id: 'cancel',
      label: m.cancel,
      level: 1,
      bulk: true,
      danger: true,
      applies: (row) => (runs(row) ? true : null),
      impact: () => m.cancelImpact,
      run: (row) => execute('CancelUpdate', { id: row.id }, `${m.cancel} ${title(row)}`),
    },
    {
      id: 'copy-id',
      label: m.copyId,
      level: 0,
      applies: () => true,
      run: (row) => copyText(row.id, title(row)),
    },
  ];
}

function columns(nameOf: NameOf): ReadonlyArray<Column<UpdateRow>> {
  return [
    {
      id: 'target',
      label: m.target,
      width: 'minmax(110px,1.6fr)',
      sort: (row) => targetText(row.target, nameOf),
      cell: (row) => (
        <span className="truncate">
          <TargetLink target={row.target} name={targetText(row.target, nameOf)} />
        </span>
      ),
    },
    {
      id: 'user',
      label: m.user,
      width: 'minmax(80px,.7fr)',
      sort: (row) => row.username,
      cell: (row) => <span className="truncate text-muted">{row.username}</span>,
    },
    {
      id: 'state',
      label: m.state,
      width: 'minmax(120px,1.2fr)',
      sort: (row) => updateState(row)[1],
      cell: (row) => (
        <span className="truncate text-muted">
          {updateState(row)[1]}
          {runs(row) && row.step ? ` · ${row.step}` : ''}
        </span>
      ),
    },
    {
      id: 'took',
      label: m.took,
      width: '84px',
      align: 'right',
      from: 560,
      sort: tookMs,
      cell: (row) => (
        <span className="text-muted">
          {runs(row) ? <Elapsed since={row.start_ts} /> : duration(tookMs(row))}
        </span>
      ),
    },
    {
      id: 'started',
      label: m.started,
      width: '84px',
      align: 'right',
      sort: (row) => row.start_ts,
      cell: (row) => <Time ts={row.start_ts} className="text-muted" />,
    },
  ];
}

function tookMs(row: UpdateRow): number | null {
  if (runs(row)) return serverNow() - row.start_ts;
  return row.end_ts ? row.end_ts - row.start_ts : null;
}

const dayFormat = new Intl.DateTimeFormat('en-GB', { dateStyle: 'medium' });

/** The list of activities; `single` leaves out the target's column. */
export function activitySpec(nameOf: NameOf, single: boolean): ListSpec<UpdateRow> {
  const title = (row: UpdateRow) => shortTitle(row.operation, row.other_data);
  return {
    nouns: { one: m.one, many: m.many, name: title },
    nameLabel: m.operation,
    state: updateState,
    link: (row) => ({ to: '/activity/$update', params: { update: row.id } }),
    columns: columns(nameOf).filter(({ id }) => !single || id !== 'target'),
    actions: actions(nameOf),
    defaultSort: '-started',
    severity: (row) => severityOf(updateState(row)[0]),
    example: m.example,
    fields: [
      { key: 'operation', kind: 'text', help: m.help.operation, value: (row) => title(row) },
      {
        key: 'state',
        kind: 'text',
        exact: true,
        facet: m.state,
        help: m.help.state,
        value: (row) => updateState(row)[1].toLowerCase(),
      },
      {
        key: 'user',
        kind: 'text',
        facet: m.user,
        help: m.help.user,
        value: (row) => row.username,
      },
      {
        key: 'on',
        kind: 'text',
        help: m.help.on,
        value: (row) => targetText(row.target, nameOf),
      },
      {
        key: 'type',
        kind: 'text',
        help: m.help.type,
        value: (row) => row.target.type.toLowerCase(),
      },
      {
        key: 'age',
        kind: 'age',
        help: m.help.age,
        value: (row) => serverNow() - row.start_ts,
      },
    ],
    groups: [
      { id: 'user', label: m.user, of: (row) => row.username },
      { id: 'target', label: m.target, of: (row) => targetText(row.target, nameOf) },
      { id: 'day', label: m.day, of: (row) => dayFormat.format(row.start_ts) },
    ],
    phone: (row) => (
      <>
        {!single && `${targetText(row.target, nameOf)} · `}
        {updateState(row)[1]}
        {runs(row) && row.step ? ` · ${row.step}` : ''} · {m.by} {row.username}
      </>
    ),
    phoneAside: (row) => <Time ts={row.start_ts} bare />,
  };
}
