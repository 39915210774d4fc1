/** The versions tab of a deployment: its build, what runs of it, and going to another version. */
import { Link } from '@tanstack/react-router';
import { Milestone } from 'lucide-react';
import { useMemo, useState } from 'react';
import type { DeploymentImageBuild, DeploymentRow, Version } from '../../api/types';
import { m as all } from '../../i18n/deployments';
import { isLatest, versionOfImage, versionText } from '../../lib/builds';
import { reaches, useLevel } from '../../lib/permission';
import { useRead } from '../../lib/query';
import { useReadAgain } from '../../lib/read-again';
import { useRow } from '../../live/hooks';
import { Button } from '../../ui/button';
import { Facts } from '../../ui/facts';
import { Switch } from '../../ui/field';
import { LinkButton } from '../../ui/link-button';
import { Card, EmptyState, ErrorState, Skeleton } from '../../ui/page';
import { Badge } from '../../ui/state';
import { useVersions, VersionsList } from '../builds/versions-list';
import { deploymentLink, hindered, targetOf } from './actions';
import { againstRunning, deployVersion, followLatest, saveConfig, verbFor } from './roll';

const m = all.versions;
const CHANGES = ['UpdateDeployment'];

export function VersionsTab({ row }: { row: DeploymentRow }) {
  const target = useMemo(() => targetOf({ id: row.id }), [row.id]);
  useReadAgain('GetDeployment', target, CHANGES);
  const query = useRead('GetDeployment', { deployment: row.id });
  if (query.error && !query.data) {
    return (
      <div className="card">
        <ErrorState error={query.error} what={m.load} onRetry={() => void query.refetch()} />
      </div>
    );
  }
  if (!query.data) return <Skeleton rows={6} className="card" />;
  const { image, redeploy_on_build } = query.data.config;
  if (image.type !== 'Build' || !image.params.build_id) {
    return (
      <div className="card">
        <EmptyState
          title={m.noBuild}
          icon={<Milestone size={28} />}
          action={<LinkButton {...deploymentLink(row, 'config')}>{all.openConfig}</LinkButton>}
        >
          {m.noBuildText}
        </EmptyState>
      </div>
    );
  }
  return <Versions row={row} image={image} redeploys={redeploy_on_build} />;
}

function Versions({
  row,
  image,
  redeploys,
}: {
  row: DeploymentRow;
  image: DeploymentImageBuild;
  redeploys: boolean;
}) {
  const { build_id } = image.params;
  const build = useRow('builds', build_id);
  const query = useVersions(build);
  const level = useLevel(useMemo(() => targetOf({ id: row.id }), [row.id]));
  const reason = reaches(level, 'Write') ? hindered(row) : m.needWrite;
  return (
    <div className="flex flex-col gap-3">
      <Follows
        row={row}
        image={image}
        redeploys={redeploys}
        newest={build?.info.version ?? null}
        name={build?.name ?? ''}
        writes={reaches(level, 'Write')}
        reason={reason}
      />
      <VersionsList
        query={query}
        marks={({ version, text }) => (
          <>
            {againstRunning(row, version) === 0 && <Badge tone="ok">{m.runsNow}</Badge>}
            {versionText(image.params.version) === text && <Badge>{m.pinned(text)}</Badge>}
          </>
        )}
        action={({ version }) => (
          <Button
            disabledReason={reason}
            onClick={(event) => void deployVersion(row, build_id, version, event.currentTarget)}
          >
            {verbFor(row, version)}
          </Button>
        )}
      />
    </div>
  );
}

/** What the deployment takes of the build, and whether new versions come by themselves. */
function Follows({
  row,
  image,
  redeploys,
  newest,
  name,
  writes,
  reason,
}: {
  row: DeploymentRow;
  image: DeploymentImageBuild;
  redeploys: boolean;
  newest: Version | null;
  name: string;
  writes: boolean;
  reason: string | null;
}) {
  const { build_id, version } = image.params;
  const [saving, setSaving] = useState(false);
  const running = row.info.state === 'not_deployed' ? null : versionOfImage(row.info.image);
  const pinned = !isLatest(version);
  return (
    <Card title={m.build} bodyClass="flex flex-col gap-3 p-3">
      <Facts
        items={[
          [
            m.build,
            <Link
              key="b"
              to="/builds/$build/$tab"
              params={{ build: build_id, tab: 'overview' }}
              className="inline-block py-0.5 text-accent underline decoration-line hover:decoration-current"
            >
              {name || all.config.unknownBuild(build_id.slice(-6))}
            </Link>,
          ],
          [m.running, running ? versionText(running) : m.nothing],
          [
            m.setTo,
            <span key="s" className="inline-flex flex-wrap items-center gap-2">
              {pinned ? m.pinned(versionText(version)) : m.latest}
              {pinned && newest && (
                <Button
                  disabledReason={reason}
                  onClick={(event) => void followLatest(row, build_id, newest, event.currentTarget)}
                >
                  {m.follow}
                </Button>
              )}
            </span>,
          ],
        ]}
      />
      <Switch
        label={m.redeploy}
        help={pinned ? m.pinnedHelp : m.redeployHelp}
        checked={redeploys}
        disabled={!writes || saving}
        onChange={async (redeploy_on_build) => {
          setSaving(true);
          await saveConfig(row, { redeploy_on_build }, m.redeploy);
          setSaving(false);
        }}
      />
    </Card>
  );
}
