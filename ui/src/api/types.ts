/** The contract's shapes. Generated from src/monitor/api by `./dev gen`: do not edit. */

export * from './rows';

/** One thing that went wrong, or was worth telling. */
export interface Alert {
  _id: Oid;
  /** When it began, in unix milliseconds. */
  ts: number;
  /** Whether it is over. */
  resolved: boolean;
  level: SeverityLevel;
  target: ResourceTarget;
  data: AlertData;
  /** When it was over; null while it is not. */
  resolved_ts: number | null;
}

/** An action failed. */
export interface AlertActionFailed {
  type: 'ActionFailed';
  data: AlertResource;
}

/** A machine for builds could not be ended. */
export interface AlertAwsBuilderTerminationFailed {
  type: 'AwsBuilderTerminationFailed';
  data: AlertAwsBuilderTerminationFailedFields;
}

/** A machine that was started for a build and still runs. */
export interface AlertAwsBuilderTerminationFailedFields {
  instance_id: string;
  message: string;
}

/** A build failed. */
export interface AlertBuildFailed {
  type: 'BuildFailed';
  data: AlertBuildFailedFields;
}

/** A build, and the version that was not made. */
export interface AlertBuildFailedFields {
  id: string;
  name: string;
  version: Version;
}

/** A deployment's container changed its state. */
export interface AlertContainerStateChange {
  type: 'ContainerStateChange';
  data: AlertContainerStateChangeFields;
}

/** A deployment, where it is, and what its container did and does. */
export interface AlertContainerStateChangeFields {
  id: string;
  name: string;
  server_id: string | null;
  server_name: string | null;
  swarm_id: string | null;
  swarm_name: string | null;
  from: DeploymentState;
  to: DeploymentState;
}

/** A message of a user or of a rule of ours. */
export interface AlertCustom {
  type: 'Custom';
  data: AlertCustomFields;
}

/** What a user's own rule or script says. */
export interface AlertCustomFields {
  message: string;
  details: string;
}

export type AlertData = AlertNone | AlertTest | AlertSwarmUnhealthy | AlertServerUnreachable | AlertServerCpu | AlertServerMem | AlertServerDisk | AlertServerVersionMismatch | AlertContainerStateChange | AlertDeploymentImageUpdateAvailable | AlertDeploymentAutoUpdated | AlertStackStateChange | AlertStackImageUpdateAvailable | AlertStackAutoUpdated | AlertAwsBuilderTerminationFailed | AlertResourceSyncPendingUpdates | AlertBuildFailed | AlertRepoBuildFailed | AlertProcedureFailed | AlertActionFailed | AlertScheduleRun | AlertCustom;

/** A deployment was updated to a newer image. */
export interface AlertDeploymentAutoUpdated {
  type: 'DeploymentAutoUpdated';
  data: AlertDeploymentImageFields;
}

/** A deployment, where it is, and the image. */
export interface AlertDeploymentImageFields {
  id: string;
  name: string;
  server_id: string | null;
  server_name: string | null;
  swarm_id: string | null;
  swarm_name: string | null;
  image: string;
}

/** There is a newer image for a deployment. */
export interface AlertDeploymentImageUpdateAvailable {
  type: 'DeploymentImageUpdateAvailable';
  data: AlertDeploymentImageFields;
}

/** Nothing. */
export interface AlertNone {
  type: 'None';
  data: NoData;
}

/** A procedure failed. */
export interface AlertProcedureFailed {
  type: 'ProcedureFailed';
  data: AlertResource;
}

/** A repo's build failed. */
export interface AlertRepoBuildFailed {
  type: 'RepoBuildFailed';
  data: AlertResource;
}

/** The resource an alert is about. */
export interface AlertResource {
  id: string;
  name: string;
}

/** A sync has changes that wait. */
export interface AlertResourceSyncPendingUpdates {
  type: 'ResourceSyncPendingUpdates';
  data: AlertResource;
}

/** Something ran by its schedule. */
export interface AlertScheduleRun {
  type: 'ScheduleRun';
  data: AlertScheduleRunFields;
}

/** What ran by its schedule. */
export interface AlertScheduleRunFields {
  id: string;
  name: string;
  resource_type: ResourceKind;
}

/** A server uses much CPU. */
export interface AlertServerCpu {
  type: 'ServerCpu';
  data: AlertServerCpuFields;
}

/** A server and how much of its CPU is in use, in percent. */
export interface AlertServerCpuFields {
  id: string;
  name: string;
  region: string | null;
  percentage: number;
}

/** A server's disk is nearly full. */
export interface AlertServerDisk {
  type: 'ServerDisk';
  data: AlertServerDiskFields;
}

/** A server and how much of a disk is in use. */
export interface AlertServerDiskFields {
  id: string;
  name: string;
  region: string | null;
  path: string;
  used_gb: number;
  total_gb: number;
}

/** A server uses much memory. */
export interface AlertServerMem {
  type: 'ServerMem';
  data: AlertServerMemFields;
}

/** A server and how much of its memory is in use. */
export interface AlertServerMemFields {
  id: string;
  name: string;
  region: string | null;
  used_gb: number;
  total_gb: number;
}

/** A server cannot be reached. */
export interface AlertServerUnreachable {
  type: 'ServerUnreachable';
  data: AlertServerUnreachableFields;
}

/** A server, and why its agent cannot be reached. */
export interface AlertServerUnreachableFields {
  id: string;
  name: string;
  region: string | null;
  err: Serror | null;
}

/** A server's agent and Core have different versions. */
export interface AlertServerVersionMismatch {
  type: 'ServerVersionMismatch';
  data: AlertServerVersionMismatchFields;
}

/** A server whose agent has another version than Core. */
export interface AlertServerVersionMismatchFields {
  id: string;
  name: string;
  region: string | null;
  server_version: string;
  core_version: string;
}

/** A stack was updated to newer images. */
export interface AlertStackAutoUpdated {
  type: 'StackAutoUpdated';
  data: AlertStackAutoUpdatedFields;
}

/** A stack, where it is, and the images it was updated to. */
export interface AlertStackAutoUpdatedFields {
  id: string;
  name: string;
  server_id: string | null;
  server_name: string | null;
  swarm_id: string | null;
  swarm_name: string | null;
  images: string[];
}

/** There is a newer image for a service of a stack. */
export interface AlertStackImageUpdateAvailable {
  type: 'StackImageUpdateAvailable';
  data: AlertStackImageUpdateAvailableFields;
}

/** A stack, where it is, and the service with a newer image. */
export interface AlertStackImageUpdateAvailableFields {
  id: string;
  name: string;
  server_id: string | null;
  server_name: string | null;
  swarm_id: string | null;
  swarm_name: string | null;
  service: string;
  image: string;
}

/** A stack changed its state. */
export interface AlertStackStateChange {
  type: 'StackStateChange';
  data: AlertStackStateChangeFields;
}

/** A stack, where it is, and what it did and does. */
export interface AlertStackStateChangeFields {
  id: string;
  name: string;
  server_id: string | null;
  server_name: string | null;
  swarm_id: string | null;
  swarm_name: string | null;
  from: StackState;
  to: StackState;
}

/** A swarm is not healthy. */
export interface AlertSwarmUnhealthy {
  type: 'SwarmUnhealthy';
  data: AlertSwarmUnhealthyFields;
}

/** A swarm, and what it says is wrong. */
export interface AlertSwarmUnhealthyFields {
  id: string;
  name: string;
  err: Serror | null;
}

/** A test of an alerter. */
export interface AlertTest {
  type: 'Test';
  data: AlertResource;
}

/** An API key. Its secret is answered empty. */
export interface ApiKey {
  key: string;
  secret: string;
  user_id: string;
  name: string;
  /** Unix milliseconds. */
  created_at: number;
  /** Unix milliseconds; 0 is never. */
  expires: number;
}

/** A machine made for one build. Kept and answered; builds on it are refused for now. */
export interface AwsBuilderConfig {
  region: string;
  instance_type: string;
  volume_gb: number;
  ami_id: string;
  subnet_id: string;
  key_pair_name: string;
  assign_public_ip: boolean;
  use_public_ip: boolean;
  security_group_ids: string[];
  user_data: string;
  port: number;
  use_https: boolean;
  periphery_public_key: string;
  insecure_tls: boolean;
  git_providers: GitProvider[];
  image_registries: ImageRegistry[];
  /** Names of secrets that the machine's agent has. */
  secrets: string[];
}

/** Why one resource of a batch was not started. */
export interface BatchExecutionFailure {
  name: string;
  error: Serror;
}

export type BatchExecutionResponseItem = BatchExecutionResponseItemOk | BatchExecutionResponseItemErr;

/** A resource whose run could not be started. */
export interface BatchExecutionResponseItemErr {
  status: 'Err';
  data: BatchExecutionFailure;
}

/** A resource whose run has started. */
export interface BatchExecutionResponseItemOk {
  status: 'Ok';
  data: Update;
}

/** Which operations run on a build now. */
export interface BuildActionState {
  building: boolean;
}

/** What users set of a build. */
export interface BuildConfig {
  /** Where it is built. Names are accepted; ids are kept. */
  builder_id: string;
  /** The version of the newest image; 0.0.0 before the first. */
  version: Version;
  /** Each build that succeeds raises the patch number by one. */
  auto_increment_version: boolean;
  /** The image's name, where it is not to be the build's. */
  image_name: string;
  /** Follows each tag after a hyphen, and is a tag by itself. */
  image_tag: string;
  /** Tag it `latest`. */
  include_latest_tag: boolean;
  /** Tag it with the version: `1.2.3`, `1.2` and `1`. */
  include_version_tags: boolean;
  /** Tag it with the first characters of the commit's hash. */
  include_commit_tag: boolean;
  /** URLs shown on the build's page. */
  links: string[];
  /** The repo whose clone is the source, in place of the git fields below. Names are accepted; ids are kept. */
  linked_repo: string;
  /** Host, with port where it needs one. */
  git_provider: string;
  /** False for plain http. */
  git_https: boolean;
  /** The account that clones; empty for none. */
  git_account: string;
  /** `owner/name`. */
  repo: string;
  branch: string;
  /** Build this commit in place of the branch's newest. */
  commit: string;
  /** A push to the branch starts a build. */
  webhook_enabled: boolean;
  /** Empty for Core's own. */
  webhook_secret: string;
  /** The source lies on the builder's host, below `build_path`. */
  files_on_host: boolean;
  /** The folder that is built, relative to the source's. */
  build_path: string;
  /** Relative to `build_path`. */
  dockerfile_path: string;
  /** Where the image is pushed to; nowhere without any. */
  image_registry: ImageRegistryConfig[];
  /** Take `[[NAME]]` in the config as it stands. */
  skip_secret_interp: boolean;
  /** Build by `docker buildx`. */
  use_buildx: boolean;
  /** Further arguments of `docker build`. */
  extra_args: string[];
  /** Runs in the source before the build. */
  pre_build: SystemCommand;
  /** The Dockerfile's text, for a build without other source. */
  dockerfile: string;
  /** Values that the Dockerfile's `ARG`s get. They can be read from the image. */
  build_args: string;
  /** Values for `RUN --mount=type=secret,id=NAME`. They leave no trace in the image. */
  secret_args: string;
  labels: string;
}

/** What Monitor keeps about a build. */
export interface BuildInfo {
  /** Unix milliseconds; 0 before the first. */
  last_built_at: number;
  /** The commit that the newest image was built from, shortened. */
  built_hash: string | null;
  built_message: string | null;
  /** The Dockerfile then. */
  built_contents: string | null;
  /** Where the Dockerfile was last read. */
  remote_path: string | null;
  /** What it was. */
  remote_contents: string | null;
  /** Why it could not be read. */
  remote_error: string | null;
  /** The newest commit of the branch, shortened. */
  latest_hash: string | null;
  latest_message: string | null;
}

/** A build's state as lists show it. */
export interface BuildListItemInfo {
  state: BuildState;
  last_built_at: number;
  version: Version;
  builder_id: string;
  files_on_host: boolean;
  /** Whether its source is a Dockerfile's text. */
  dockerfile_contents: boolean;
  linked_repo: string;
  linked_repo_name: string;
  git_provider: string;
  repo: string;
  branch: string;
  /** The repository in a browser; empty without one. */
  repo_link: string;
  built_hash: string | null;
  latest_hash: string | null;
  image_registry_domain: string | null;
  /** The operation that runs on the build now. */
  busy: string | null;
  /** The id of that operation's Update. */
  busy_update: string | null;
  builder_name: string;
}

/** By what builds alone can be filtered. An empty list filters nothing. */
export interface BuildQuerySpecifics {
  builder_ids: string[];
  /** `owner/name`. */
  repos: string[];
  linked_repos: string[];
  /** Unix milliseconds; 0 filters nothing. */
  built_since: number;
  states: BuildState[];
}

/** By what a list of builds is sorted. */
export type BuildSortBy =
  | 'Name'
  | 'Source'
  | 'State';

/** How a build's newest run went. */
export type BuildState =
  | 'Building'
  | 'Ok'
  | 'Failed'
  | 'Unknown';

/** What was built on one day. */
export interface BuildStatsDay {
  /** Hours. */
  time: number;
  count: number;
  /** The day's beginning in UTC, unix milliseconds. */
  ts: number;
}

/** A version that was built. */
export interface BuildVersionResponseItem {
  version: Version;
  /** When its build began, unix milliseconds. */
  ts: number;
  commit_hash: string | null;
  /** The Update of the build. */
  update_id: string;
}

export type BuilderConfig = BuilderConfigUrl | BuilderConfigServer | BuilderConfigAws;

/** A machine made for one build. */
export interface BuilderConfigAws {
  type: 'Aws';
  params: AwsBuilderConfig;
}

/** One server or several. */
export interface BuilderConfigServer {
  type: 'Server';
  params: ServerBuilderConfig;
}

/** An agent at an address. */
export interface BuilderConfigUrl {
  type: 'Url';
  params: UrlBuilderConfig;
}

/** What a builder is, as lists show it. */
export interface BuilderListItemInfo {
  /** `Url`, `Server` or `Aws`. */
  builder_type: string;
  /** The address, the first server's id, or the machine's type. */
  instance_type: string | null;
}

/** By what builders alone can be filtered: nothing. */
export type BuilderQuerySpecifics = Record<string, never>;

/** By what a list of builders is sorted. */
export type BuilderSortBy =
  | 'Name'
  | 'Provider'
  | 'InstanceType';

/** What the driver says of a cluster volume. */
export interface ClusterVolumeInfo {
  CapacityBytes: number | null;
  VolumeContext: Record<string, string>;
  VolumeID: string | null;
  AccessibleTopology: Topology[] | null;
}

/** A cluster volume's state on one node. */
export interface ClusterVolumePublishStatus {
  NodeID: string | null;
  State: ClusterVolumePublishStatusStateEnum;
  PublishContext: Record<string, string>;
}

/** How far a volume is on its way to a node. */
export type ClusterVolumePublishStatusStateEnum =
  | ''
  | 'pending-publish'
  | 'published'
  | 'pending-node-unpublish'
  | 'pending-controller-unpublish';

/** What a cluster volume shall be. */
export interface ClusterVolumeSpec {
  Group: string | null;
  AccessMode: ClusterVolumeSpecAccessMode | null;
}

/** How a cluster volume may be used. */
export interface ClusterVolumeSpecAccessMode {
  Scope: ClusterVolumeSpecAccessModeScopeEnum;
  Sharing: ClusterVolumeSpecAccessModeSharingEnum;
  Secrets: ClusterVolumeSpecAccessModeSecrets[];
  AccessibilityRequirements: ClusterVolumeSpecAccessModeAccessibilityRequirements | null;
  CapacityRange: ClusterVolumeSpecAccessModeCapacityRange | null;
  Availability: ClusterVolumeSpecAccessModeAvailabilityEnum;
}

/** Where in the cluster a volume must and should be reachable. */
export interface ClusterVolumeSpecAccessModeAccessibilityRequirements {
  Requisite: Topology[] | null;
  Preferred: Topology[] | null;
}

/** Whether a cluster volume may be used. */
export type ClusterVolumeSpecAccessModeAvailabilityEnum =
  | ''
  | 'active'
  | 'pause'
  | 'drain';

/** How large a cluster volume shall be. */
export interface ClusterVolumeSpecAccessModeCapacityRange {
  RequiredBytes: number | null;
  LimitBytes: number | null;
}

/** On how many nodes a cluster volume may be used at once. */
export type ClusterVolumeSpecAccessModeScopeEnum =
  | ''
  | 'single'
  | 'multi';

/** A secret for the driver of a cluster volume. */
export interface ClusterVolumeSpecAccessModeSecrets {
  Key: string | null;
  Secret: string | null;
}

/** How many may use a cluster volume at once. */
export type ClusterVolumeSpecAccessModeSharingEnum =
  | ''
  | 'none'
  | 'readonly'
  | 'onewriter'
  | 'all';

/** A compose project that has containers, whoever brought it up. */
export interface ComposeProject {
  name: string;
  /** How many containers are in which state, such as `running(2), exited(1)`. */
  status: string | null;
  /** Paths on the server. */
  compose_files: string[];
}

/** A container. */
export interface Container {
  Id: string | null;
  Created: string | null;
  Path: string | null;
  Args: string[];
  State: InspectedState | null;
  Image: string | null;
  ResolvConfPath: string | null;
  HostnamePath: string | null;
  HostsPath: string | null;
  LogPath: string | null;
  Name: string | null;
  RestartCount: number | null;
  Driver: string | null;
  Platform: string | null;
  MountLabel: string | null;
  ProcessLabel: string | null;
  AppArmorProfile: string | null;
  ExecIDs: string[];
  HostConfig: DockerHostConfig | null;
  GraphDriver: GraphDriverData | null;
  SizeRw: number | null;
  SizeRootFs: number | null;
  Mounts: MountPoint[];
  Config: ContainerConfig | null;
  NetworkSettings: DockerNetworkSettings | null;
}

/** What of a container does not depend on its host. */
export interface ContainerConfig {
  Hostname: string | null;
  Domainname: string | null;
  User: string | null;
  AttachStdin: boolean | null;
  AttachStdout: boolean | null;
  AttachStderr: boolean | null;
  ExposedPorts: string[];
  Tty: boolean | null;
  OpenStdin: boolean | null;
  StdinOnce: boolean | null;
  Env: string[];
  Cmd: string[];
  Healthcheck: HealthConfig | null;
  ArgsEscaped: boolean | null;
  Image: string | null;
  Volumes: string[];
  WorkingDir: string | null;
  Entrypoint: string[];
  NetworkDisabled: boolean | null;
  OnBuild: string[];
  Labels: Record<string, string>;
  StopSignal: string | null;
  StopTimeout: number | null;
  Shell: string[];
}

/** How many containers a server has. Ours. */
export interface ContainerCounts {
  total: number;
  running: number;
  unhealthy: number;
}

/** A container's health and its last checks. */
export interface ContainerHealth {
  Status: HealthStatusEnum;
  FailingStreak: number | null;
  Log: HealthcheckResult[];
}

/** A container in a list. */
export interface ContainerListItem {
  server_id?: string | null;
  server_name?: string | null;
  name: string;
  id?: string | null;
  image?: string | null;
  image_id?: string | null;
  /** Unix seconds. */
  created?: number | null;
  /** Bytes that the container wrote; null where that is not measured. */
  size_rw?: number | null;
  size_root_fs?: number | null;
  state: ContainerState;
  /** In Docker's words, such as `Up 3 hours`. */
  status?: string | null;
  network_mode?: string | null;
  networks?: string[];
  ports?: Port[];
  /** Names of volumes. */
  volumes?: string[];
  stats?: ContainerStats | null;
  /** For Core alone: clients get none. */
  labels: Record<string, string>;
}

/** By what a list of containers is sorted. */
export type ContainerSortBy =
  | 'Name'
  | 'Server'
  | 'State'
  | 'Image'
  | 'Networks'
  | 'Ports'
  | 'Volumes';

/** What a container does now, in Docker's words; empty where Docker does not say. */
export type ContainerState =
  | 'running'
  | 'created'
  | 'restarting'
  | 'stopping'
  | 'removing'
  | 'paused'
  | 'exited'
  | 'dead'
  | '';

/** What a container uses, as texts like those of `docker stats`. */
export interface ContainerStats {
  name: string;
  cpu_perc: string;
  mem_perc: string;
  mem_usage: string;
  net_io: string;
  block_io: string;
  pids: string;
}

/** A new API key with its secret, which is answered this once. */
export interface CreateApiKeyResponse {
  key: string;
  secret: string;
}

/** A new onboarding key with its secret, which is answered this once. */
export interface CreateOnboardingKeyResponse {
  /** What to give the agent. */
  private_key: string;
  created: OnboardingKey;
}

/** Which operations run on a deployment now. */
export interface DeploymentActionState {
  pulling: boolean;
  deploying: boolean;
  updating: boolean;
  starting: boolean;
  restarting: boolean;
  pausing: boolean;
  unpausing: boolean;
  stopping: boolean;
  destroying: boolean;
  renaming: boolean;
}

/** What users set of a deployment. */
export interface DeploymentConfig {
  /** Goes before the server. Names are accepted, here and for the server; ids are kept. */
  swarm_id: string;
  server_id: string;
  /** The container's name, where it is not to be the deployment's. */
  custom_name: string;
  image: DeploymentImage;
  /** The account that pulls the image; its registry follows from the image's name. */
  image_registry_account: string;
  /** Take `[[NAME]]` in the config as it stands. */
  skip_secret_interp: boolean;
  /** Deploy when the build it is made from has made a new version. */
  redeploy_on_build: boolean;
  /** Look for a newer image under the same name. */
  poll_for_updates: boolean;
  /** Deploy when there is one. */
  auto_update: boolean;
  /** Alert when the container's state changes. */
  send_alerts: boolean;
  /** URLs shown on the deployment's page. */
  links: string[];
  network: string;
  restart: RestartMode;
  /** What the container runs in place of the image's command, split as a shell would; empty for the image's. */
  command: string;
  /** How many, in a swarm. */
  replicas: number;
  /** The signal that asks the container to end. */
  termination_signal: TerminationSignal;
  /** Seconds until KILL. */
  termination_timeout: number;
  /** Further arguments of `docker create`. */
  extra_args: string[];
  /** What to call the signals in the browser: `SIGTERM: quit`. */
  term_signal_labels: string;
  /** `127.0.0.1:8080: 80/tcp`: the host's part, then the container's. */
  ports: string;
  /** `/data: /var/lib/data:ro`: a directory of the host or a volume, then the path in the container. */
  volumes: string;
  environment: string;
  labels: string;
}

export type DeploymentImage = DeploymentImageImage | DeploymentImageBuild;

/** What a build of ours made. */
export interface DeploymentImageBuild {
  type: 'Build';
  params: DeploymentImageBuildFields;
}

/** A build and which of its versions. */
export interface DeploymentImageBuildFields {
  /** Id of the build; names are accepted. */
  build_id: string;
  /** 0.0.0 is the latest. */
  version: Version;
}

/** An image from a registry, or one that the server has. */
export interface DeploymentImageImage {
  type: 'Image';
  params: DeploymentImageImageFields;
}

/** An image by name. */
export interface DeploymentImageImageFields {
  /** Such as `nginx:1.27` or `ghcr.io/owner/image@sha256:...`. */
  image: string;
}

/** What Monitor keeps about a deployment. */
export interface DeploymentInfo {
  /** The newest digest that the registry had for the image, `image@sha256:...`. */
  latest_image_digest: string;
  /** The container's name at the last deploy. */
  deployed_name: string;
}

/** A deployment's state as lists show it. */
export interface DeploymentListItemInfo {
  state: DeploymentState;
  /** In Docker's words, such as `Up 3 hours`. */
  status: string | null;
  custom_name: string;
  /** As the container was made from it, or as configured where there is none. */
  image: string;
  update_available: boolean;
  swarm_id: string;
  swarm_name: string;
  server_id: string;
  server_name: string;
  build_id: string | null;
  /** The operation that runs on the deployment now. */
  busy: string | null;
  /** The id of that operation's Update. */
  busy_update: string | null;
  /** Docker's id of the container; null where there is none. */
  container_id: string | null;
  /** `starting`, `healthy` or `unhealthy`; null without a health check. */
  health: string | null;
}

/** By what deployments alone can be filtered. An empty list filters nothing. */
export interface DeploymentQuerySpecifics {
  server_ids: string[];
  swarm_ids: string[];
  build_ids: string[];
  update_available: boolean;
  states: DeploymentState[];
}

/** By what a list of deployments is sorted. */
export type DeploymentSortBy =
  | 'Name'
  | 'Image'
  | 'Host'
  | 'State';

/** What a deployment's container does now. */
export type DeploymentState =
  | 'deploying'
  | 'running'
  | 'created'
  | 'restarting'
  | 'stopping'
  | 'removing'
  | 'paused'
  | 'exited'
  | 'dead'
  | 'unhealthy'
  | 'not_deployed'
  | 'unknown';

/** A device of the host in the container. */
export interface DeviceMapping {
  PathOnHost: string | null;
  PathInContainer: string | null;
  CgroupPermissions: string | null;
}

/** Devices that a driver shall give. */
export interface DeviceRequest {
  Driver: string | null;
  Count: number | null;
  DeviceIDs: string[];
  Capabilities: string[][];
  Options: Record<string, string>;
}

/** The fullest mount of a server. Ours. */
export interface DiskWorst {
  mount: string;
  /** Percent used, 0 to 100. */
  perc: number;
}

/** A volume of a swarm. */
export interface DockerClusterVolume {
  ID: string | null;
  Version: ObjectVersion | null;
  CreatedAt: string | null;
  UpdatedAt: string | null;
  Spec: ClusterVolumeSpec | null;
  Info: ClusterVolumeInfo | null;
  PublishStatus: ClusterVolumePublishStatus[];
}

/** What of a container depends on its host. */
export interface DockerHostConfig {
  CpuShares: number | null;
  Memory: number | null;
  CgroupParent: string | null;
  BlkioWeight: number | null;
  BlkioWeightDevice: ResourcesBlkioWeightDevice[];
  BlkioDeviceReadBps: ThrottleDevice[];
  BlkioDeviceWriteBps: ThrottleDevice[];
  BlkioDeviceReadIOps: ThrottleDevice[];
  BlkioDeviceWriteIOps: ThrottleDevice[];
  CpuPeriod: number | null;
  CpuQuota: number | null;
  CpuRealtimePeriod: number | null;
  CpuRealtimeRuntime: number | null;
  CpusetCpus: string | null;
  CpusetMems: string | null;
  Devices: DeviceMapping[];
  DeviceCgroupRules: string[];
  DeviceRequests: DeviceRequest[];
  MemoryReservation: number | null;
  MemorySwap: number | null;
  MemorySwappiness: number | null;
  NanoCpus: number | null;
  OomKillDisable: boolean | null;
  Init: boolean | null;
  PidsLimit: number | null;
  Ulimits: ResourcesUlimits[];
  CpuCount: number | null;
  CpuPercent: number | null;
  IOMaximumIOps: number | null;
  IOMaximumBandwidth: number | null;
  Binds: string[];
  ContainerIDFile: string | null;
  LogConfig: HostConfigLogConfig | null;
  NetworkMode: string | null;
  PortBindings: Record<string, PortBinding[]>;
  RestartPolicy: DockerRestartPolicy | null;
  AutoRemove: boolean | null;
  VolumeDriver: string | null;
  VolumesFrom: string[];
  Mounts: Mount[];
  ConsoleSize: number[];
  Annotations: Record<string, string>;
  CapAdd: string[];
  CapDrop: string[];
  CgroupnsMode: HostConfigCgroupnsModeEnum | null;
  Dns: string[];
  DnsOptions: string[];
  DnsSearch: string[];
  ExtraHosts: string[];
  GroupAdd: string[];
  IpcMode: string | null;
  Cgroup: string | null;
  Links: string[];
  OomScoreAdj: number | null;
  PidMode: string | null;
  Privileged: boolean | null;
  PublishAllPorts: boolean | null;
  ReadonlyRootfs: boolean | null;
  SecurityOpt: string[];
  StorageOpt: Record<string, string>;
  Tmpfs: Record<string, string>;
  UTSMode: string | null;
  UsernsMode: string | null;
  ShmSize: number | null;
  Sysctls: Record<string, string>;
  Runtime: string | null;
  Isolation: HostConfigIsolationEnum;
  MaskedPaths: string[];
  ReadonlyPaths: string[];
}

/** A container's networks and ports. */
export interface DockerNetworkSettings {
  SandboxID: string | null;
  Ports: Record<string, PortBinding[]>;
  SandboxKey: string | null;
  Networks: Record<string, EndpointSettings>;
}

/** When, and how often, the engine starts a container again. */
export interface DockerRestartPolicy {
  Name: RestartPolicyNameEnum;
  MaximumRetryCount: number | null;
}

/** Addresses that an endpoint was given by hand. */
export interface EndpointIpamConfig {
  IPv4Address: string | null;
  IPv6Address: string | null;
  LinkLocalIPs: string[];
}

/** A container's place in a network. */
export interface EndpointSettings {
  IPAMConfig: EndpointIpamConfig | null;
  Links: string[];
  MacAddress: string | null;
  Aliases: string[];
  NetworkID: string | null;
  EndpointID: string | null;
  Gateway: string | null;
  IPAddress: string | null;
  IPPrefixLen: number | null;
  IPv6Gateway: string | null;
  GlobalIPv6Address: string | null;
  GlobalIPv6PrefixLen: number | null;
  DriverOpts: Record<string, string>;
  DNSNames: string[];
}

/** What was built on 30 days, the earliest first. */
export interface GetBuildMonthlyStatsResponse {
  /** Hours. */
  total_time: number;
  total_count: number;
  days: BuildStatsDay[];
}

/** How many builders there are. */
export interface GetBuildersSummaryResponse {
  total: number;
}

/** How many builds there are, by state. */
export interface GetBuildsSummaryResponse {
  total: number;
  ok: number;
  failed: number;
  building: number;
  unknown: number;
}

/** How many containers there are. `stopped` counts created, paused and exited ones. */
export interface GetContainersSummaryResponse {
  total: number;
  running: number;
  stopped: number;
  unhealthy: number;
  unknown: number;
}

/** Settings of Core that clients act on. */
export interface GetCoreInfoResponse {
  title: string;
  monitoring_interval: Timelength;
  /** The address webhooks are sent to; Core's public address unless it is set. */
  webhook_base_url: string;
  /** Everybody may read everything. */
  transparent_mode: boolean;
  ui_write_disabled: boolean;
  /** Only administrators create resources. */
  disable_non_admin_create: boolean;
  disable_confirm_dialog: boolean;
  disable_websocket_reconnect: boolean;
  enable_fancy_toml: boolean;
  /** An IANA name; empty for the machine's. */
  timezone: string;
  /** What agents check Core by. */
  public_key: string;
  /** What a list answers without `limit`; 0 is all. */
  default_pagination_limit: number;
}

/** A deployment's state, and its container if there is one. */
export interface GetDeploymentContainerResponse {
  state: DeploymentState;
  container: ContainerListItem | null;
}

/** How many deployments there are, by state. `stopped` counts exited and paused ones. */
export interface GetDeploymentsSummaryResponse {
  total: number;
  running: number;
  stopped: number;
  not_deployed: number;
  unhealthy: number;
  unknown: number;
}

/** A page of a server's history, newest first; `next_page` is null on the last. */
export interface GetHistoricalServerStatsResponse {
  stats: SystemStatsRecord[];
  next_page: number | null;
}

/** How many repos there are, by state. */
export interface GetReposSummaryResponse {
  total: number;
  ok: number;
  cloning: number;
  pulling: number;
  building: number;
  failed: number;
  unknown: number;
}

/** The resource that a container belongs to. */
export interface GetResourceMatchingContainerResponse {
  resource: ResourceTarget | null;
}

/** A server's state. */
export interface GetServerStateResponse {
  status: ServerState;
}

/** How many servers there are, by state. A warning is an agent of another version than Core. */
export interface GetServersSummaryResponse {
  total: number;
  healthy: number;
  /** The agent's version is not Core's. */
  warning: number;
  unhealthy: number;
  disabled: number;
}

/** How a user is shown. */
export interface GetUsernameResponse {
  username: string;
  avatar: string | null;
}

/** Core's version. */
export interface GetVersionResponse {
  version: string;
}

/** A git provider, and the accounts that Core's settings have for it. */
export interface GitProvider {
  domain: string;
  https: boolean;
  accounts: ProviderAccount[];
}

/** An account at a git provider. For administrators' eyes. */
export interface GitProviderAccount {
  _id: Oid;
  /** The host, with `:port` where it is not the usual one. */
  domain: string;
  /** False: plain http. */
  https: boolean;
  username: string;
  /** An access token, or a private ssh key: then clones go over ssh. */
  token: string;
}

/** How the layers are stored. */
export interface GraphDriverData {
  Name: string;
  Data: Record<string, string>;
}

/** How a container's health is checked. */
export interface HealthConfig {
  Test: string[];
  Interval: number | null;
  Timeout: number | null;
  Retries: number | null;
  StartPeriod: number | null;
  StartInterval: number | null;
}

/** What a container's health check says. */
export type HealthStatusEnum =
  | ''
  | 'none'
  | 'starting'
  | 'healthy'
  | 'unhealthy';

/** One run of a health check. */
export interface HealthcheckResult {
  Start: string | null;
  End: string | null;
  ExitCode: number | null;
  Output: string | null;
}

/** Whose cgroup namespace a container has. */
export type HostConfigCgroupnsModeEnum =
  | ''
  | 'private'
  | 'host';

/** How a container on Windows is isolated. */
export type HostConfigIsolationEnum =
  | ''
  | 'default'
  | 'process'
  | 'hyperv';

/** Where a container's log goes. */
export interface HostConfigLogConfig {
  Type: string | null;
  Config: Record<string, string>;
}

/** An image. */
export interface Image {
  Id: string | null;
  Descriptor: OciDescriptor | null;
  Manifests: ImageManifestSummary[] | null;
  RepoTags: string[] | null;
  RepoDigests: string[] | null;
  Comment: string | null;
  Created: string | null;
  Author: string | null;
  Config: ImageConfig | null;
  Architecture: string | null;
  Variant: string | null;
  Os: string | null;
  OsVersion: string | null;
  Size: number | null;
  GraphDriver: GraphDriverData | null;
  RootFS: ImageInspectRootFs | null;
  Metadata: ImageInspectMetadata | null;
}

/** What an image sets for its containers. */
export interface ImageConfig {
  User: string | null;
  ExposedPorts: string[] | null;
  Env: string[] | null;
  Cmd: string[] | null;
  Healthcheck: HealthConfig | null;
  ArgsEscaped: boolean | null;
  Volumes: string[] | null;
  WorkingDir: string | null;
  Entrypoint: string[] | null;
  OnBuild: string[] | null;
  Labels: Record<string, string> | null;
  StopSignal: string | null;
  Shell: string[] | null;
}

/** One layer of an image, or a step that made none. */
export interface ImageHistoryResponseItem {
  Id: string;
  /** Unix seconds. */
  Created: number;
  CreatedBy: string;
  Tags: string[];
  /** Bytes. */
  Size: number;
  Comment: string;
}

/** What the engine notes about an image. */
export interface ImageInspectMetadata {
  LastTagTime: string | null;
}

/** An image's layers. */
export interface ImageInspectRootFs {
  Type: string;
  Layers: string[];
}

/** An image in a list. */
export interface ImageListItem {
  id: string;
  parent_id: string;
  /** The first tag, or the id where there is none. */
  name: string;
  tags: string[];
  digests: string[];
  /** Unix seconds. */
  created: number;
  /** Bytes. */
  size: number;
  in_use: boolean;
}

/** One manifest of an image. */
export interface ImageManifestSummary {
  ID: string;
  Descriptor: OciDescriptor;
  Available: boolean;
  Size: ImageManifestSummarySize;
  Kind: ImageManifestSummaryKindEnum | null;
  ImageData: ImageManifestSummaryImageData | null;
  AttestationData: ImageManifestSummaryAttestationData | null;
}

/** What an attestation is for. */
export interface ImageManifestSummaryAttestationData {
  For: string;
}

/** What is known of an image manifest. */
export interface ImageManifestSummaryImageData {
  Platform: OciPlatform;
  Containers: string[];
  Size: ImageManifestSummaryImageDataSize;
}

/** Bytes that an unpacked image takes. */
export interface ImageManifestSummaryImageDataSize {
  Unpacked: number;
}

/** What a manifest describes. */
export type ImageManifestSummaryKindEnum =
  | ''
  | 'image'
  | 'attestation'
  | 'unknown';

/** Bytes that a manifest takes. */
export interface ImageManifestSummarySize {
  Total: number;
  Content: number;
}

/** An image registry, and the accounts that Core's settings have for it. */
export interface ImageRegistry {
  domain: string;
  accounts: ProviderAccount[];
  /** Under which images are pushed. */
  organizations: string[];
}

/** An account at an image registry. For administrators' eyes. */
export interface ImageRegistryAccount {
  _id: Oid;
  domain: string;
  username: string;
  token: string;
}

/** Where an image is pushed to, and by which account. */
export interface ImageRegistryConfig {
  /** Such as `docker.io` or `ghcr.io`. Empty: the image stays on the builder. */
  domain: string;
  /** The account's name; without an organization it comes before the image's name. */
  account: string;
  /** Comes before the image's name in place of the account. */
  organization: string;
}

/** What a container does, and how it ended. */
export interface InspectedState {
  Status: ContainerState;
  Running: boolean | null;
  Paused: boolean | null;
  Restarting: boolean | null;
  OOMKilled: boolean | null;
  Dead: boolean | null;
  Pid: number | null;
  ExitCode: number | null;
  Error: string | null;
  StartedAt: string | null;
  FinishedAt: string | null;
  Health: ContainerHealth | null;
}

/** How a network gives out addresses. */
export interface Ipam {
  Driver: string | null;
  Config: IpamConfig[];
  Options: Record<string, string>;
}

/** A range of addresses. */
export interface IpamConfig {
  Subnet: string | null;
  IPRange: string | null;
  Gateway: string | null;
  AuxiliaryAddresses: Record<string, string>;
}

/** Logged in. */
export interface JwtLogin {
  type: 'Jwt';
  data: JwtResponse;
}

export type JwtOrTwoFactor = JwtLogin | TotpLogin;

/** A session's token. Browsers get the session as a cookie as well. */
export interface JwtResponse {
  jwt: string;
}

/** A page of alerts, newest first; `next_page` is null on the last. */
export interface ListAlertsResponse {
  alerts: Alert[];
  next_page: number | null;
}

/** A page of Updates, newest first; `next_page` is null on the last. */
export interface ListUpdatesResponse {
  updates: UpdateListItem[];
  next_page: number | null;
}

/** What one step of an Update did, with its output. */
export interface Log {
  stage: string;
  /** What a user may see of it: never a secret value. */
  command: string;
  stdout: string;
  stderr: string;
  success: boolean;
  /** Unix milliseconds, like `end_ts`. */
  start_ts: number;
  end_ts: number;
}

/** Which ways to log in this Core offers. */
export interface LoginOptions {
  local: boolean;
  oidc: boolean;
  github: boolean;
  google: boolean;
  registration_disabled: boolean;
  oidc_auto_redirect: boolean;
  /** There is no user yet: the first to sign up becomes the administrator. Ours. */
  no_users: boolean;
  /** The request carries a session that holds. Ours. */
  logged_in: boolean;
}

/** How often a maintenance window comes. */
export type MaintenanceScheduleType =
  | 'Daily'
  | 'Weekly'
  | 'OneTime';

/** A time in which a resource sends no alerts. */
export interface MaintenanceWindow {
  name: string;
  description: string;
  schedule_type: MaintenanceScheduleType;
  /** For weekly ones, such as `Monday`. */
  day_of_week: string;
  /** For one-time ones, `2026-12-31`. */
  date: string;
  hour: number;
  minute: number;
  duration_minutes: number;
  /** An IANA name; empty for Core's. */
  timezone: string;
  enabled: boolean;
}

/** A server's load as lists show it, disks added up. */
export interface MinimalSystemStats {
  /** Of all cores together, 0 to 100. */
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
  /** Since the measurement before. */
  network_ingress_bytes: number;
  network_egress_bytes: number;
  polling_rate: Timelength;
  /** When it was measured, in unix milliseconds. */
  refresh_ts: number;
  /** When the disks were measured, in unix milliseconds. */
  refresh_list_ts: number;
}

/** A mount as it was asked for. */
export interface Mount {
  Target: string | null;
  Source: string | null;
  Type: MountType;
  ReadOnly: boolean | null;
  Consistency: string | null;
  BindOptions: MountBindOptions | null;
  VolumeOptions: MountVolumeOptions | null;
  TmpfsOptions: MountTmpfsOptions | null;
}

/** How a directory of the host is mounted. */
export interface MountBindOptions {
  Propagation: MountBindOptionsPropagationEnum;
  NonRecursive: boolean | null;
  CreateMountpoint: boolean | null;
  ReadOnlyNonRecursive: boolean | null;
  ReadOnlyForceRecursive: boolean | null;
}

/** How mounts inside of a mount spread. */
export type MountBindOptionsPropagationEnum =
  | ''
  | 'private'
  | 'rprivate'
  | 'shared'
  | 'rshared'
  | 'slave'
  | 'rslave';

/** A mount as it is. */
export interface MountPoint {
  Type: string | null;
  Name: string | null;
  Source: string | null;
  Destination: string | null;
  Driver: string | null;
  Mode: string | null;
  RW: boolean | null;
  Propagation: string | null;
}

/** How a mount in memory is made. */
export interface MountTmpfsOptions {
  SizeBytes: number | null;
  Mode: number | null;
}

/** What is mounted. */
export type MountType =
  | 'bind'
  | 'volume'
  | 'image'
  | 'tmpfs'
  | 'npipe'
  | 'cluster';

/** How a volume is mounted. */
export interface MountVolumeOptions {
  NoCopy: boolean | null;
  Labels: Record<string, string>;
  DriverConfig: MountVolumeOptionsDriverConfig | null;
  Subpath: string | null;
}

/** The driver of a volume that is made for a mount. */
export interface MountVolumeOptionsDriverConfig {
  Name: string | null;
  Options: Record<string, string>;
}

/** A network. */
export interface Network {
  Name: string | null;
  Id: string | null;
  Created: string | null;
  Scope: string | null;
  Driver: string | null;
  EnableIPv6: boolean | null;
  IPAM: Ipam | null;
  Internal: boolean | null;
  Attachable: boolean | null;
  Ingress: boolean | null;
  Containers: NetworkContainer[];
  Options: Record<string, string>;
  Labels: Record<string, string>;
}

/** A container in a network. */
export interface NetworkContainer {
  ContainerID: string;
  Name: string | null;
  EndpointID: string | null;
  MacAddress: string | null;
  IPv4Address: string | null;
  IPv6Address: string | null;
}

/** A network in a list. */
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

/** Nothing; an empty object on the wire. */
export type NoData = Record<string, never>;

/** The version of an object in a swarm. */
export interface ObjectVersion {
  Index: number | null;
}

/** A piece of content by its digest. */
export interface OciDescriptor {
  mediaType: string | null;
  digest: string | null;
  size: number | null;
  urls: string[] | null;
  annotations: Record<string, string> | null;
  data: string | null;
  platform: OciPlatform | null;
  artifactType: string | null;
}

/** A platform that an image is for. */
export interface OciPlatform {
  architecture: string | null;
  os: string | null;
  os_version: string | null;
  os_features: string[] | null;
  variant: string | null;
}

/** A document's own id: `{"$oid": "<24 hex digits>"}`. */
export interface Oid {
  '$oid': string;
}

/** An onboarding key, without its secret. */
export interface OnboardingKey {
  public_key: string;
  enabled: boolean;
  /** Unix milliseconds; 0 is never. */
  expires: number;
  name: string;
  /** Ids of the servers that came by it. */
  onboarded: string[];
  /** Unix milliseconds. */
  created_at: number;
  /** Names of the tags that new servers get. */
  tags: string[];
  /** Also lets an agent take the place of a server that is there already. */
  privileged: boolean;
  /** The server whose config new ones get. */
  copy_server: string;
  /** Also make a builder for each new server. */
  create_builder: boolean;
  /** How many servers it may bring in all; 0 is any number. Ours. */
  uses: number;
}

/** What was done. A closed list: typed clients refuse names they do not know. */
export type Operation =
  | 'None'
  | 'CreateSwarm'
  | 'UpdateSwarm'
  | 'RenameSwarm'
  | 'DeleteSwarm'
  | 'RemoveSwarmNodes'
  | 'UpdateSwarmNode'
  | 'RemoveSwarmStacks'
  | 'RemoveSwarmServices'
  | 'CreateSwarmConfig'
  | 'RotateSwarmConfig'
  | 'RemoveSwarmConfigs'
  | 'CreateSwarmSecret'
  | 'RotateSwarmSecret'
  | 'RemoveSwarmSecrets'
  | 'CreateServer'
  | 'UpdateServer'
  | 'UpdateServerKey'
  | 'DeleteServer'
  | 'RenameServer'
  | 'StartContainer'
  | 'RestartContainer'
  | 'PauseContainer'
  | 'UnpauseContainer'
  | 'StopContainer'
  | 'DestroyContainer'
  | 'StartAllContainers'
  | 'RestartAllContainers'
  | 'PauseAllContainers'
  | 'UnpauseAllContainers'
  | 'StopAllContainers'
  | 'PruneContainers'
  | 'CreateNetwork'
  | 'DeleteNetwork'
  | 'PruneNetworks'
  | 'DeleteImage'
  | 'PruneImages'
  | 'DeleteVolume'
  | 'PruneVolumes'
  | 'PruneDockerBuilders'
  | 'PruneBuildx'
  | 'PruneSystem'
  | 'CreateStack'
  | 'UpdateStack'
  | 'RenameStack'
  | 'DeleteStack'
  | 'WriteStackContents'
  | 'RefreshStackCache'
  | 'PullStack'
  | 'DeployStack'
  | 'StartStack'
  | 'RestartStack'
  | 'PauseStack'
  | 'UnpauseStack'
  | 'StopStack'
  | 'DestroyStack'
  | 'RunStackService'
  | 'CheckStackForUpdate'
  | 'DeployStackService'
  | 'PullStackService'
  | 'StartStackService'
  | 'RestartStackService'
  | 'PauseStackService'
  | 'UnpauseStackService'
  | 'StopStackService'
  | 'DestroyStackService'
  | 'CreateDeployment'
  | 'UpdateDeployment'
  | 'RenameDeployment'
  | 'DeleteDeployment'
  | 'Deploy'
  | 'PullDeployment'
  | 'StartDeployment'
  | 'RestartDeployment'
  | 'PauseDeployment'
  | 'UnpauseDeployment'
  | 'StopDeployment'
  | 'DestroyDeployment'
  | 'CheckDeploymentForUpdate'
  | 'CreateBuild'
  | 'UpdateBuild'
  | 'RenameBuild'
  | 'DeleteBuild'
  | 'RunBuild'
  | 'CancelBuild'
  | 'WriteDockerfile'
  | 'CreateRepo'
  | 'UpdateRepo'
  | 'RenameRepo'
  | 'DeleteRepo'
  | 'CloneRepo'
  | 'PullRepo'
  | 'BuildRepo'
  | 'CancelRepoBuild'
  | 'CreateProcedure'
  | 'UpdateProcedure'
  | 'RenameProcedure'
  | 'DeleteProcedure'
  | 'RunProcedure'
  | 'CancelProcedure'
  | 'CreateAction'
  | 'UpdateAction'
  | 'RenameAction'
  | 'DeleteAction'
  | 'RunAction'
  | 'CancelAction'
  | 'CreateResourceSync'
  | 'UpdateResourceSync'
  | 'RenameResourceSync'
  | 'DeleteResourceSync'
  | 'WriteSyncContents'
  | 'CommitSync'
  | 'RunSync'
  | 'CreateBuilder'
  | 'UpdateBuilder'
  | 'RenameBuilder'
  | 'DeleteBuilder'
  | 'CreateAlerter'
  | 'UpdateAlerter'
  | 'RenameAlerter'
  | 'DeleteAlerter'
  | 'TestAlerter'
  | 'SendAlert'
  | 'ClearRepoCache'
  | 'BackupCoreDatabase'
  | 'GlobalAutoUpdate'
  | 'RotateAllServerKeys'
  | 'RotateCoreKeys'
  | 'CreateVariable'
  | 'UpdateVariableValue'
  | 'DeleteVariable'
  | 'CreateGitProviderAccount'
  | 'UpdateGitProviderAccount'
  | 'DeleteGitProviderAccount'
  | 'CreateDockerRegistryAccount'
  | 'UpdateDockerRegistryAccount'
  | 'DeleteDockerRegistryAccount';

/** How a run ended, finer than `Update.success`. Ours. */
export type Outcome =
  | 'Succeeded'
  | 'Failed'
  | 'Cancelled'
  | 'Interrupted'
  | 'RolledBack';

/** What a server's agent says of itself. */
export interface PeripheryInformation {
  version: string;
  public_key: string;
  terminals_disabled: boolean;
  container_terminals_disabled: boolean;
  /** How often the agent measures. */
  stats_polling_rate: Timelength;
  docker_connected: boolean;
  public_ip: string | null;
}

/** What somebody may do with a resource; each level includes those before it. */
export type PermissionLevel =
  | 'None'
  | 'Read'
  | 'Execute'
  | 'Write';

/** A level and the rights beside it. Also accepted as the level's name alone. */
export interface PermissionLevelAndSpecifics {
  level: PermissionLevel;
  specific: SpecificPermission[];
}

/** A port of a container, published on the host if it has a public port. */
export interface Port {
  IP: string | null;
  PrivatePort: number;
  PublicPort: number | null;
  Type: PortTypeEnum;
}

/** Where on the host a port is published. */
export interface PortBinding {
  HostIp: string | null;
  HostPort: string | null;
}

/** A port's protocol. */
export type PortTypeEnum =
  | ''
  | 'tcp'
  | 'udp'
  | 'sctp';

/** An account that can be chosen. Its token is not told. */
export interface ProviderAccount {
  username: string;
}

/** Which operations run on a repo now. */
export interface RepoActionState {
  cloning: boolean;
  pulling: boolean;
  building: boolean;
  renaming: boolean;
}

/** What users set of a repo. */
export interface RepoConfig {
  /** Where it is cloned to. Names are accepted, here and for the builder; ids are kept. */
  server_id: string;
  /** Where BuildRepo runs. */
  builder_id: string;
  /** Host, with port where it needs one. */
  git_provider: string;
  /** False for plain http. */
  git_https: boolean;
  /** The account that clones; empty for none. */
  git_account: string;
  /** `owner/name`. */
  repo: string;
  branch: string;
  /** Check out this commit in place of the branch's newest. */
  commit: string;
  /** The clone's folder: absolute, or relative to the agent's repos. Empty for the repo's name. */
  path: string;
  /** A push to the branch may clone, pull or build. */
  webhook_enabled: boolean;
  /** Empty for Core's own. */
  webhook_secret: string;
  /** Runs in the clone after it was made. */
  on_clone: SystemCommand;
  /** Runs in the clone after each pull, and after it was made. */
  on_pull: SystemCommand;
  /** URLs shown on the repo's page. */
  links: string[];
  /** Written to a file in the clone. */
  environment: string;
  /** That file, relative to the clone. */
  env_file_path: string;
  /** Take `[[NAME]]` in the config as it stands. */
  skip_secret_interp: boolean;
}

/** What Monitor keeps about a repo. */
export interface RepoInfo {
  /** Unix milliseconds; 0 before the first. */
  last_pulled_at: number;
  last_built_at: number;
  /** The commit of the newest BuildRepo, shortened. */
  built_hash: string | null;
  built_message: string | null;
  /** The newest commit of the branch, shortened. */
  latest_hash: string | null;
  latest_message: string | null;
  /** The commit that is checked out on the server, shortened. */
  cloned_hash: string | null;
  cloned_message: string | null;
}

/** A repo's state as lists show it. */
export interface RepoListItemInfo {
  server_id: string;
  server_name: string;
  builder_id: string;
  last_pulled_at: number;
  last_built_at: number;
  git_provider: string;
  repo: string;
  branch: string;
  /** The repository in a browser; empty without one. */
  repo_link: string;
  state: RepoState;
  cloned_hash: string | null;
  cloned_message: string | null;
  built_hash: string | null;
  latest_hash: string | null;
  /** The operation that runs on the repo now. */
  busy: string | null;
  /** The id of that operation's Update. */
  busy_update: string | null;
  builder_name: string;
}

/** By what repos alone can be filtered. An empty list filters nothing. */
export interface RepoQuerySpecifics {
  /** `owner/name`. */
  repos: string[];
  server_ids: string[];
  states: RepoState[];
}

/** By what a list of repos is sorted. */
export type RepoSortBy =
  | 'Name'
  | 'Repo'
  | 'Branch'
  | 'State';

/** How a repo's newest run went. */
export type RepoState =
  | 'Cloning'
  | 'Pulling'
  | 'Building'
  | 'Ok'
  | 'Failed'
  | 'Unknown';

/** A resource as stored and answered: what its users configure, and what Monitor keeps about it. */
export interface Resource<Config, Info> {
  _id: Oid;
  name: string;
  description: string;
  /** To make others from; not meant to run. */
  template: boolean;
  /** Ids. */
  tags: string[];
  info: Info;
  config: Config;
  /** What every user may do with it. */
  base_permission: PermissionLevelAndSpecifics;
  /** Unix milliseconds. */
  updated_at: number;
  /** Id of the user who made it or changed its config last: what it does by itself is done with their rights. Ours. */
  owner: string | null;
}

/** The kinds of resource, by their names on the wire. `System` stands for Monitor itself. */
export type ResourceKind =
  | 'System'
  | 'Swarm'
  | 'Server'
  | 'Stack'
  | 'Deployment'
  | 'Build'
  | 'Repo'
  | 'Procedure'
  | 'Action'
  | 'Builder'
  | 'Alerter'
  | 'ResourceSync';

/** A resource in a list: `info` is computed from what is known of its state now. */
export interface ResourceListItem<Info> {
  id: string;
  type: ResourceKind;
  name: string;
  template: boolean;
  tags: string[];
  info: Info;
}

/** Which resources to list. An empty list filters nothing. */
export interface ResourceQuery<Specifics> {
  /** Each must be in the name, whatever its case. */
  terms: string[];
  /** Names or ids. */
  names: string[];
  /** Names or ids. */
  tags: string[];
  tag_behavior: TagQueryBehavior;
  templates: TemplatesQueryBehavior;
  specific: Specifics | null;
}

/** One resource: its kind and its id (24 hex digits; `system` for the kind System). */
export interface ResourceTarget {
  type: ResourceKind;
  id: string;
}

/** A device's share of I/O. */
export interface ResourcesBlkioWeightDevice {
  Path: string | null;
  Weight: number | null;
}

/** A limit on a resource of the container's processes. */
export interface ResourcesUlimits {
  Name: string | null;
  Soft: number | null;
  Hard: number | null;
}

/** When Docker starts the container again by itself. */
export type RestartMode =
  | 'no'
  | 'on-failure'
  | 'always'
  | 'unless-stopped';

/** When the engine starts a container again. */
export type RestartPolicyNameEnum =
  | ''
  | 'no'
  | 'always'
  | 'unless-stopped'
  | 'on-failure';

/** Whether a line must hold all terms of a search or any of them. */
export type SearchCombinator =
  | 'Or'
  | 'And';

/** An error: what went wrong, and what caused that, one cause a line. */
export interface Serror {
  error: string;
  trace: string[];
}

export type Server = Resource<ServerConfig, ServerInfo>;
export type ServerListItem = ResourceListItem<ServerListItemInfo>;
export type ServerQuery = ResourceQuery<ServerQuerySpecifics>;
export type Deployment = Resource<DeploymentConfig, DeploymentInfo>;
export type DeploymentListItem = ResourceListItem<DeploymentListItemInfo>;
export type DeploymentQuery = ResourceQuery<DeploymentQuerySpecifics>;
export type Build = Resource<BuildConfig, BuildInfo>;
export type BuildListItem = ResourceListItem<BuildListItemInfo>;
export type BuildQuery = ResourceQuery<BuildQuerySpecifics>;
export type Repo = Resource<RepoConfig, RepoInfo>;
export type RepoListItem = ResourceListItem<RepoListItemInfo>;
export type RepoQuery = ResourceQuery<RepoQuerySpecifics>;
export type Builder = Resource<BuilderConfig, null>;
export type BuilderListItem = ResourceListItem<BuilderListItemInfo>;
export type BuilderQuery = ResourceQuery<BuilderQuerySpecifics>;

/** Which operations run on a server now: prunes as flags, the others as counts. */
export interface ServerActionState {
  pruning_networks: boolean;
  pruning_containers: boolean;
  pruning_images: boolean;
  pruning_volumes: boolean;
  pruning_builders: boolean;
  pruning_buildx: boolean;
  pruning_system: boolean;
  starting_containers: number;
  restarting_containers: number;
  pausing_containers: number;
  unpausing_containers: number;
  stopping_containers: number;
  destroying_containers: number;
}

/** From which percentage on a server's use is a warning, and from which critical. */
export interface ServerAlertingThresholds {
  cpu_warning: number;
  cpu_critical: number;
  mem_warning: number;
  mem_critical: number;
  disk_warning: number;
  disk_critical: number;
}

/** Servers that build. Of several, the reachable one that builds least builds next. */
export interface ServerBuilderConfig {
  /** Names are accepted; ids are kept. */
  server_ids: string[];
}

/** What users set of a server. */
export interface ServerConfig {
  /** Where Core dials the agent: `host:port`, or a ws or wss URL. Empty where the agent dials Core. */
  address: string;
  /** Take any TLS certificate of the agent; the link is sealed by itself. */
  insecure_tls: boolean;
  /** Host for links to containers' ports; empty for that of `address`. */
  external_address: string;
  /** A label, free to choose. */
  region: string;
  /** Core keeps no link to a disabled server and runs nothing on it. */
  enabled: boolean;
  /** Rotating the keys of all servers includes this one. */
  auto_rotate_keys: boolean;
  /** Of no use any more; kept so that configs of older clients stay whole. */
  passkey: string;
  /** Mounts that disk figures leave out, with all below them. */
  ignore_mounts: string[];
  /** Remove images that no container uses each day. */
  auto_prune: boolean;
  /** URLs shown on the server's page. */
  links: string[];
  /** Watch the machine's load and keep its history. */
  stats_monitoring: boolean;
  send_unreachable_alerts: boolean;
  send_cpu_alerts: boolean;
  send_mem_alerts: boolean;
  send_disk_alerts: boolean;
  send_version_mismatch_alerts: boolean;
  /** Percent, like the five that follow. */
  cpu_warning: number;
  cpu_critical: number;
  mem_warning: number;
  mem_critical: number;
  disk_warning: number;
  disk_critical: number;
  maintenance_windows: MaintenanceWindow[];
}

/** What Monitor keeps about a server. */
export interface ServerInfo {
  /** The key that an agent showed in place of the expected one, for an administrator to accept. */
  attempted_public_key: string;
  /** The key that the agent must prove to have. Empty until it was onboarded. */
  public_key: string;
}

/** A server's state as lists show it. */
export interface ServerListItemInfo {
  state: ServerState;
  /** Why there is no link. */
  err: Serror | null;
  /** Null while the agent is away. */
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
  /** The agent's version; null until it was heard. */
  version: string | null;
  public_key: string | null;
  attempted_public_key: string | null;
  terminals_disabled: boolean;
  container_terminals_disabled: boolean;
  /** The operation that runs on the server now. */
  busy: string | null;
  /** The id of that operation's Update. */
  busy_update: string | null;
  /** When the agent was last heard, in unix milliseconds of Core's clock. */
  seen_ms: number | null;
  /** CPU percent of each of the last 60 minutes, oldest first. */
  sparkline?: number[];
  disk_worst: DiskWorst | null;
  containers: ContainerCounts | null;
  /** Version of the Docker engine; null where none answers. */
  docker: string | null;
  /** Round trip of the link's last ping. */
  latency_ms: number | null;
}

/** By what servers alone can be filtered. An empty list filters nothing. */
export interface ServerQuerySpecifics {
  states: ServerState[];
}

/** By what a list of servers is sorted. */
export type ServerSortBy =
  | 'Name'
  | 'Region'
  | 'Version'
  | 'State'
  | 'Cpu'
  | 'Memory'
  | 'Disk'
  | 'LoadAverage'
  | 'Network';

/** Whether a server's agent is linked. */
export type ServerState =
  | 'Ok'
  | 'NotOk'
  | 'Disabled';

/** Whether a list has the service users too, none of them, or only them. */
export type ServiceUserQueryBehavior =
  | 'Include'
  | 'Exclude'
  | 'Only';

/** How bad it is. */
export type SeverityLevel =
  | 'OK'
  | 'WARNING'
  | 'CRITICAL';

/** How full one mount is. */
export interface SingleDiskUsage {
  mount: string;
  file_system: string;
  used_gb: number;
  total_gb: number;
}

/** A right apart from the levels. */
export type SpecificPermission =
  | 'Terminal'
  | 'Attach'
  | 'Inspect'
  | 'Logs'
  | 'Processes';

/** What a stack's containers do now. */
export type StackState =
  | 'deploying'
  | 'running'
  | 'paused'
  | 'stopped'
  | 'created'
  | 'restarting'
  | 'dead'
  | 'removing'
  | 'unhealthy'
  | 'down'
  | 'unknown';

/** A command that users wrote, run by a shell on a server. Without `command` nothing is run. */
export interface SystemCommand {
  /** The folder it runs in, relative to the clone. */
  path: string;
  /** One or more lines; unless `shell_mode`, each line is run only if the one before it succeeded. */
  command: string;
  /** Give the text to the shell as it stands. */
  shell_mode: boolean;
}

/** A server's hardware and operating system. */
export interface SystemInformation {
  name: string | null;
  os: string | null;
  kernel: string | null;
  /** Physical cores. */
  core_count: number | null;
  logical_core_count: number | null;
  host_name: string | null;
  cpu_brand: string;
  cpu_arch: string;
}

/** Processes that ran or waited to, on average over 1, 5 and 15 minutes. */
export interface SystemLoadAverage {
  one: number;
  five: number;
  fifteen: number;
}

/** A process on a server. */
export interface SystemProcess {
  pid: number;
  name: string;
  exe: string;
  cmd: string[];
  /** Unix milliseconds. */
  start_time: number;
  /** Of one core: two busy ones are 200. */
  cpu_perc: number;
  mem_mb: number;
  /** Since the measurement before, like `disk_write_kb`. */
  disk_read_kb: number;
  disk_write_kb: number;
}

/** A server's load at one moment. */
export interface SystemStats {
  /** Of all cores together, 0 to 100. */
  cpu_perc: number;
  load_average: SystemLoadAverage;
  mem_free_gb: number;
  mem_used_gb: number;
  mem_total_gb: number;
  mem_buff_cache_gb: number;
  /** The cache of ZFS, which is not counted as used. */
  mem_zfs_arc_gb: number;
  swap_total_gb: number;
  swap_used_gb: number;
  disks: SingleDiskUsage[];
  /** Since the measurement before. */
  network_ingress_bytes: number;
  network_egress_bytes: number;
  polling_rate: Timelength;
  /** When it was measured, in unix milliseconds. */
  refresh_ts: number;
  /** When the disks were measured, in unix milliseconds. */
  refresh_list_ts: number;
}

/** A server's load in the history: the average over one step of the granularity. */
export interface SystemStatsRecord {
  /** Unix milliseconds, a multiple of the granularity. */
  ts: number;
  /** The server's id. */
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

/** A tag. */
export interface Tag {
  _id: Oid;
  name: string;
  /** Id of the user who made it. */
  owner: string;
  color: TagColor;
}

/** A tag's colour. */
export type TagColor =
  | 'LightSlate'
  | 'Slate'
  | 'DarkSlate'
  | 'LightRed'
  | 'Red'
  | 'DarkRed'
  | 'LightOrange'
  | 'Orange'
  | 'DarkOrange'
  | 'LightAmber'
  | 'Amber'
  | 'DarkAmber'
  | 'LightYellow'
  | 'Yellow'
  | 'DarkYellow'
  | 'LightLime'
  | 'Lime'
  | 'DarkLime'
  | 'LightGreen'
  | 'Green'
  | 'DarkGreen'
  | 'LightEmerald'
  | 'Emerald'
  | 'DarkEmerald'
  | 'LightTeal'
  | 'Teal'
  | 'DarkTeal'
  | 'LightCyan'
  | 'Cyan'
  | 'DarkCyan'
  | 'LightSky'
  | 'Sky'
  | 'DarkSky'
  | 'LightBlue'
  | 'Blue'
  | 'DarkBlue'
  | 'LightIndigo'
  | 'Indigo'
  | 'DarkIndigo'
  | 'LightViolet'
  | 'Violet'
  | 'DarkViolet'
  | 'LightPurple'
  | 'Purple'
  | 'DarkPurple'
  | 'LightFuchsia'
  | 'Fuchsia'
  | 'DarkFuchsia'
  | 'LightPink'
  | 'Pink'
  | 'DarkPink'
  | 'LightRose'
  | 'Rose'
  | 'DarkRose';

/** Whether a resource must have all tags of a query or any of them. */
export type TagQueryBehavior =
  | 'All'
  | 'Any';

/** Whether a list has the templates too, only other resources, or only templates. */
export type TemplatesQueryBehavior =
  | 'Include'
  | 'Exclude'
  | 'Only';

/** The signal that ends a container. Also accepted by its number. */
export type TerminationSignal =
  | 'SIGHUP'
  | 'SIGINT'
  | 'SIGQUIT'
  | 'SIGTERM';

/** A limit on a device's I/O a second. */
export interface ThrottleDevice {
  Path: string | null;
  Rate: number | null;
}

/** A length of time by name. */
export type Timelength =
  | '1-sec'
  | '2-sec'
  | '3-sec'
  | '5-sec'
  | '10-sec'
  | '15-sec'
  | '30-sec'
  | '1-min'
  | '2-min'
  | '3-min'
  | '5-min'
  | '10-min'
  | '15-min'
  | '30-min'
  | '1-hr'
  | '2-hr'
  | '3-hr'
  | '6-hr'
  | '8-hr'
  | '12-hr'
  | '1-day'
  | '2-day'
  | '3-day'
  | '1-wk'
  | '2-wk'
  | '30-day';

/** A TOML document. */
export interface TomlResponse {
  toml: string;
}

/** Where in a cluster something is. */
export interface Topology {
  Segments?: Record<string, string> | null;
}

/** The password was right; `CompleteTotpLogin` with a code comes next. */
export interface TotpLogin {
  type: 'Totp';
  data: NoData;
}

/** The record of something that was done or is being done. */
export interface Update {
  _id: Oid;
  operation: Operation;
  /** Unix milliseconds, like `end_ts`. */
  start_ts: number;
  /** True until a step fails. */
  success: boolean;
  /** Id of the user, or the name of the part of Monitor, that did it. */
  operator: string;
  target: ResourceTarget;
  logs: Log[];
  /** Null until it is complete. */
  end_ts: number | null;
  status: UpdateStatus;
  /** Left out where there is none. */
  version?: Version;
  commit_hash?: string;
  other_data?: string;
  /** The resource before, where the Update changed its config. */
  prev_toml?: string;
  /** The resource after. */
  current_toml?: string;
  /** Null until the run is complete. */
  outcome: Outcome | null;
  steps?: UpdateStep[];
}

/** An Update in a list, without its logs. */
export interface UpdateListItem {
  id: string;
  operation: Operation;
  start_ts: number;
  success: boolean;
  /** The operator's name. */
  username: string;
  operator: string;
  target: ResourceTarget;
  status: UpdateStatus;
  version?: Version;
  other_data?: string;
  end_ts: number | null;
  outcome: Outcome | null;
  /** The step that runs now. */
  step: string | null;
}

/** A stretch of a run's output. */
export interface UpdateOutput {
  lines: UpdateOutputLine[];
  /** The number to pass as `after` to read on; equals the given one where there was nothing more. */
  last: number;
  /** The run has ended and nothing follows these lines. */
  complete: boolean;
}

/** One line that a run printed. */
export interface UpdateOutputLine {
  /** Its number within the Update, from 1, without gaps. */
  seq: number;
  /** The index of its step in `Update.steps`. */
  step: number;
  stage: string;
  /** `out`, `err`, or `sys` for what Monitor itself says. */
  stream: string;
  /** When it was printed, in unix milliseconds of Core's clock. */
  ts: number;
  text: string;
}

/** How far an Update is. */
export type UpdateStatus =
  | 'Queued'
  | 'InProgress'
  | 'Complete';

/** One step of a run, without its output. Ours. */
export interface UpdateStep {
  index: number;
  stage: string;
  /** What a user may see of the command: never a secret value. */
  command: string;
  /** Null while it runs. */
  success: boolean | null;
  start_ts: number;
  end_ts: number | null;
}

/** An agent that Core dials for the time of a build. */
export interface UrlBuilderConfig {
  /** `host:port`, or an http, https, ws or wss URL. */
  address: string;
  /** The key that the agent must prove to have. */
  periphery_public_key: string;
  /** Take any TLS certificate of the agent; the link is sealed by itself. */
  insecure_tls: boolean;
  /** Of no use any more; kept so that configs of older clients stay whole. */
  passkey: string;
}

/** A user. Answers never hold password, secrets or keys. */
export interface User {
  _id: Oid;
  username: string;
  /** A disabled user can log in and do nothing else. */
  enabled: boolean;
  /** The first user: can make administrators. */
  super_admin: boolean;
  admin: boolean;
  create_server_permissions: boolean;
  create_build_permissions: boolean;
  config: UserConfig;
  /** Further ways to log in, by kind. */
  linked_logins: Record<string, UserConfig>;
  totp: UserTotpConfig;
  passkey: UserPasskeyConfig;
  /** No second factor after logging in elsewhere. */
  external_skip_2fa: boolean;
  /** When they last looked at the Updates, in unix milliseconds. */
  last_update_view: number;
  /** Ids of what they viewed last, newest first, ten of each kind. */
  recents: Partial<Record<ResourceKind, string[]>>;
  /** What they may do with every resource of a kind. */
  all: Partial<Record<ResourceKind, PermissionLevelAndSpecifics>>;
  updated_at: number;
}

export type UserConfig = UserConfigLocal | UserConfigGoogle | UserConfigGithub | UserConfigOidc | UserConfigService;

/** A user who logs in by GitHub. */
export interface UserConfigGithub {
  type: 'Github';
  data: UserConfigGithubFields;
}

/** Who a user is at GitHub. */
export interface UserConfigGithubFields {
  github_id: string;
  avatar: string;
}

/** A user who logs in by Google. */
export interface UserConfigGoogle {
  type: 'Google';
  data: UserConfigGoogleFields;
}

/** Who a user is at Google. */
export interface UserConfigGoogleFields {
  google_id: string;
  avatar: string;
}

/** A user who logs in by name and password. */
export interface UserConfigLocal {
  type: 'Local';
  data: UserConfigLocalFields;
}

/** A password, answered as `########`. */
export interface UserConfigLocalFields {
  password: string;
}

/** A user who logs in by OpenID Connect. */
export interface UserConfigOidc {
  type: 'Oidc';
  data: UserConfigOidcFields;
}

/** Who a user is at an OpenID Connect provider. */
export interface UserConfigOidcFields {
  provider: string;
  user_id: string;
}

/** A user that cannot log in and acts by API keys alone. */
export interface UserConfigService {
  type: 'Service';
  data: UserConfigServiceFields;
}

/** What a service user is for. */
export interface UserConfigServiceFields {
  description: string;
}

/** Who the caller is. */
export interface UserIdResponse {
  id: string;
}

/** A user's passkey; answered without the key. */
export interface UserPasskeyConfig {
  passkey: unknown;
  /** Unix milliseconds; 0 while there is none. */
  created_at: number;
}

/** A user's one-time codes; answered without secret and recovery codes. */
export interface UserTotpConfig {
  secret: string;
  /** Unix milliseconds; 0 while there is none. */
  confirmed_at: number;
  recovery_codes: string[];
}

/** A value by name. A secret one is answered as `########` to all but administrators. */
export interface Variable {
  name: string;
  description: string;
  /** May have several lines. */
  value: string;
  /** Its value is not shown in Updates and logs. */
  is_secret: boolean;
}

/** A build's version. 0.0.0 means none, or the latest. Also accepted as `"1.2.3"`. */
export interface Version {
  major: number;
  minor: number;
  patch: number;
}

/** A volume. */
export interface Volume {
  Name: string;
  Driver: string;
  Mountpoint: string;
  CreatedAt: string | null;
  Status: string[] | null;
  Labels: Record<string, string>;
  Scope: VolumeScopeEnum;
  ClusterVolume: DockerClusterVolume | null;
  Options: Record<string, string>;
  UsageData: VolumeUsageData | null;
}

/** A volume in a list. */
export interface VolumeListItem {
  name: string;
  driver: string;
  mountpoint: string;
  created: string | null;
  scope: VolumeScopeEnum;
  /** Bytes; null where that is not measured. */
  size: number | null;
  in_use: boolean;
}

/** Whether a volume is known on its machine alone or in the whole swarm. */
export type VolumeScopeEnum =
  | ''
  | 'local'
  | 'global';

/** How large a volume is, and how many containers use it. */
export interface VolumeUsageData {
  Size: number;
  RefCount: number;
}

/** Every request by its group: what is given, and what is answered. */
export interface Requests {
  'auth/login': {
    /** Which ways to log in there are. */
    GetLoginOptions: [Record<string, never>, LoginOptions];
    /**
     * Makes a user and logs them in.
     *
     * The first user ever becomes administrator; later ones wait until an administrator enables them.
     * 401 if registration is disabled, 400 for a bad or taken name or password.
     */
    SignUpLocalUser: [
      {
        username: string;
        password: string;
      },
      JwtResponse,
    ];
    /** Logs in by name and password. 401 if they do not match, 429 after too many failures. */
    LoginLocalUser: [
      {
        username: string;
        password: string;
      },
      JwtOrTwoFactor,
    ];
    /** Ends the session that the request carries and clears its cookie. Ours. */
    Logout: [Record<string, never>, NoData];
  };
  'auth/manage': {
    /** The caller's own id. */
    GetUserId: [Record<string, never>, UserIdResponse];
    /** Changes the caller's name. 400 if it is taken or looks like an id. */
    UpdateUsername: [
      {
        username: string;
      },
      NoData,
    ];
    /** Changes the caller's password; their other sessions end. */
    UpdatePassword: [
      {
        password: string;
      },
      NoData,
    ];
    /** Makes an API key with the caller's rights. The secret is answered this once. */
    CreateApiKey: [
      {
        name: string;
        /** Unix milliseconds; 0 is never. */
        expires?: number;
      },
      CreateApiKeyResponse,
    ];
    /** Deletes one of the caller's API keys. 403 if it is another user's, 404 if there is none. */
    DeleteApiKey: [
      {
        key: string;
      },
      NoData,
    ];
  };
  'read': {
    /** Which version Core is. */
    GetVersion: [Record<string, never>, GetVersionResponse];
    /** Core's title, public address, public key and the switches that the browser app follows. */
    GetCoreInfo: [Record<string, never>, GetCoreInfoResponse];
    /** A user's name and picture, by id. */
    GetUsername: [
      {
        user_id: string;
      },
      GetUsernameResponse,
    ];
    /** What you may do with a resource. */
    GetPermission: [
      {
        target: ResourceTarget;
      },
      PermissionLevelAndSpecifics,
    ];
    /** One user, by id or name. 404 if there is none. Administrators only. */
    FindUser: [
      {
        user: string;
      },
      User,
    ];
    /** All users, by name. Administrators only. */
    ListUsers: [
      {
        service_users?: ServiceUserQueryBehavior;
      },
      User[],
    ];
    /** Your own API keys, without their secrets. */
    ListApiKeys: [Record<string, never>, ApiKey[]];
    /** The API keys of a service user, without their secrets. Administrators only. */
    ListApiKeysForServiceUser: [
      {
        user: string;
      },
      ApiKey[],
    ];
    /**
     * All onboarding keys: those that never expire first, then the latest expiry first.
     *
     * Administrators only.
     */
    ListOnboardingKeys: [Record<string, never>, OnboardingKey[]];
    /** One tag. 404 if there is none. */
    GetTag: [
      {
        tag: string;
      },
      Tag,
    ];
    /** All tags, by name. `query` is a MongoDB filter on a tag's fields. */
    ListTags: [
      {
        query?: Record<string, unknown> | null;
      },
      Tag[],
    ];
    /** The names of the secrets in Core's settings. `target` is a Server or Builder; 400 for another kind. */
    ListSecrets: [
      {
        target?: ResourceTarget | null;
      },
      string[],
    ];
    /** One variable. 404 if there is none. */
    GetVariable: [
      {
        name: string;
      },
      Variable,
    ];
    /** All variables, by name. */
    ListVariables: [Record<string, never>, Variable[]];
    /**
     * The git providers of Core's settings, and those that builds and repos you may read use, by domain.
     *
     * `target` is a Server or Builder; 400 for another kind.
     */
    ListGitProvidersFromConfig: [
      {
        target?: ResourceTarget | null;
      },
      GitProvider[],
    ];
    /**
     * The image registries of Core's settings, and those that builds you may read push to, by domain.
     *
     * `target` is a Server or Builder; 400 for another kind.
     */
    ListImageRegistriesFromConfig: [
      {
        target?: ResourceTarget | null;
      },
      ImageRegistry[],
    ];
    /** A git account with its token. 404 if there is none. Administrators only. */
    GetGitProviderAccount: [
      {
        id: string;
      },
      GitProviderAccount,
    ];
    /** The git accounts with their tokens, by domain and username. Administrators only. */
    ListGitProviderAccounts: [
      {
        domain?: string | null;
        username?: string | null;
      },
      GitProviderAccount[],
    ];
    /** A registry account with its token. 404 if there is none. Administrators only. */
    GetImageRegistryAccount: [
      {
        id: string;
      },
      ImageRegistryAccount,
    ];
    /** The registry accounts with their tokens, by domain and username. Administrators only. */
    ListImageRegistryAccounts: [
      {
        domain?: string | null;
        username?: string | null;
      },
      ImageRegistryAccount[],
    ];
    /** One Update with its logs. A step that still runs has `success: true` and its last 64 KiB so far. */
    GetUpdate: [
      {
        id: string;
      },
      Update,
    ];
    /**
     * Updates of what you may read, newest first, 100 a page.
     *
     * `query` is a MongoDB filter on an Update's fields, such as `{"target.type": "Server"}`; 400 where it names
     * a field or an operator that there is not.
     */
    ListUpdates: [
      {
        query?: Record<string, unknown> | null;
        page?: number;
      },
      ListUpdatesResponse,
    ];
    /** The output of a run line by line, also while it runs. Ours. */
    GetUpdateOutput: [
      {
        id: string;
        /** Lines with a higher number only. */
        after?: number;
        /** At most so many lines, up to 10,000. */
        limit?: number;
      },
      UpdateOutput,
    ];
    /** One alert. 404 if there is none, or none about what you may see. */
    GetAlert: [
      {
        id: string;
      },
      Alert,
    ];
    /**
     * Alerts about what you may read, newest first, 100 a page.
     *
     * `query` is a MongoDB filter on an alert's fields, such as `{"resolved": false}`; 400 where it names a field or an
     * operator that there is not.
     */
    ListAlerts: [
      {
        query?: Record<string, unknown> | null;
        page?: number;
      },
      ListAlertsResponse,
    ];
    /** The given resources as TOML, names in place of ids; what you may not read is left out. */
    ExportResourcesToToml: [
      {
        targets?: ResourceTarget[];
        /** Ids or names. */
        user_groups?: string[];
        include_variables?: boolean;
      },
      TomlResponse,
    ];
    /** All resources you may read as TOML, those of a kind by name; secret variables as you see them elsewhere. */
    ExportAllResourcesToToml: [
      {
        include_resources?: boolean;
        /** Ids or names: only what has all of them. */
        tags?: string[];
        include_variables?: boolean;
        /** Groups are not built yet: nothing. */
        include_user_groups?: boolean;
      },
      TomlResponse,
    ];
    /** How many servers you may read there are, by state. */
    GetServersSummary: [Record<string, never>, GetServersSummaryResponse];
    /** One server. 404 if there is none, or none you may see. */
    GetServer: [
      {
        server: string;
      },
      Resource<ServerConfig, ServerInfo>,
    ];
    /** Whether a server's agent is linked. */
    GetServerState: [
      {
        server: string;
      },
      GetServerStateResponse,
    ];
    /** What a server's agent says of itself. 503 if it is away. */
    GetPeripheryInformation: [
      {
        server: string;
      },
      PeripheryInformation,
    ];
    /** Which operations run on a server now. */
    GetServerActionState: [
      {
        server: string;
      },
      ServerActionState,
    ];
    /** Servers you may read. */
    ListServers: [
      {
        query?: ResourceQuery<ServerQuerySpecifics>;
        /** From 0. */
        page?: number;
        /** Servers a page; 0, and null by default, is all. */
        limit?: number | null;
        sort_by?: ServerSortBy;
        sort_desc?: boolean;
      },
      ResourceListItem<ServerListItemInfo>[],
    ];
    /** Servers you may read, with their whole config, by name. */
    ListFullServers: [
      {
        query?: ResourceQuery<ServerQuerySpecifics>;
        page?: number;
        limit?: number | null;
      },
      Resource<ServerConfig, ServerInfo>[],
    ];
    /** A server's hardware and operating system. 503 if its agent was never heard. */
    GetSystemInformation: [
      {
        server: string;
      },
      SystemInformation,
    ];
    /** A server's load as last reported. 503 if its agent is away. */
    GetSystemStats: [
      {
        server: string;
      },
      SystemStats,
    ];
    /** A server's load over time, 200 records a page. */
    GetHistoricalServerStats: [
      {
        server: string;
        /** The step between two records. */
        granularity: Timelength;
        page?: number;
      },
      GetHistoricalServerStatsResponse,
    ];
    /**
     * The processes on a server, those that use most of the CPU first.
     *
     * Needs the permission Processes.
     */
    ListSystemProcesses: [
      {
        server: string;
      },
      SystemProcess[],
    ];
    /** How many containers there are on the servers you may read, by state. */
    GetContainersSummary: [Record<string, never>, GetContainersSummaryResponse];
    /** Containers of all servers you may read. Empty filters filter nothing. */
    ListAllContainers: [
      {
        /** Ids or names. */
        servers?: string[];
        /** Of the servers. Ids or names. */
        tags?: string[];
        /** Each must be in the container's name. */
        terms?: string[];
        state?: ContainerState[];
        page?: number;
        /** Containers a page; 0, and null by default, is all. */
        limit?: number | null;
        sort_by?: ContainerSortBy;
        sort_desc?: boolean;
      },
      ContainerListItem[],
    ];
    /** Containers of a server, running or not, as last reported; none if the agent was never heard. */
    ListContainers: [
      {
        server: string;
      },
      ContainerListItem[],
    ];
    /**
     * Everything Docker says of a container.
     *
     * Needs the permission Inspect; 404 if there is no such container, 503 if the agent is away.
     */
    InspectContainer: [
      {
        server: string;
        container: string;
      },
      Container,
    ];
    /** The deployment that a container belongs to, by the name it was deployed under; null if none does. */
    GetResourceMatchingContainer: [
      {
        server: string;
        container: string;
      },
      GetResourceMatchingContainerResponse,
    ];
    /** The end of a container's log. Needs the permission Logs; 503 if the agent is away. */
    GetContainerLog: [
      {
        server: string;
        container: string;
        /** So many lines, at most 5,000. */
        tail?: number;
        timestamps?: boolean;
      },
      Log,
    ];
    /** The lines among a container's last 5,000 that hold the terms. Needs the permission Logs. */
    SearchContainerLog: [
      {
        server: string;
        container: string;
        terms: string[];
        combinator?: SearchCombinator;
        /** The lines that do not match. */
        invert?: boolean;
        timestamps?: boolean;
      },
      Log,
    ];
    /** Compose projects on a server, by the labels of their containers, as last reported. */
    ListComposeProjects: [
      {
        server: string;
      },
      ComposeProject[],
    ];
    /** Networks of a server, as last reported. */
    ListNetworks: [
      {
        server: string;
      },
      NetworkListItem[],
    ];
    /**
     * Everything Docker says of a network.
     *
     * 404 if there is no such network, 503 if the agent is away.
     */
    InspectNetwork: [
      {
        server: string;
        network: string;
      },
      Network,
    ];
    /** Images of a server, as last reported. */
    ListImages: [
      {
        server: string;
      },
      ImageListItem[],
    ];
    /**
     * Everything Docker says of an image.
     *
     * 404 if there is no such image, 503 if the agent is away.
     */
    InspectImage: [
      {
        server: string;
        image: string;
      },
      Image,
    ];
    /**
     * How an image was made, newest layer first.
     *
     * 404 if there is no such image, 503 if the agent is away.
     */
    ListImageHistory: [
      {
        server: string;
        image: string;
      },
      ImageHistoryResponseItem[],
    ];
    /** Volumes of a server, as last reported. */
    ListVolumes: [
      {
        server: string;
      },
      VolumeListItem[],
    ];
    /**
     * Everything Docker says of a volume.
     *
     * 404 if there is no such volume, 503 if the agent is away.
     */
    InspectVolume: [
      {
        server: string;
        volume: string;
      },
      Volume,
    ];
    /** How many deployments you may read there are, by state. */
    GetDeploymentsSummary: [Record<string, never>, GetDeploymentsSummaryResponse];
    /** One deployment. 404 if there is none, or none you may see. */
    GetDeployment: [
      {
        deployment: string;
      },
      Resource<DeploymentConfig, DeploymentInfo>,
    ];
    /** A deployment's container as last reported. */
    GetDeploymentContainer: [
      {
        deployment: string;
      },
      GetDeploymentContainerResponse,
    ];
    /** Which operations run on a deployment now. */
    GetDeploymentActionState: [
      {
        deployment: string;
      },
      DeploymentActionState,
    ];
    /** What a deployment's container uses now. 404 if there is no container. */
    GetDeploymentStats: [
      {
        deployment: string;
      },
      ContainerStats,
    ];
    /** The end of a deployment's log. Needs the permission Logs; 503 if the agent is away. */
    GetDeploymentLog: [
      {
        deployment: string;
        /** So many lines, at most 5,000. */
        tail?: number;
        timestamps?: boolean;
      },
      Log,
    ];
    /** The lines among a deployment's last 5,000 that hold the terms. Needs the permission Logs. */
    SearchDeploymentLog: [
      {
        deployment: string;
        terms: string[];
        combinator?: SearchCombinator;
        /** The lines that do not match. */
        invert?: boolean;
        timestamps?: boolean;
      },
      Log,
    ];
    /** Everything Docker says of a deployment's container. Needs the permission Inspect. */
    InspectDeploymentContainer: [
      {
        deployment: string;
      },
      Container,
    ];
    /** Deployments you may read. */
    ListDeployments: [
      {
        query?: ResourceQuery<DeploymentQuerySpecifics>;
        /** From 0. */
        page?: number;
        /** Deployments a page; 0, and null by default, is all. */
        limit?: number | null;
        sort_by?: DeploymentSortBy;
        sort_desc?: boolean;
      },
      ResourceListItem<DeploymentListItemInfo>[],
    ];
    /** Deployments you may read, with their whole config, by name. */
    ListFullDeployments: [
      {
        query?: ResourceQuery<DeploymentQuerySpecifics>;
        page?: number;
        limit?: number | null;
      },
      Resource<DeploymentConfig, DeploymentInfo>[],
    ];
    /** The extra arguments that your deployments use, each once, sorted. */
    ListCommonDeploymentExtraArgs: [
      {
        query?: ResourceQuery<DeploymentQuerySpecifics>;
      },
      string[],
    ];
    /** How many builds you may read there are, by state. */
    GetBuildsSummary: [Record<string, never>, GetBuildsSummaryResponse];
    /** One build. 404 if there is none, or none you may see. */
    GetBuild: [
      {
        build: string;
      },
      Resource<BuildConfig, BuildInfo>,
    ];
    /** Which operations run on a build now. */
    GetBuildActionState: [
      {
        build: string;
      },
      BuildActionState,
    ];
    /** How many of the builds you may read ran on each of 30 days, and how long. */
    GetBuildMonthlyStats: [
      {
        /** 0 is the 30 days until today, 1 the 30 before, and so on. */
        page?: number;
      },
      GetBuildMonthlyStatsResponse,
    ];
    /** The versions that a build has made, newest first. */
    ListBuildVersions: [
      {
        build: string;
        major?: number | null;
        minor?: number | null;
        patch?: number | null;
        /** At most so many; 0 and null are all. */
        limit?: number | null;
      },
      BuildVersionResponseItem[],
    ];
    /** Builds you may read. */
    ListBuilds: [
      {
        query?: ResourceQuery<BuildQuerySpecifics>;
        /** From 0. */
        page?: number;
        /** Builds a page; 0, and null by default, is all. */
        limit?: number | null;
        sort_by?: BuildSortBy;
        sort_desc?: boolean;
      },
      ResourceListItem<BuildListItemInfo>[],
    ];
    /** Builds you may read, with their whole config, by name. */
    ListFullBuilds: [
      {
        query?: ResourceQuery<BuildQuerySpecifics>;
        page?: number;
        limit?: number | null;
      },
      Resource<BuildConfig, BuildInfo>[],
    ];
    /** The extra arguments that your builds use, each once, sorted. */
    ListCommonBuildExtraArgs: [
      {
        query?: ResourceQuery<BuildQuerySpecifics>;
      },
      string[],
    ];
    /** How many repos you may read there are, by state. */
    GetReposSummary: [Record<string, never>, GetReposSummaryResponse];
    /** One repo. 404 if there is none, or none you may see. */
    GetRepo: [
      {
        repo: string;
      },
      Resource<RepoConfig, RepoInfo>,
    ];
    /** Which operations run on a repo now. */
    GetRepoActionState: [
      {
        repo: string;
      },
      RepoActionState,
    ];
    /** Repos you may read. */
    ListRepos: [
      {
        query?: ResourceQuery<RepoQuerySpecifics>;
        /** From 0. */
        page?: number;
        /** Repos a page; 0, and null by default, is all. */
        limit?: number | null;
        sort_by?: RepoSortBy;
        sort_desc?: boolean;
      },
      ResourceListItem<RepoListItemInfo>[],
    ];
    /** Repos you may read, with their whole config, by name. */
    ListFullRepos: [
      {
        query?: ResourceQuery<RepoQuerySpecifics>;
        page?: number;
        limit?: number | null;
      },
      Resource<RepoConfig, RepoInfo>[],
    ];
    /** How many builders you may read there are. */
    GetBuildersSummary: [Record<string, never>, GetBuildersSummaryResponse];
    /** One builder. 404 if there is none, or none you may see. */
    GetBuilder: [
      {
        builder: string;
      },
      Resource<BuilderConfig, null>,
    ];
    /** Builders you may read. */
    ListBuilders: [
      {
        query?: ResourceQuery<BuilderQuerySpecifics>;
        /** From 0. */
        page?: number;
        /** Builders a page; 0, and null by default, is all. */
        limit?: number | null;
        sort_by?: BuilderSortBy;
        sort_desc?: boolean;
      },
      ResourceListItem<BuilderListItemInfo>[],
    ];
    /** Builders you may read, with their whole config, by name. */
    ListFullBuilders: [
      {
        query?: ResourceQuery<BuilderQuerySpecifics>;
        page?: number;
        limit?: number | null;
      },
      Resource<BuilderConfig, null>[],
    ];
  };
  'write': {
    /** Puts a resource first among those you viewed last; ten of each kind are kept. */
    PushRecentlyViewed: [
      {
        resource: ResourceTarget;
      },
      NoData,
    ];
    /** Says that you have seen all Updates up to now. */
    SetLastSeenUpdate: [Record<string, never>, NoData];
    /** Creates an enabled user with a password. 400 if the name is taken. Administrators only. */
    CreateLocalUser: [
      {
        username: string;
        password: string;
      },
      User,
    ];
    /**
     * Deletes a user and answers who it was.
     *
     * Not oneself; administrators by a super-admin alone. Administrators only.
     */
    DeleteUser: [
      {
        user: string;
      },
      User,
    ];
    /** Creates a user that acts by API keys alone. 400 if the name is taken. Administrators only. */
    CreateServiceUser: [
      {
        username: string;
        description: string;
      },
      User,
    ];
    /** Changes what a service user is for. Administrators only. */
    UpdateServiceUserDescription: [
      {
        username: string;
        description: string;
      },
      User,
    ];
    /** Creates an API key with a service user's rights. Administrators only. */
    CreateApiKeyForServiceUser: [
      {
        user_id: string;
        name: string;
        /** Unix milliseconds; 0 is never. */
        expires?: number;
      },
      CreateApiKeyResponse,
    ];
    /** Deletes an API key of a service user. 404 if there is none. Administrators only. */
    DeleteApiKeyForServiceUser: [
      {
        key: string;
      },
      NoData,
    ];
    /** Makes a user administrator, or takes that back. Super-admins only. */
    UpdateUserAdmin: [
      {
        user_id: string;
        admin: boolean;
      },
      NoData,
    ];
    /** Enables or disables a user, and says what they may create. Administrators only. */
    UpdateUserBasePermissions: [
      {
        user_id: string;
        enabled?: boolean | null;
        create_servers?: boolean | null;
        create_builds?: boolean | null;
      },
      NoData,
    ];
    /** Creates an onboarding key. Administrators only. */
    CreateOnboardingKey: [
      {
        name: string;
        /** Unix milliseconds; 0 is never. */
        expires?: number;
        /** The secret to use; without one it is made. */
        private_key?: string | null;
        tags?: string[];
        privileged?: boolean;
        copy_server?: string;
        create_builder?: boolean;
        /** How many servers it may bring in all; 0 is any number. Ours. */
        uses?: number;
      },
      CreateOnboardingKeyResponse,
    ];
    /** Changes what is given of an onboarding key. 404 if there is none. Administrators only. */
    UpdateOnboardingKey: [
      {
        public_key: string;
        enabled?: boolean | null;
        name?: string | null;
        expires?: number | null;
        tags?: string[] | null;
        privileged?: boolean | null;
        copy_server?: string | null;
        create_builder?: boolean | null;
      },
      OnboardingKey,
    ];
    /**
     * Deletes an onboarding key; servers that came by it stay.
     *
     * 404 if there is none. Administrators only.
     */
    DeleteOnboardingKey: [
      {
        public_key: string;
      },
      OnboardingKey,
    ];
    /** Creates a tag that you own. 409 if the name is taken. */
    CreateTag: [
      {
        name: string;
        color?: TagColor | null;
      },
      Tag,
    ];
    /** Deletes a tag and takes it off all resources. Its owner and administrators may. */
    DeleteTag: [
      {
        id: string;
      },
      Tag,
    ];
    /** Renames a tag. Its owner and administrators may. 409 if the name is taken. */
    RenameTag: [
      {
        id: string;
        name: string;
      },
      Tag,
    ];
    /** Changes a tag's colour. Its owner and administrators may. */
    UpdateTagColor: [
      {
        tag: string;
        color: TagColor;
      },
      Tag,
    ];
    /** Creates a variable. 400 for a name that can't be, 409 if it is taken. Administrators only. */
    CreateVariable: [
      {
        /** Letters, digits, `_`, `-` and `.`, a letter or `_` first. */
        name: string;
        value?: string;
        description?: string;
        is_secret?: boolean;
      },
      Variable,
    ];
    /** Changes a variable's value. 404 if there is none. Administrators only. */
    UpdateVariableValue: [
      {
        name: string;
        value: string;
      },
      Variable,
    ];
    /** Changes what a variable is said to be for. 404 if there is none. Administrators only. */
    UpdateVariableDescription: [
      {
        name: string;
        description: string;
      },
      Variable,
    ];
    /** Makes a variable secret, or takes that back. 404 if there is none. Administrators only. */
    UpdateVariableIsSecret: [
      {
        name: string;
        is_secret: boolean;
      },
      Variable,
    ];
    /** Deletes a variable. 404 if there is none. Administrators only. */
    DeleteVariable: [
      {
        name: string;
      },
      Variable,
    ];
    /** Stores a git account. 409 if there is one of this name at the domain. Administrators only. */
    CreateGitProviderAccount: [
      {
        account: Partial<GitProviderAccount>;
      },
      GitProviderAccount,
    ];
    /** Changes what is given of a git account. 404 if there is none. Administrators only. */
    UpdateGitProviderAccount: [
      {
        id: string;
        account: Partial<GitProviderAccount>;
      },
      GitProviderAccount,
    ];
    /** Deletes a git account. 404 if there is none. Administrators only. */
    DeleteGitProviderAccount: [
      {
        id: string;
      },
      GitProviderAccount,
    ];
    /** Stores a registry account. 409 if there is one of this name at the domain. Administrators only. */
    CreateImageRegistryAccount: [
      {
        account: Partial<ImageRegistryAccount>;
      },
      ImageRegistryAccount,
    ];
    /** Changes what is given of a registry account. 404 if there is none. Administrators only. */
    UpdateImageRegistryAccount: [
      {
        id: string;
        account: Partial<ImageRegistryAccount>;
      },
      ImageRegistryAccount,
    ];
    /** Deletes a registry account. 404 if there is none. Administrators only. */
    DeleteImageRegistryAccount: [
      {
        id: string;
      },
      ImageRegistryAccount,
    ];
    /** Changes a resource's description, tags, or whether it is a template. Needs Write on it. */
    UpdateResourceMeta: [
      {
        target: ResourceTarget;
        description?: string | null;
        template?: boolean | null;
        /** All tags it shall have, by id or name; names that there are not become new tags. */
        tags?: string[] | null;
      },
      NoData,
    ];
    /** Says that an alert is over. 404 if there is none. Administrators only. */
    CloseAlert: [
      {
        id: string;
      },
      NoData,
    ];
    /**
     * Creates a server.
     *
     * 409 if the name is taken. With `enabled` and an address Core dials its agent at once.
     */
    CreateServer: [
      {
        name: string;
        config?: Partial<ServerConfig>;
        /** The key that the agent must prove to have; without one it is taken from the onboarding. */
        public_key?: string | null;
      },
      Resource<ServerConfig, ServerInfo>,
    ];
    /** Creates a server with another one's config. 409 if the name is taken. */
    CopyServer: [
      {
        name: string;
        id: string;
        public_key?: string | null;
      },
      Resource<ServerConfig, ServerInfo>,
    ];
    /**
     * Deletes a server and answers what it was; what runs on the machine stays.
     *
     * 409 if it is busy.
     */
    DeleteServer: [
      {
        id: string;
      },
      Resource<ServerConfig, ServerInfo>,
    ];
    /** Changes a server's config. 409 if it is busy. */
    UpdateServer: [
      {
        id: string;
        config: Partial<ServerConfig>;
      },
      Resource<ServerConfig, ServerInfo>,
    ];
    /** Renames a server. 409 if the name is taken. */
    RenameServer: [
      {
        id: string;
        name: string;
      },
      Update,
    ];
    /** Sets the public key that a server's agent must prove to have. */
    UpdateServerPublicKey: [
      {
        server: string;
        public_key: string;
      },
      Update,
    ];
    /** Creates a bridge network on a server. Needs Write on the server. */
    CreateNetwork: [
      {
        server: string;
        name: string;
      },
      Update,
    ];
    /** Creates a deployment; nothing is started. 409 if the name is taken. */
    CreateDeployment: [
      {
        name: string;
        config?: Partial<DeploymentConfig>;
      },
      Resource<DeploymentConfig, DeploymentInfo>,
    ];
    /** Creates a deployment with another one's config. 409 if the name is taken. */
    CopyDeployment: [
      {
        name: string;
        id: string;
      },
      Resource<DeploymentConfig, DeploymentInfo>,
    ];
    /**
     * Creates a deployment that describes a container which is there already.
     *
     * Needs Inspect and Attach on the server. The container goes on as it is until the first deploy.
     */
    CreateDeploymentFromContainer: [
      {
        /** The container's name, which becomes the deployment's. */
        name: string;
        server: string;
      },
      Resource<DeploymentConfig, DeploymentInfo>,
    ];
    /**
     * Stops and removes the container, then deletes the deployment, and answers what it was.
     *
     * 409 if it is busy.
     */
    DeleteDeployment: [
      {
        id: string;
      },
      Resource<DeploymentConfig, DeploymentInfo>,
    ];
    /**
     * Changes a deployment's config; the container changes with the next deploy.
     *
     * 409 if it is busy.
     */
    UpdateDeployment: [
      {
        id: string;
        config: Partial<DeploymentConfig>;
      },
      Resource<DeploymentConfig, DeploymentInfo>,
    ];
    /** Renames a deployment, and its container unless that has a name of its own. */
    RenameDeployment: [
      {
        id: string;
        name: string;
      },
      Update,
    ];
    /** Creates a build; nothing is built yet. 403 without the right to create builds, 409 if the name is taken. */
    CreateBuild: [
      {
        name: string;
        config?: Partial<BuildConfig>;
      },
      Resource<BuildConfig, BuildInfo>,
    ];
    /** Creates a build with another one's config, from version 0.0.0 on. 409 if the name is taken. */
    CopyBuild: [
      {
        name: string;
        id: string;
      },
      Resource<BuildConfig, BuildInfo>,
    ];
    /** Deletes a build, and answers what it was. Its images stay. 409 if it is busy. */
    DeleteBuild: [
      {
        id: string;
      },
      Resource<BuildConfig, BuildInfo>,
    ];
    /** Changes a build's config. 409 if it is busy. */
    UpdateBuild: [
      {
        id: string;
        config: Partial<BuildConfig>;
      },
      Resource<BuildConfig, BuildInfo>,
    ];
    /** Renames a build; later images have the new name. 409 if the name is taken. */
    RenameBuild: [
      {
        id: string;
        name: string;
      },
      Update,
    ];
    /**
     * Writes a build's Dockerfile where it lies: on the builder's host, or as a commit that is pushed to its branch.
     *
     * 400 for a build whose Dockerfile is part of its config.
     */
    WriteBuildFileContents: [
      {
        build: string;
        contents: string;
      },
      Update,
    ];
    /** Reads a build's Dockerfile and its branch's newest commit again. Needs Execute. */
    RefreshBuildCache: [
      {
        build: string;
      },
      NoData,
    ];
    /** Creates a repo; nothing is cloned yet. 409 if the name is taken. */
    CreateRepo: [
      {
        name: string;
        config?: Partial<RepoConfig>;
      },
      Resource<RepoConfig, RepoInfo>,
    ];
    /** Creates a repo with another one's config. 409 if the name is taken. */
    CopyRepo: [
      {
        name: string;
        id: string;
      },
      Resource<RepoConfig, RepoInfo>,
    ];
    /** Removes the clone from its server, then deletes the repo, and answers what it was. 409 if it is busy. */
    DeleteRepo: [
      {
        id: string;
      },
      Resource<RepoConfig, RepoInfo>,
    ];
    /** Changes a repo's config; the clone changes with the next clone or pull. 409 if it is busy. */
    UpdateRepo: [
      {
        id: string;
        config: Partial<RepoConfig>;
      },
      Resource<RepoConfig, RepoInfo>,
    ];
    /** Renames a repo, and its clone's folder unless that has a path of its own. 409 if the name is taken. */
    RenameRepo: [
      {
        id: string;
        name: string;
      },
      Update,
    ];
    /** Reads the newest commit of a repo's branch again. Needs Execute. */
    RefreshRepoCache: [
      {
        repo: string;
      },
      NoData,
    ];
    /** Creates a builder; without a config one of no servers. Administrators only. 409 if the name is taken. */
    CreateBuilder: [
      {
        name: string;
        config?: Partial<BuilderConfig>;
      },
      Resource<BuilderConfig, null>,
    ];
    /** Creates a builder with another one's config. Needs Write on that one. 409 if the name is taken. */
    CopyBuilder: [
      {
        name: string;
        id: string;
      },
      Resource<BuilderConfig, null>,
    ];
    /** Deletes a builder, and answers what it was. Builds and repos that used it stay, without one. */
    DeleteBuilder: [
      {
        id: string;
      },
      Resource<BuilderConfig, null>,
    ];
    /** Changes a builder's config. Another type starts from that type's defaults. */
    UpdateBuilder: [
      {
        id: string;
        config: Partial<BuilderConfig>;
      },
      Resource<BuilderConfig, null>,
    ];
    /** Renames a builder. 409 if the name is taken. */
    RenameBuilder: [
      {
        id: string;
        name: string;
      },
      Update,
    ];
  };
  'execute': {
    /**
     * Ends a run: no further step starts, the running one gets TERM, after 10 s KILL. Ours.
     *
     * Answers the Update that is being cancelled. Needs the level that starting it needed; 409 if it is complete.
     */
    CancelUpdate: [
      {
        id: string;
      },
      Update,
    ];
    /** Starts a container. */
    StartContainer: [
      {
        server: string;
        container: string;
      },
      Update,
    ];
    /** Restarts a container. */
    RestartContainer: [
      {
        server: string;
        container: string;
      },
      Update,
    ];
    /** Freezes a container's processes. */
    PauseContainer: [
      {
        server: string;
        container: string;
      },
      Update,
    ];
    /** Lets a paused container's processes go on. */
    UnpauseContainer: [
      {
        server: string;
        container: string;
      },
      Update,
    ];
    /** Stops a container: the signal, then KILL when the time is over. */
    StopContainer: [
      {
        server: string;
        container: string;
        signal?: TerminationSignal | null;
        /** Seconds until KILL. */
        time?: number | null;
      },
      Update,
    ];
    /** Stops a container and removes it. Its volumes stay. */
    DestroyContainer: [
      {
        server: string;
        container: string;
        signal?: TerminationSignal | null;
        /** Seconds until KILL. */
        time?: number | null;
      },
      Update,
    ];
    /** Starts every stopped container of a server, except those labelled `komodo.skip`. */
    StartAllContainers: [
      {
        server: string;
      },
      Update,
    ];
    /** Restarts every container of a server, except those labelled `komodo.skip`. */
    RestartAllContainers: [
      {
        server: string;
      },
      Update,
    ];
    /** Pauses every running container of a server, except those labelled `komodo.skip`. */
    PauseAllContainers: [
      {
        server: string;
      },
      Update,
    ];
    /** Unpauses every paused container of a server, except those labelled `komodo.skip`. */
    UnpauseAllContainers: [
      {
        server: string;
      },
      Update,
    ];
    /** Stops every running container of a server, except those labelled `komodo.skip`. */
    StopAllContainers: [
      {
        server: string;
      },
      Update,
    ];
    /** Removes a server's stopped containers. */
    PruneContainers: [
      {
        server: string;
      },
      Update,
    ];
    /** Deletes a network of a server. */
    DeleteNetwork: [
      {
        server: string;
        name: string;
      },
      Update,
    ];
    /** Deletes a server's networks that no container uses. */
    PruneNetworks: [
      {
        server: string;
      },
      Update,
    ];
    /** Deletes an image of a server, by name or id. */
    DeleteImage: [
      {
        server: string;
        name: string;
      },
      Update,
    ];
    /** Deletes a server's images that no container uses. */
    PruneImages: [
      {
        server: string;
      },
      Update,
    ];
    /** Deletes a volume of a server with all that is in it. */
    DeleteVolume: [
      {
        server: string;
        name: string;
      },
      Update,
    ];
    /** Deletes a server's volumes that no container uses, with all that is in them. */
    PruneVolumes: [
      {
        server: string;
      },
      Update,
    ];
    /** Empties the build cache of a server's Docker engine. */
    PruneDockerBuilders: [
      {
        server: string;
      },
      Update,
    ];
    /** Empties the build cache of a server's buildx. */
    PruneBuildx: [
      {
        server: string;
      },
      Update,
    ];
    /** Deletes a server's stopped containers, unused networks, images and volumes, with all that is in them. */
    PruneSystem: [
      {
        server: string;
      },
      Update,
    ];
    /**
     * Makes the container as the config says, and replaces the one that runs.
     *
     * Image and container are made first. If the new one does not come up healthy, the old one runs on and the Update fails
     * with the stage Rollback.
     */
    Deploy: [
      {
        deployment: string;
        /** For the old container, in place of its config's. */
        stop_signal?: TerminationSignal | null;
        /** Seconds until KILL, in place of its config's. */
        stop_time?: number | null;
      },
      Update,
    ];
    /** Deploys every matching deployment. */
    BatchDeploy: [
      {
        /** Names, comma or newline separated; `*` and `?` are wildcards, `\regex\` is a regular expression. */
        pattern: string;
        tags?: string[];
      },
      BatchExecutionResponseItem[],
    ];
    /** Pulls a deployment's image. The container goes on as it is. */
    PullDeployment: [
      {
        deployment: string;
      },
      Update,
    ];
    /** Starts a deployment's container. */
    StartDeployment: [
      {
        deployment: string;
      },
      Update,
    ];
    /** Restarts a deployment's container. */
    RestartDeployment: [
      {
        deployment: string;
      },
      Update,
    ];
    /** Freezes the processes of a deployment's container. */
    PauseDeployment: [
      {
        deployment: string;
      },
      Update,
    ];
    /** Lets the processes of a paused deployment go on. */
    UnpauseDeployment: [
      {
        deployment: string;
      },
      Update,
    ];
    /** Stops a deployment's container; without signal and time as its config says. */
    StopDeployment: [
      {
        deployment: string;
        signal?: TerminationSignal | null;
        /** Seconds until KILL. */
        time?: number | null;
      },
      Update,
    ];
    /** Stops and removes a deployment's container; the deployment stays. Volumes stay too. */
    DestroyDeployment: [
      {
        deployment: string;
        signal?: TerminationSignal | null;
        /** Seconds until KILL. */
        time?: number | null;
      },
      Update,
    ];
    /** Destroys the containers of every matching deployment. */
    BatchDestroyDeployment: [
      {
        /** Names, comma or newline separated; `*` and `?` are wildcards, `\regex\` is a regular expression. */
        pattern: string;
        tags?: string[];
      },
      BatchExecutionResponseItem[],
    ];
    /**
     * Builds an image, pushes it, and deploys the deployments that follow the build.
     *
     * The version goes up only if the build succeeds. 409 while the build runs already.
     */
    RunBuild: [
      {
        build: string;
      },
      Update,
    ];
    /** Runs every matching build. */
    BatchRunBuild: [
      {
        /** Names, comma or newline separated; `*` and `?` are wildcards, `\regex\` is a regular expression. */
        pattern: string;
        tags?: string[];
      },
      BatchExecutionResponseItem[],
    ];
    /** Ends a build that runs. 409 if it does not run. The answered Update is complete at once. */
    CancelBuild: [
      {
        build: string;
      },
      Update,
    ];
    /** Clones a repo to its server anew. */
    CloneRepo: [
      {
        repo: string;
      },
      Update,
    ];
    /** Clones every matching repo. */
    BatchCloneRepo: [
      {
        /** Names, comma or newline separated; `*` and `?` are wildcards, `\regex\` is a regular expression. */
        pattern: string;
        tags?: string[];
      },
      BatchExecutionResponseItem[],
    ];
    /** Brings a repo's clone up to its branch, or makes it where it is not there yet. */
    PullRepo: [
      {
        repo: string;
      },
      Update,
    ];
    /** Pulls every matching repo. */
    BatchPullRepo: [
      {
        /** Names, comma or newline separated; `*` and `?` are wildcards, `\regex\` is a regular expression. */
        pattern: string;
        tags?: string[];
      },
      BatchExecutionResponseItem[],
    ];
    /** Clones or pulls a repo on its builder, and runs its commands there. */
    BuildRepo: [
      {
        repo: string;
      },
      Update,
    ];
    /** Builds every matching repo. */
    BatchBuildRepo: [
      {
        /** Names, comma or newline separated; `*` and `?` are wildcards, `\regex\` is a regular expression. */
        pattern: string;
        tags?: string[];
      },
      BatchExecutionResponseItem[],
    ];
    /** Ends a BuildRepo that runs. 409 if none does. The answered Update is complete at once. */
    CancelRepoBuild: [
      {
        repo: string;
      },
      Update,
    ];
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
