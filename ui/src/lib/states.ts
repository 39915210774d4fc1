/** Every state as tone and words, in one place. */
import type {
  BuilderRow,
  BuildRow,
  ContainerRow,
  DeploymentRow,
  DeploymentState,
  RepoRow,
  ServerRow,
  UpdateListItem,
  UpdateRow,
} from '../api/types';
import type { Tone } from '../ui/state';
import { operationProgress } from './operation';

export type StateWords = readonly [Tone, string];

export function serverState(row: ServerRow): StateWords {
  if (row.info.busy) return ['busy', operationProgress(row.info.busy)];
  switch (row.info.state) {
    case 'Ok':
      return serverProblem(row) ?? ['ok', 'Reachable'];
    case 'Disabled':
      return ['off', 'Disabled'];
    default:
      return ['crit', 'Unreachable'];
  }
}

/** The worst of what is out of bounds on a reachable server. */
function serverProblem(row: ServerRow): StateWords | null {
  const { stats, alerting_thresholds: limits } = row.info;
  const disk = row.info.disk_worst?.perc ?? 0;
  if (disk >= limits.disk_critical) return ['crit', 'Disk full'];
  if (row.info.docker === null) return ['warn', 'No Docker'];
  if (disk >= limits.disk_warning) return ['warn', 'Disk filling'];
  if (!stats) return null;
  const memory = (stats.mem_used_gb / Math.max(stats.mem_total_gb, 0.001)) * 100;
  if (memory >= limits.mem_critical) return ['crit', 'Memory exhausted'];
  // One busy moment is no problem: the whole last minute has to be.
  const cpu = Math.min(stats.cpu_perc, row.info.sparkline?.at(-1) ?? 0);
  if (cpu >= limits.cpu_critical) return ['crit', 'CPU exhausted'];
  if (memory >= limits.mem_warning) return ['warn', 'Memory high'];
  return cpu >= limits.cpu_warning ? ['warn', 'CPU high'] : null;
}

const CONTAINER: Record<string, StateWords> = {
  running: ['ok', 'Running'],
  created: ['off', 'Created'],
  restarting: ['busy', 'Restarting'],
  stopping: ['busy', 'Stopping'],
  removing: ['busy', 'Removing'],
  paused: ['paused', 'Paused'],
  exited: ['off', 'Stopped'],
  dead: ['crit', 'Dead'],
};

/** The health in the engine's status text: "Up 3 days (unhealthy)". */
export function healthOf(
  status: string | null | undefined,
): 'healthy' | 'unhealthy' | 'starting' | '' {
  if (!status) return '';
  if (status.includes('(unhealthy)')) return 'unhealthy';
  if (status.includes('(healthy)')) return 'healthy';
  return status.includes('(health: starting)') ? 'starting' : '';
}

/** The exit code in the engine's status text: "Exited (137) 2 hours ago". */
export function exitCode(status: string | null | undefined): number | null {
  const match = /Exited \((\d+)\)/.exec(status ?? '');
  return match ? Number(match[1]) : null;
}

export function containerState(row: Pick<ContainerRow, 'state' | 'status' | 'busy'>): StateWords {
  if (row.busy) return ['busy', operationProgress(row.busy)];
  const health = healthOf(row.status);
  if (row.state === 'running' && health === 'unhealthy') return ['crit', 'Unhealthy'];
  if (row.state === 'running' && health === 'starting') return ['busy', 'Starting'];
  if (row.state === 'exited') {
    const code = exitCode(row.status);
    // 0, SIGKILL and SIGTERM are how containers end when they are told to.
    if (code !== null && ![0, 137, 143].includes(code)) return ['warn', `Exited ${code}`];
  }
  return CONTAINER[row.state] ?? ['unknown', 'Unknown'];
}

const DEPLOYMENT: Record<DeploymentState, StateWords> = {
  deploying: ['busy', 'Deploying'],
  running: ['ok', 'Running'],
  created: ['off', 'Created'],
  restarting: ['busy', 'Restarting'],
  stopping: ['busy', 'Stopping'],
  removing: ['busy', 'Removing'],
  paused: ['paused', 'Paused'],
  exited: ['off', 'Stopped'],
  dead: ['crit', 'Dead'],
  unhealthy: ['crit', 'Unhealthy'],
  not_deployed: ['off', 'Not deployed'],
  unknown: ['unknown', 'Unknown'],
};

export function deploymentState(row: DeploymentRow): StateWords {
  if (row.info.busy) return ['busy', operationProgress(row.info.busy)];
  if (row.info.state === 'running' && row.info.health === 'unhealthy') return ['crit', 'Unhealthy'];
  if (row.info.state === 'exited') {
    const code = exitCode(row.info.status);
    if (code !== null && ![0, 137, 143].includes(code)) return ['warn', `Exited ${code}`];
  }
  return DEPLOYMENT[row.info.state] ?? DEPLOYMENT.unknown;
}

export function buildState({ info }: BuildRow): StateWords {
  if (info.busy) return ['busy', operationProgress(info.busy)];
  switch (info.state) {
    case 'Building':
      return ['busy', 'Building'];
    case 'Failed':
      return ['crit', 'Failed'];
    case 'Ok':
      return info.last_built_at > 0 ? ['ok', 'Built'] : ['off', 'Not built yet'];
    default:
      return ['unknown', 'Unknown'];
  }
}

export function repoState({ info }: RepoRow): StateWords {
  if (info.busy) return ['busy', operationProgress(info.busy)];
  switch (info.state) {
    case 'Cloning':
    case 'Pulling':
    case 'Building':
      return ['busy', info.state];
    case 'Failed':
      return ['crit', 'Failed'];
    case 'Ok':
      if (info.last_pulled_at > 0) return ['ok', 'Cloned'];
      return info.last_built_at > 0 ? ['ok', 'Built'] : ['off', 'Not cloned yet'];
    default:
      return ['unknown', 'Unknown'];
  }
}

/** `server` is the first server of a builder of servers, as far as it is known. */
export function builderState({ info }: BuilderRow, server: ServerRow | undefined): StateWords {
  if (info.builder_type === 'Aws') return ['off', 'Cannot run yet'];
  if (info.builder_type === 'Url') {
    return info.instance_type ? ['off', 'Dialled for each build'] : ['warn', 'No address'];
  }
  if (!info.instance_type) return ['warn', 'No server'];
  if (!server) return ['unknown', 'Unknown server'];
  return server.info.state === 'Ok' ? ['ok', 'Ready'] : serverState(server);
}

export function updateState(row: UpdateListItem | UpdateRow): StateWords {
  if (row.status === 'Queued') return ['busy', 'Queued'];
  if (row.status === 'InProgress') return ['busy', 'Running'];
  switch (row.outcome) {
    case 'Cancelled':
      return ['off', 'Cancelled'];
    case 'Interrupted':
      return ['warn', 'Interrupted'];
    case 'RolledBack':
      return ['warn', 'Rolled back'];
    default:
      return row.success ? ['ok', 'Done'] : ['crit', 'Failed'];
  }
}

const SEVERITY: Record<Tone, number> = {
  crit: 6,
  warn: 5,
  unknown: 4,
  busy: 3,
  paused: 2,
  ok: 1,
  off: 0,
};

/** For sorting: what needs a person first. */
export function severityOf(tone: Tone): number {
  return SEVERITY[tone];
}
