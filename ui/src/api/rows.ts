/** What the live socket carries beside the contract's own shapes, and short names for some of those. */
import type {
  BuilderListItem,
  BuildListItem,
  ContainerListItem,
  ContainerStats,
  DeploymentListItem,
  GetCoreInfoResponse,
  ImageListItem,
  NetworkListItem,
  RepoListItem,
  ResourceKind,
  ResourceListItem,
  ResourceTarget,
  ServerListItem,
  Update,
  UpdateListItem,
  UpdateStep,
  User,
  VolumeListItem,
} from './types';

export type TargetType = ResourceKind;
export type ListItem<Info> = ResourceListItem<Info>;
export type CoreInfo = GetCoreInfoResponse;

/** A row of the live topic `servers`. */
export type ServerRow = ServerListItem;
/** A row of the live topic `deployments`. */
export type DeploymentRow = DeploymentListItem;
/** A row of the live topic `builds`. */
export type BuildRow = BuildListItem;
/** A row of the live topic `builders`. */
export type BuilderRow = BuilderListItem;
/** A row of the live topic `repos`. */
export type RepoRow = RepoListItem;
/** A row of the live topic `containers`: `id` is `<server id>/<name>`. */
export interface ContainerRow extends Omit<ContainerListItem, 'id' | 'labels' | 'stats'> {
  id: string;
  container_id?: string | null;
  resource?: ResourceTarget | null;
  busy?: string | null;
  busy_update?: string | null;
}
/** A row of the live topic `container_stats`: the figures of a container that runs. */
export interface ContainerStatsRow extends ContainerStats {
  id: string;
}
export interface NetworkRow extends Omit<NetworkListItem, 'id'> {
  id: string;
}
export type ImageRow = ImageListItem;
export interface VolumeRow extends VolumeListItem {
  id: string;
}
/** A row of the live topic `updates`. */
export interface UpdateRow extends Omit<UpdateListItem, 'step'> {
  /** The step that runs now. */
  step?: string | null;
}
/** The value of the live topic `update:<id>`. */
export interface UpdateDetail extends Omit<Update, 'logs' | 'steps'> {
  id?: string;
  username?: string;
  steps: UpdateStep[];
}
/** sequence number, step index, stream, time in ms, text */
export type OutputLine = [number, number, 'out' | 'err' | 'sys', number, string];
/** A row of the live topic `tags`. */
export interface TagRow {
  id: string;
  name: string;
  owner?: string;
  color: string;
}

/** One sample of the live topic `stats:<server>`; sizes in bytes, rates in bytes per second. */
export interface Sample {
  ts: number;
  cpu: number;
  load: [number, number, number];
  mem_used: number;
  mem_total: number;
  mem_cache: number;
  swap_used: number;
  swap_total: number;
  disks: Array<{ mount: string; fs: string; used: number; total: number }>;
  net_in: number;
  net_out: number;
  disk_read: number;
  disk_write: number;
  containers: Record<string, ContainerSample>;
}
export interface ContainerSample {
  cpu: number;
  mem: number;
  net_in: number;
  net_out: number;
}

/** The value of the live topic `boot`. */
export interface Boot {
  user: User;
  info: CoreInfo;
  counts: Record<string, number>;
  running: number;
}

/** What the two log searches share. */
export interface SearchLog {
  terms: string[];
  combinator?: 'Or' | 'And';
  invert?: boolean;
  timestamps?: boolean;
}
