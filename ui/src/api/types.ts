/** The contract's shapes that the UI uses. */

export interface Oid {
  $oid: string;
}
export type TargetType =
  | 'System' | 'Swarm' | 'Server' | 'Stack' | 'Deployment' | 'Build' | 'Repo' | 'Procedure'
  | 'Action' | 'Builder' | 'Alerter' | 'ResourceSync';
export interface ResourceTarget {
  type: TargetType;
  id: string;
}
export type PermissionLevel = 'None' | 'Read' | 'Execute' | 'Write';
export interface PermissionLevelAndSpecifics {
  level: PermissionLevel;
  specific: string[];
}
export interface Resource<Config, Info> {
  _id: Oid;
  name: string;
  description: string;
  template: boolean;
  tags: string[];
  info: Info;
  config: Config;
  base_permission: PermissionLevelAndSpecifics | 'None';
  updated_at: number;
}
export interface ListItem<Info> {
  id: string;
  type: TargetType;
  name: string;
  template: boolean;
  tags: string[];
  info: Info;
}
export interface Serror {
  error: string;
  trace: string[];
}

// --- Server ---------------------------------------------------------------

export type ServerState = 'Ok' | 'NotOk' | 'Disabled';
export interface MaintenanceWindow {
  name: string;
  description: string;
  schedule_type: 'Daily' | 'Weekly' | 'OneTime';
  day_of_week: string;
  date: string;
  hour: number;
  minute: number;
  duration_minutes: number;
  timezone: string;
  enabled: boolean;
}
export interface ServerConfig {
  address: string;
  insecure_tls: boolean;
  external_address: string;
  region: string;
  enabled: boolean;
  auto_rotate_keys: boolean;
  passkey: string;
  ignore_mounts: string[];
  auto_prune: boolean;
  links: string[];
  stats_monitoring: boolean;
  send_unreachable_alerts: boolean;
  send_cpu_alerts: boolean;
  send_mem_alerts: boolean;
  send_disk_alerts: boolean;
  send_version_mismatch_alerts: boolean;
  cpu_warning: number;
  cpu_critical: number;
  mem_warning: number;
  mem_critical: number;
  disk_warning: number;
  disk_critical: number;
  maintenance_windows: MaintenanceWindow[];
}
export interface ServerInfo {
  attempted_public_key: string;
  public_key: string;
}
export type Server = Resource<ServerConfig, ServerInfo>;
export interface SystemLoadAverage {
  one: number;
  five: number;
  fifteen: number;
}
export interface MinimalSystemStats {
  cpu_perc: number;
  load_average: SystemLoadAverage;
  mem_free_gb: number;
  mem_used_gb: number;
  mem_total_gb: number;
  mem_buff_cache_gb: number;
  mem_zfs_arc_gb: number;
  swap_total_gb: number;
  swap_used_gb: number;
  disk_total_gb: number;
  disk_used_gb: number;
  network_ingress_bytes: number;
  network_egress_bytes: number;
  polling_rate: string;
  refresh_ts: number;
  refresh_list_ts: number;
}
export interface ServerAlertingThresholds {
  cpu_warning: number;
  cpu_critical: number;
  mem_warning: number;
  mem_critical: number;
  disk_warning: number;
  disk_critical: number;
}
export interface ServerListItemInfo {
  state: ServerState;
  err: Serror | null;
  stats: MinimalSystemStats | null;
  alerting_thresholds: ServerAlertingThresholds;
  core_count: number | null;
  logical_core_count: number | null;
  region: string;
  address: string | null;
  external_address: string | null;
  public_ip: string | null;
  send_unreachable_alerts: boolean;
  send_cpu_alerts: boolean;
  send_mem_alerts: boolean;
  send_disk_alerts: boolean;
  send_version_mismatch_alerts: boolean;
  version: string | null;
  public_key: string | null;
  attempted_public_key: string | null;
  terminals_disabled: boolean;
  container_terminals_disabled: boolean;
}
export type ServerListItem = ListItem<ServerListItemInfo>;
/** A row of the live topic `servers`: the list item and what only the live view carries. */
export interface ServerRow extends ServerListItem {
  seen_ms?: number | null;
  sparkline?: number[] | null;
  disk_worst?: { mount: string; perc: number } | null;
  containers?: { total: number; running: number; unhealthy: number } | null;
  docker?: string | null;
  latency_ms?: number | null;
  busy?: string | null;
  busy_update?: string | null;
}
export interface SystemInformation {
  name: string | null;
  os: string | null;
  kernel: string | null;
  core_count: number | null;
  logical_core_count: number | null;
  host_name: string | null;
  cpu_brand: string;
  cpu_arch: string;
}
export interface PeripheryInformation {
  version: string;
  public_key: string;
  terminals_disabled: boolean;
  container_terminals_disabled: boolean;
  stats_polling_rate: string;
  docker_connected: boolean;
  public_ip: string | null;
}
export interface SingleDiskUsage {
  mount: string;
  file_system: string;
  used_gb: number;
  total_gb: number;
}
export interface SystemStatsRecord {
  ts: number;
  sid: string;
  cpu_perc: number;
  load_average: SystemLoadAverage;
  mem_used_gb: number;
  mem_total_gb: number;
  mem_buff_cache_gb: number;
  mem_zfs_arc_gb: number;
  swap_total_gb: number;
  swap_used_gb: number;
  disk_used_gb: number;
  disk_total_gb: number;
  disks: SingleDiskUsage[];
  network_ingress_bytes: number;
  network_egress_bytes: number;
}
export interface SystemProcess {
  pid: number;
  name: string;
  exe: string;
  cmd: string[];
  start_time: number;
  cpu_perc: number;
  mem_mb: number;
  disk_read_kb: number;
  disk_write_kb: number;
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

// --- Deployment -------------------------------------------------------------

export type DeploymentState =
  | 'deploying' | 'running' | 'created' | 'restarting' | 'stopping' | 'removing' | 'paused'
  | 'exited' | 'dead' | 'unhealthy' | 'not_deployed' | 'unknown';
export type RestartMode = 'no' | 'on-failure' | 'always' | 'unless-stopped';
export type TerminationSignal = 'SIGHUP' | 'SIGINT' | 'SIGQUIT' | 'SIGTERM';
export interface Version {
  major: number;
  minor: number;
  patch: number;
}
export type DeploymentImage =
  | { type: 'Image'; params: { image: string } }
  | { type: 'Build'; params: { build_id: string; version: Version } };
export interface DeploymentConfig {
  swarm_id: string;
  server_id: string;
  custom_name: string;
  image: DeploymentImage;
  image_registry_account: string;
  skip_secret_interp: boolean;
  redeploy_on_build: boolean;
  poll_for_updates: boolean;
  auto_update: boolean;
  send_alerts: boolean;
  links: string[];
  network: string;
  restart: RestartMode;
  command: string;
  replicas: number;
  termination_signal: TerminationSignal;
  termination_timeout: number;
  extra_args: string[];
  term_signal_labels: string;
  ports: string;
  volumes: string;
  environment: string;
  labels: string;
}
export interface DeploymentInfo {
  latest_image_digest: string;
  deployed_name?: string;
}
export type Deployment = Resource<DeploymentConfig, DeploymentInfo>;
export interface DeploymentListItemInfo {
  state: DeploymentState;
  status: string | null;
  custom_name: string;
  image: string;
  update_available: boolean;
  swarm_id: string;
  swarm_name: string;
  server_id: string;
  server_name: string;
  build_id: string | null;
}
export type DeploymentListItem = ListItem<DeploymentListItemInfo>;
/** A row of the live topic `deployments`. */
export interface DeploymentRow extends DeploymentListItem {
  busy?: string | null;
  busy_update?: string | null;
  container_id?: string | null;
  health?: string | null;
}

// --- Docker -------------------------------------------------------------------

export type ContainerState =
  | 'running' | 'created' | 'restarting' | 'stopping' | 'removing' | 'paused' | 'exited' | 'dead' | '';
export interface ContainerStats {
  name: string;
  cpu_perc: string;
  mem_perc: string;
  mem_usage: string;
  net_io: string;
  block_io: string;
  pids: string;
}
export interface Port {
  IP: string | null;
  PrivatePort: number;
  PublicPort: number | null;
  Type: '' | 'tcp' | 'udp' | 'sctp';
}
export interface ContainerListItem {
  server_id?: string | null;
  server_name?: string | null;
  name: string;
  id?: string | null;
  image?: string | null;
  image_id?: string | null;
  created?: number | null;
  size_rw?: number | null;
  size_root_fs?: number | null;
  state: ContainerState;
  status?: string | null;
  network_mode?: string | null;
  networks?: string[];
  ports?: Port[];
  volumes?: string[];
  stats?: ContainerStats | null;
}
/** A row of the live topic `containers`: `id` is `<server id>/<name>`. */
export interface ContainerRow extends Omit<ContainerListItem, 'id'> {
  id: string;
  container_id?: string | null;
  resource?: ResourceTarget | null;
  busy?: string | null;
  busy_update?: string | null;
}
export interface NetworkListItem {
  name: string | null;
  id: string | null;
  created: string | null;
  scope: string | null;
  driver: string | null;
  enable_ipv6: boolean | null;
  ipam_driver: string | null;
  ipam_subnet: string | null;
  ipam_gateway: string | null;
  internal: boolean | null;
  attachable: boolean | null;
  ingress: boolean | null;
  in_use: boolean;
}
export interface NetworkRow extends NetworkListItem {
  id: string;
}
export interface ImageListItem {
  id: string;
  parent_id: string;
  name: string;
  tags: string[];
  digests: string[];
  created: number;
  size: number;
  in_use: boolean;
}
export type ImageRow = ImageListItem;
export interface VolumeListItem {
  name: string;
  driver: string;
  mountpoint: string;
  created: string | null;
  scope: '' | 'local' | 'global';
  size: number | null;
  in_use: boolean;
}
export interface VolumeRow extends VolumeListItem {
  id: string;
}
/** The engine's own names; only the fields the page shows by name are typed. */
export interface Container {
  Id?: string;
  Name?: string;
  Created?: string;
  Path?: string;
  Args?: string[];
  Image?: string;
  RestartCount?: number;
  State?: {
    Status?: string;
    Running?: boolean;
    ExitCode?: number;
    Error?: string;
    OOMKilled?: boolean;
    StartedAt?: string;
    FinishedAt?: string;
    Health?: { Status?: string; FailingStreak?: number; Log?: unknown[] } | null;
  } | null;
  Mounts?: Array<{
    Type?: string;
    Name?: string;
    Source?: string;
    Destination?: string;
    RW?: boolean;
  }>;
  Config?: {
    Env?: string[];
    Cmd?: string[];
    Entrypoint?: string[];
    Image?: string;
    Labels?: Record<string, string>;
  } | null;
  NetworkSettings?: {
    Networks?: Record<string, { IPAddress?: string; Gateway?: string; Aliases?: string[] }>;
  } | null;
  [key: string]: unknown;
}

// --- Updates --------------------------------------------------------------------

export type UpdateStatus = 'Queued' | 'InProgress' | 'Complete';
export interface Log {
  stage: string;
  command: string;
  stdout: string;
  stderr: string;
  success: boolean;
  start_ts: number;
  end_ts: number;
}
export interface Update {
  _id: Oid;
  operation: string;
  start_ts: number;
  success: boolean;
  operator: string;
  target: ResourceTarget;
  logs: Log[];
  end_ts: number | null;
  status: UpdateStatus;
  version?: Version;
  commit_hash?: string;
  other_data?: string;
  prev_toml?: string;
  current_toml?: string;
}
export interface UpdateListItem {
  id: string;
  operation: string;
  start_ts: number;
  success: boolean;
  username: string;
  operator: string;
  target: ResourceTarget;
  status: UpdateStatus;
  version?: Version;
  other_data?: string;
}
/** A row of the live topic `updates`. */
export interface UpdateRow extends UpdateListItem {
  outcome?: 'done' | 'failed' | 'cancelled' | 'interrupted' | 'rolled_back' | string | null;
  /** The running step as a person reads it, such as "pull image". */
  step?: string | null;
  end_ts?: number | null;
}
export interface UpdateStep {
  index: number;
  stage: string;
  command: string;
  success: boolean | null;
  start_ts: number;
  end_ts: number | null;
}
/** The value of the live topic `update:<id>`. */
export interface UpdateDetail extends Omit<Update, 'logs'> {
  id?: string;
  username?: string;
  outcome?: string | null;
  steps: UpdateStep[];
}
/** sequence number, step index, stream, time in ms, text */
export type OutputLine = [number, number, 'out' | 'err' | 'sys', number, string];

// --- Tags, users, keys -------------------------------------------------------------

export interface Tag {
  _id: Oid;
  name: string;
  owner: string;
  color: string;
}
export interface TagRow {
  id: string;
  name: string;
  owner?: string;
  color: string;
}
export interface User {
  _id: Oid;
  username: string;
  enabled: boolean;
  super_admin: boolean;
  admin: boolean;
  create_server_permissions: boolean;
  create_build_permissions: boolean;
  config: { type: string; data: unknown };
  last_update_view: number;
  updated_at: number;
}
export interface ApiKey {
  key: string;
  secret: string;
  user_id: string;
  name: string;
  created_at: number;
  expires: number;
}
export interface OnboardingKey {
  public_key: string;
  enabled: boolean;
  expires: number;
  name: string;
  onboarded: string[];
  created_at: number;
  tags: string[];
  privileged: boolean;
  copy_server: string;
  create_builder: boolean;
}
export interface CoreInfo {
  title: string;
  monitoring_interval: string;
  webhook_base_url: string;
  transparent_mode: boolean;
  ui_write_disabled: boolean;
  disable_non_admin_create: boolean;
  disable_confirm_dialog: boolean;
  disable_websocket_reconnect: boolean;
  enable_fancy_toml: boolean;
  timezone: string;
  public_key: string;
  default_pagination_limit: number;
}
export interface LoginOptions {
  local: boolean;
  oidc: boolean;
  github: boolean;
  google: boolean;
  registration_disabled: boolean;
  oidc_auto_redirect: boolean;
  /** Ours: there is no user yet, the first account is to be made. */
  no_users?: boolean;
}
export type JwtOrTwoFactor =
  | { type: 'Jwt'; data: { jwt: string } }
  | { type: 'Totp'; data: Record<string, never> }
  | { type: 'Passkey'; data: unknown };
/** The value of the live topic `boot`. */
export interface Boot {
  user: User;
  info: CoreInfo;
  counts: Record<string, number>;
  running: number;
}

// --- Requests ------------------------------------------------------------------------

type None = Record<string, never>;
interface ServerRef {
  server: string;
}
interface ContainerRef extends ServerRef {
  container: string;
}
interface DeploymentRef {
  deployment: string;
}
interface Named<Config> {
  name: string;
  config?: Partial<Config>;
}
export interface SearchLog {
  terms: string[];
  combinator?: 'Or' | 'And';
  invert?: boolean;
  timestamps?: boolean;
}

/** Every request: [parameters, answer]. */
export interface Requests {
  'auth/login': {
    GetLoginOptions: [None, LoginOptions];
    SignUpLocalUser: [{ username: string; password: string }, { jwt: string }];
    LoginLocalUser: [{ username: string; password: string }, JwtOrTwoFactor];
    CompleteTotpLogin: [{ code: string }, { jwt: string }];
    Logout: [None, unknown];
  };
  'auth/manage': {
    GetUserId: [None, { id: string }];
    UpdateUsername: [{ username: string }, unknown];
    UpdatePassword: [{ password: string }, unknown];
    CreateApiKey: [{ name: string; expires: number }, { key: string; secret: string }];
    DeleteApiKey: [{ key: string }, unknown];
  };
  read: {
    GetVersion: [None, { version: string }];
    GetCoreInfo: [None, CoreInfo];
    ListServers: [{ query?: unknown }, ServerListItem[]];
    GetServer: [ServerRef, Server];
    GetSystemInformation: [ServerRef, SystemInformation];
    GetPeripheryInformation: [ServerRef, PeripheryInformation];
    GetHistoricalServerStats: [
      ServerRef & { granularity: string; page?: number },
      { stats: SystemStatsRecord[]; next_page: number | null },
    ];
    ListSystemProcesses: [ServerRef, SystemProcess[]];
    ListContainers: [ServerRef, ContainerListItem[]];
    ListImages: [ServerRef, ImageListItem[]];
    ListNetworks: [ServerRef, NetworkListItem[]];
    ListVolumes: [ServerRef, VolumeListItem[]];
    InspectContainer: [ContainerRef, Container];
    InspectImage: [ServerRef & { image: string }, unknown];
    InspectNetwork: [ServerRef & { network: string }, unknown];
    InspectVolume: [ServerRef & { volume: string }, unknown];
    GetContainerLog: [ContainerRef & { tail: number; timestamps?: boolean }, Log];
    SearchContainerLog: [ContainerRef & SearchLog, Log];
    GetResourceMatchingContainer: [ContainerRef, { resource: ResourceTarget | null }];
    ListDeployments: [{ query?: unknown }, DeploymentListItem[]];
    GetDeployment: [DeploymentRef, Deployment];
    GetDeploymentContainer: [DeploymentRef, { state: DeploymentState; container: ContainerListItem | null }];
    GetDeploymentLog: [DeploymentRef & { tail: number; timestamps?: boolean }, Log];
    ListTags: [{ query?: unknown }, Tag[]];
    ListUpdates: [
      { query?: unknown; page?: number },
      { updates: UpdateListItem[]; next_page: number | null },
    ];
    GetUpdate: [{ id: string }, Update];
    ListApiKeys: [None, ApiKey[]];
    ListOnboardingKeys: [None, OnboardingKey[]];
    ExportResourcesToToml: [
      { targets: ResourceTarget[]; user_groups?: string[]; include_variables?: boolean },
      { toml: string },
    ];
  };
  write: {
    CreateServer: [Named<ServerConfig> & { public_key?: string }, Server];
    CopyServer: [{ name: string; id: string }, Server];
    UpdateServer: [{ id: string; config: Partial<ServerConfig> }, Server];
    RenameServer: [{ id: string; name: string }, Update];
    DeleteServer: [{ id: string }, Server];
    UpdateServerPublicKey: [{ server: string; public_key: string }, Update];
    CreateNetwork: [{ server: string; name: string }, Update];
    UpdateResourceMeta: [
      { target: ResourceTarget; description?: string; template?: boolean; tags?: string[] },
      unknown,
    ];
    CreateDeployment: [Named<DeploymentConfig>, Deployment];
    CopyDeployment: [{ name: string; id: string }, Deployment];
    CreateDeploymentFromContainer: [{ name: string; server: string }, Deployment];
    UpdateDeployment: [{ id: string; config: Partial<DeploymentConfig> }, Deployment];
    RenameDeployment: [{ id: string; name: string }, Update];
    DeleteDeployment: [{ id: string }, Deployment];
    CreateTag: [{ name: string; color?: string }, Tag];
    RenameTag: [{ id: string; name: string }, Tag];
    UpdateTagColor: [{ tag: string; color: string }, Tag];
    DeleteTag: [{ id: string }, Tag];
    CreateOnboardingKey: [
      {
        name: string;
        expires: number;
        private_key?: string;
        tags: string[];
        privileged: boolean;
        copy_server: string;
        create_builder: boolean;
      },
      { private_key: string; created: OnboardingKey },
    ];
    UpdateOnboardingKey: [
      { public_key: string; enabled?: boolean; name?: string; expires?: number; tags?: string[] },
      OnboardingKey,
    ];
    DeleteOnboardingKey: [{ public_key: string }, OnboardingKey];
  };
  execute: {
    Deploy: [DeploymentRef & { stop_signal?: string; stop_time?: number }, Update];
    PullDeployment: [DeploymentRef, Update];
    StartDeployment: [DeploymentRef, Update];
    RestartDeployment: [DeploymentRef, Update];
    PauseDeployment: [DeploymentRef, Update];
    UnpauseDeployment: [DeploymentRef, Update];
    StopDeployment: [DeploymentRef & { signal?: string; time?: number }, Update];
    DestroyDeployment: [DeploymentRef & { signal?: string; time?: number }, Update];
    StartContainer: [ContainerRef, Update];
    RestartContainer: [ContainerRef, Update];
    PauseContainer: [ContainerRef, Update];
    UnpauseContainer: [ContainerRef, Update];
    StopContainer: [ContainerRef & { signal?: string; time?: number }, Update];
    DestroyContainer: [ContainerRef & { signal?: string; time?: number }, Update];
    StartAllContainers: [ServerRef, Update];
    RestartAllContainers: [ServerRef, Update];
    PauseAllContainers: [ServerRef, Update];
    UnpauseAllContainers: [ServerRef, Update];
    StopAllContainers: [ServerRef, Update];
    PruneContainers: [ServerRef, Update];
    PruneImages: [ServerRef, Update];
    PruneNetworks: [ServerRef, Update];
    PruneVolumes: [ServerRef, Update];
    PruneDockerBuilders: [ServerRef, Update];
    PruneBuildx: [ServerRef, Update];
    PruneSystem: [ServerRef, Update];
    DeleteImage: [ServerRef & { name: string }, Update];
    DeleteNetwork: [ServerRef & { name: string }, Update];
    DeleteVolume: [ServerRef & { name: string }, Update];
    CancelUpdate: [{ id: string }, unknown];
  };
}

export type Group = keyof Requests;
export type Name<G extends Group> = keyof Requests[G] & string;
export type Params<G extends Group, N extends Name<G>> = Requests[G][N] extends [infer P, unknown]
  ? P
  : never;
export type Answer<G extends Group, N extends Name<G>> = Requests[G][N] extends [unknown, infer A]
  ? A
  : never;
