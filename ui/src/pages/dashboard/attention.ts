/** What needs a person: one entry per thing, the worst first, then the oldest. */
import { useMemo } from 'react';
import type {
  BuildRow,
  ContainerRow,
  DeploymentRow,
  RepoRow,
  ServerRow,
  UpdateRow,
} from '../../api/types';
import { m } from '../../i18n/dashboard';
import { percent } from '../../lib/format';
import { operationTitle } from '../../lib/operation';
import {
  buildState,
  containerState,
  deploymentState,
  serverState,
  severityOf,
} from '../../lib/states';
import type { NameOf, TargetLink } from '../../lib/targets';
import type { Tone } from '../../ui/state';

export interface Attention {
  key: string;
  tone: Tone;
  name: string;
  /** The problem in a word or two. */
  what: string;
  detail: string;
  /** When it began, ms; 0 = not known. */
  since: number;
  /** What `since` is called, such as "last seen". */
  sinceLabel: string;
  kind: string;
  link: TargetLink;
  action: { label: string; link: TargetLink };
}

export interface Fleet {
  servers: readonly ServerRow[];
  /** Those that do not simply run. */
  containers: readonly ContainerRow[];
  deployments: readonly DeploymentRow[];
  builds: readonly BuildRow[];
  repos: readonly RepoRow[];
  updates: readonly UpdateRow[];
}

const serverLink = (id: string, tab = 'overview'): TargetLink => ({
  to: '/servers/$server/$tab',
  params: { server: id, tab },
});
const deploymentLink = (id: string, tab = 'logs'): TargetLink => ({
  to: '/deployments/$deployment/$tab',
  params: { deployment: id, tab },
});
const updateLink = (id: string): TargetLink => ({
  to: '/activity/$update',
  params: { update: id },
});

/** What needs a person, each part found anew only when its rows changed: containers are many. */
export function useAttention(fleet: Fleet, nameOf: NameOf): Attention[] {
  const { servers, deployments, containers, builds, updates } = fleet;
  const ofServers = useMemo(() => servers.flatMap(ofServer), [servers]);
  const ofDeployments = useMemo(() => deployments.flatMap(ofDeployment), [deployments]);
  const ofContainers = useMemo(() => containers.flatMap(ofContainer), [containers]);
  const failed = useMemo(() => failures(updates, nameOf), [updates, nameOf]);
  const ofBuilds = useMemo(() => builds.flatMap(ofBuild), [builds]);
  return useMemo(
    () => ranked([ofServers, ofDeployments, ofContainers, failed, ofBuilds]),
    [ofServers, ofDeployments, ofContainers, failed, ofBuilds],
  );
}

/** One entry per thing, the worst first, then the oldest. */
function ranked(parts: ReadonlyArray<readonly Attention[]>): Attention[] {
  const found = parts.flat();
  const worst = new Map<string, Attention>();
  for (const each of found) {
    const known = worst.get(each.key);
    if (!known || severityOf(each.tone) > severityOf(known.tone)) worst.set(each.key, each);
  }
  return [...worst.values()].sort(
    (a, b) =>
      severityOf(b.tone) - severityOf(a.tone) ||
      (a.since || Number.MAX_SAFE_INTEGER) - (b.since || Number.MAX_SAFE_INTEGER) ||
      (a.name < b.name ? -1 : 1),
  );
}

function ofServer(row: ServerRow): Attention[] {
  const [tone, what] = serverState(row);
  if (tone !== 'crit' && tone !== 'warn') return [];
  const gone = row.info.state === 'NotOk';
  const disk = row.info.disk_worst;
  const full = what.startsWith('Disk');
  return [
    {
      key: `Server ${row.id}`,
      tone,
      name: row.name,
      what: full && disk ? m.diskPerc(percent(disk.perc)) : what,
      detail: full && disk ? disk.mount : gone ? (row.info.err?.error ?? '') : '',
      since: gone ? (row.info.seen_ms ?? 0) : 0,
      sinceLabel: gone ? m.lastSeen : '',
      kind: m.server,
      link: serverLink(row.id),
      action: full
        ? { label: m.prune, link: serverLink(row.id, 'images') }
        : { label: m.open, link: serverLink(row.id) },
    },
  ];
}

function ofDeployment(row: DeploymentRow): Attention[] {
  const [tone, what] = deploymentState(row);
  const base = {
    key: `Deployment ${row.id}`,
    name: row.name,
    since: 0,
    sinceLabel: '',
    kind: m.deployment,
    link: deploymentLink(row.id),
  };
  if (tone === 'crit' || tone === 'warn') {
    const action = { label: m.logs, link: deploymentLink(row.id, 'logs') };
    return [{ ...base, tone, what, detail: row.info.status ?? '', action }];
  }
  if (!row.info.update_available) return [];
  const action = { label: m.deploy, link: deploymentLink(row.id, 'config') };
  return [{ ...base, tone: 'warn', what: m.updateAvailable, detail: row.info.image, action }];
}

function ofContainer(row: ContainerRow): Attention[] {
  // A container of a deployment is told of by the deployment; most are simply well.
  if (row.resource || (row.state === 'running' && !row.status?.includes('unhealthy'))) return [];
  const [tone, what] = containerState(row);
  if (tone !== 'crit' && tone !== 'warn') return [];
  const link = (tab: string): TargetLink => ({
    to: '/servers/$server/containers/$name/$tab',
    params: { server: row.server_id ?? '', name: row.name, tab },
  });
  return [
    {
      key: `Container ${row.id}`,
      tone,
      name: row.name,
      what,
      detail: [row.server_name, row.status?.replace(/^Exited \(\d+\)\s*/, '')]
        .filter(Boolean)
        .join(' · '),
      since: 0,
      sinceLabel: '',
      kind: m.container,
      link: link('logs'),
      action: { label: m.logs, link: link('logs') },
    },
  ];
}

/** A build whose last run failed, told by its state where that run is not among the newest. */
function ofBuild(row: BuildRow): Attention[] {
  const [tone, what] = buildState(row);
  if (tone !== 'crit') return [];
  const link: TargetLink = {
    to: '/builds/$build/$tab',
    params: { build: row.id, tab: 'overview' },
  };
  return [
    {
      key: `Build ${row.id} RunBuild`,
      tone,
      name: row.name,
      what,
      detail: '',
      since: 0,
      sinceLabel: '',
      kind: m.build,
      link,
      action: { label: m.open, link },
    },
  ];
}

/** The last run of each target, where it failed. */
function failures(updates: readonly UpdateRow[], nameOf: NameOf): Attention[] {
  const seen = new Set<string>();
  return updates.flatMap((row): Attention[] => {
    const target = `${row.target.type} ${row.target.id}`;
    if (seen.has(`${target} ${row.operation}`) || row.status !== 'Complete') return [];
    seen.add(`${target} ${row.operation}`);
    const name = nameOf(row.target);
    if (row.success || !name || row.outcome === 'Cancelled') return [];
    return [
      {
        key: `${target} ${row.operation}`,
        tone: 'crit',
        name: operationTitle(row.operation, name, row.other_data),
        what: row.outcome === 'Interrupted' ? 'Interrupted' : 'Failed',
        detail: m.by(row.username),
        since: row.end_ts ?? row.start_ts,
        sinceLabel: '',
        kind: row.target.type,
        link: updateLink(row.id),
        action: { label: m.showLog, link: updateLink(row.id) },
      },
    ];
  });
}
