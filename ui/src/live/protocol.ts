/** Frames of `/ws/live` and which shape each topic carries. */
import type {
  Boot,
  BuilderRow,
  BuildRow,
  ContainerRow,
  ContainerStatsRow,
  DeploymentRow,
  ImageRow,
  NetworkRow,
  OutputLine,
  RepoRow,
  Sample,
  ServerRow,
  TagRow,
  UpdateDetail,
  UpdateRow,
  VolumeRow,
} from '../api/types';

export interface Row {
  id: string;
  name?: string;
  /** What a resource's row tells beside its name and tags. */
  info?: object;
}

interface BuildTopics {
  builds: BuildRow;
  builders: BuilderRow;
  repos: RepoRow;
}

/** The row type of a topic that carries rows. */
export type RowOf<T extends string> = T extends 'servers'
  ? ServerRow
  : T extends 'deployments'
    ? DeploymentRow
    : T extends keyof BuildTopics
      ? BuildTopics[T]
      : T extends 'containers' | 'container_problems'
        ? ContainerRow
        : T extends 'container_stats'
          ? ContainerStatsRow
          : T extends 'tags'
            ? TagRow
            : T extends 'updates'
              ? UpdateRow
              : T extends `images:${string}`
                ? ImageRow
                : T extends `networks:${string}`
                  ? NetworkRow
                  : T extends `volumes:${string}`
                    ? VolumeRow
                    : Row;

/** The value type of a topic that carries one value. */
export type ValueOf<T extends string> = T extends 'boot'
  ? Boot
  : T extends `stats:${string}`
    ? { samples: Sample[] }
    : T extends `update:${string}`
      ? UpdateDetail
      : unknown;

export interface Since {
  epoch: string;
  seq: number;
}

export type ClientFrame =
  | { op: 'sub'; topic: string; since?: Since }
  | { op: 'unsub'; topic: string }
  | { op: 'pace'; ms: number }
  | { op: 'ping' };

export type Fields = Record<string, unknown>;

export interface PatchFrame {
  op: 'p';
  topic: string;
  seq: number;
  /** The number this patch follows, if it is not seq - 1 (a coalesced patch). */
  prev?: number;
  /** Row topics: [row id, changed fields]. Value topics: [field, new value or {append: [...]}]. */
  set?: Array<[string, unknown]>;
  del?: string[];
}

export type ServerFrame =
  | { op: 'hello'; epoch: string; build: string; now: number; user: string }
  | { op: 'snap'; topic: string; seq: number; rows?: Row[]; value?: unknown }
  | PatchFrame
  | { op: 'lines'; topic: string; lines: OutputLine[] }
  | { op: 'gap'; topic: string }
  | { op: 'perm' }
  | { op: 'err'; topic: string; status: number; error: string }
  | { op: 'pong'; now: number };
