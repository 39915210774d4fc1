/** The deployments of a build: what they run, and how they follow it. */
import { Link } from '@tanstack/react-router';
import { useMemo } from 'react';
import type { BuildRow, DeploymentRow } from '../../api/types';
import { m as all } from '../../i18n/builds';
import { versionOfImage, versionText } from '../../lib/builds';
import { count } from '../../lib/format';
import { deploymentState } from '../../lib/states';
import { useRows } from '../../live/hooks';
import { LinkButton } from '../../ui/link-button';
import { Card } from '../../ui/page';
import { Badge, StateMark } from '../../ui/state';

const m = all.overview;

/** The deployments that take their image from a build. */
export function useAttached(build: string): readonly DeploymentRow[] {
  const { rows } = useRows('deployments');
  return useMemo(() => rows.filter(({ info }) => info.build_id === build), [rows, build]);
}

/** The version that a deployment's container runs, or '' where none runs or its image tells none. */
export function runningVersion({ info }: DeploymentRow): string {
  if (info.state === 'not_deployed' || info.state === 'unknown') return '';
  const version = versionOfImage(info.image);
  return version ? versionText(version) : '';
}

export function BuildDeployments({ row }: { row: BuildRow }) {
  const attached = useAttached(row.id);
  return (
    <Card
      title={m.deployments}
      badge={attached.length > 0 && <Badge>{count(attached.length)}</Badge>}
      aside={
        <LinkButton kind="quiet" to="/deployments" search={{ new: true, build: row.id } as never}>
          {m.newDeployment}
        </LinkButton>
      }
    >
      {attached.length === 0 ? (
        <p className="px-3 py-2 text-muted">{m.noDeployments}</p>
      ) : (
        <ul>
          {attached.map((each) => {
            const [tone, word] = deploymentState(each);
            return (
              <li
                key={each.id}
                className="flex min-h-(--row) items-center gap-2 border-b border-line px-3 py-1 last:border-0"
              >
                <Link
                  to="/deployments/$deployment/$tab"
                  params={{ deployment: each.id, tab: 'versions' }}
                  className="min-w-0 flex-1 truncate py-0.5 hover:underline"
                >
                  {each.name}
                </Link>
                <span className="text-muted">{runningVersion(each)}</span>
                <StateMark tone={tone}>{word}</StateMark>
              </li>
            );
          })}
        </ul>
      )}
    </Card>
  );
}
