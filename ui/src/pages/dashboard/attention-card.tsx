/** Needs attention: one line per problem, with one thing to do about it. */
import { Link } from '@tanstack/react-router';
import { CircleCheck } from 'lucide-react';
import { memo, useState } from 'react';
import type { UpdateRow } from '../../api/types';
import { m } from '../../i18n/dashboard';
import { cx } from '../../lib/cx';
import { ago } from '../../lib/format';
import { operationTitle } from '../../lib/operation';
import { targetName } from '../../lib/targets';
import { serverNow } from '../../live/socket';
import { Button } from '../../ui/button';
import { Card, EmptyState, Skeleton, Time } from '../../ui/page';
import { Badge, StateShape, toneText } from '../../ui/state';
import type { Attention } from './attention';

const FEW = 7;

/** The room of seven rows from the start: what loads moves nothing below. */
export const STEADY = 'lg:min-h-[calc(7*var(--row)+37px)]';

export const AttentionCard = memo(function AttentionCard({
  found,
  ready,
  updates,
}: {
  found: readonly Attention[];
  ready: boolean;
  updates: readonly UpdateRow[];
}) {
  const [all, setAll] = useState(false);
  const more = !all && found.length > FEW;
  const shown = more ? found.slice(0, FEW - 1) : found;
  return (
    <Card
      className={STEADY}
      title={m.attention}
      badge={ready && found.length > 0 && <Badge>{found.length}</Badge>}
    >
      {!ready ? (
        <Skeleton rows={FEW} />
      ) : found.length === 0 ? (
        <AllClear updates={updates} />
      ) : (
        <ul>
          {shown.map((each) => (
            <AttentionRow key={each.key} each={each} />
          ))}
        </ul>
      )}
      {ready && more && (
        <Button kind="quiet" className="ml-1 h-(--row)" onClick={() => setAll(true)}>
          {m.moreAttention(found.length - FEW + 1)}
        </Button>
      )}
    </Card>
  );
});

function AttentionRow({ each }: { each: Attention }) {
  return (
    <li className="grid min-h-(--row) grid-cols-[minmax(0,1.2fr)_minmax(0,1.6fr)_80px_72px] items-center gap-x-3 border-b border-line px-3 last:border-b-0 hover:tint-hover phone:grid-cols-[minmax(0,1fr)_auto] phone:py-1.5">
      <span className="flex min-w-0 items-center gap-2">
        <StateShape tone={each.tone} label={each.what} />
        <Link
          to={each.link.to}
          params={each.link.params as never}
          className="min-w-0 truncate hover:underline coarse:py-2"
        >
          {each.name}
        </Link>
      </span>
      <span className="min-w-0 truncate phone:col-start-1 phone:row-start-2 phone:pl-[18px]">
        <span className={toneText(each.tone)}>{each.what}</span>{' '}
        <span className="text-muted">
          {each.sinceLabel} {each.since > 0 && <Time ts={each.since} />}
          {each.since > 0 && each.detail && ' · '}
          {each.detail}
        </span>
      </span>
      <span className="text-muted phone:hidden">{each.kind}</span>
      <Link
        to={each.action.link.to}
        params={each.action.link.params as never}
        aria-label={`${each.action.label} ${each.name}`}
        className={cx(
          'inline-flex items-center text-muted hover:text-fg hover:underline',
          'phone:row-span-2 phone:min-h-11 phone:pl-3 phone:text-accent',
        )}
      >
        {each.action.label}
      </Link>
    </li>
  );
}

function AllClear({ updates }: { updates: readonly UpdateRow[] }) {
  const last = updates.find(({ status, success }) => status === 'Complete' && !success);
  return (
    <EmptyState title={m.allClear} icon={<CircleCheck size={28} className="text-ok" />}>
      {last &&
        m.lastProblem(
          operationTitle(last.operation, targetName(last.target)),
          ago(last.end_ts ?? last.start_ts, serverNow()),
        )}
    </EmptyState>
  );
}
