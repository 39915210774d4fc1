"""What `docker inspect` says of a container, image, network or volume, under the Docker Engine's own names.

Three things differ from the engine, as the contract has them: `ExposedPorts` and `Volumes` of a container are lists of
keys, and `Containers` of a network is a list with `ContainerID` inside. Sizes are bytes, durations nanoseconds.
"""

from enum import StrEnum

from msgspec import UNSET, Struct, UnsetType, field

from monitor.api.docker import ContainerStateStatusEnum, VolumeScopeEnum


class HealthStatusEnum(StrEnum):
    """What a container's health check says."""

    EMPTY = ""
    NONE = "none"
    STARTING = "starting"
    HEALTHY = "healthy"
    UNHEALTHY = "unhealthy"


class HealthcheckResult(Struct, frozen=True, kw_only=True):
    """One run of a health check."""

    Start: str | None = None
    End: str | None = None
    ExitCode: int | None = None
    Output: str | None = None


class ContainerHealth(Struct, frozen=True, kw_only=True):
    """A container's health and its last checks."""

    Status: HealthStatusEnum = HealthStatusEnum.EMPTY
    FailingStreak: int | None = None
    Log: tuple[HealthcheckResult, ...] = ()


class ContainerState(Struct, frozen=True, kw_only=True):
    """What a container does, and how it ended."""

    Status: ContainerStateStatusEnum = ContainerStateStatusEnum.EMPTY
    Running: bool | None = None
    Paused: bool | None = None
    Restarting: bool | None = None
    OOMKilled: bool | None = None
    Dead: bool | None = None
    Pid: int | None = None
    ExitCode: int | None = None
    Error: str | None = None
    StartedAt: str | None = None
    FinishedAt: str | None = None
    Health: ContainerHealth | None = None


class OciPlatform(Struct, frozen=True, kw_only=True):
    """A platform that an image is for."""

    architecture: str | None = None
    os: str | None = None
    os_version: str | None = None
    os_features: tuple[str, ...] | None = None
    variant: str | None = None


class OciDescriptor(Struct, frozen=True, kw_only=True):
    """A piece of content by its digest."""

    mediaType: str | None = None
    digest: str | None = None
    size: int | None = None
    urls: tuple[str, ...] | None = None
    annotations: dict[str, str] | None = None
    data: str | None = None
    platform: OciPlatform | None = None
    artifactType: str | None = None


class ImageManifestSummarySize(Struct, frozen=True, kw_only=True):
    """Bytes that a manifest takes."""

    Total: int
    Content: int


class ImageManifestSummaryKindEnum(StrEnum):
    """What a manifest describes."""

    EMPTY = ""
    IMAGE = "image"
    ATTESTATION = "attestation"
    UNKNOWN = "unknown"


class ImageManifestSummaryImageDataSize(Struct, frozen=True, kw_only=True):
    """Bytes that an unpacked image takes."""

    Unpacked: int


class ImageManifestSummaryImageData(Struct, frozen=True, kw_only=True):
    """What is known of an image manifest."""

    Platform: OciPlatform
    Containers: tuple[str, ...]
    Size: ImageManifestSummaryImageDataSize


class ImageManifestSummaryAttestationData(Struct, frozen=True, kw_only=True):
    """What an attestation is for."""

    For: str


class ImageManifestSummary(Struct, frozen=True, kw_only=True):
    """One manifest of an image."""

    ID: str
    Descriptor: OciDescriptor
    Available: bool
    Size: ImageManifestSummarySize
    Kind: ImageManifestSummaryKindEnum | None = None
    ImageData: ImageManifestSummaryImageData | None = None
    AttestationData: ImageManifestSummaryAttestationData | None = None


class HealthConfig(Struct, frozen=True, kw_only=True):
    """How a container's health is checked."""

    Test: tuple[str, ...] = ()
    Interval: int | None = None
    Timeout: int | None = None
    Retries: int | None = None
    StartPeriod: int | None = None
    StartInterval: int | None = None


class ImageConfig(Struct, frozen=True, kw_only=True):
    """What an image sets for its containers."""

    User: str | None = None
    ExposedPorts: tuple[str, ...] | None = None
    Env: tuple[str, ...] | None = None
    Cmd: tuple[str, ...] | None = None
    Healthcheck: HealthConfig | None = None
    ArgsEscaped: bool | None = None
    Volumes: tuple[str, ...] | None = None
    WorkingDir: str | None = None
    Entrypoint: tuple[str, ...] | None = None
    OnBuild: tuple[str, ...] | None = None
    Labels: dict[str, str] | None = None
    StopSignal: str | None = None
    Shell: tuple[str, ...] | None = None


class GraphDriverData(Struct, frozen=True, kw_only=True):
    """How the layers are stored."""

    Name: str = ""
    Data: dict[str, str] = field(default_factory=dict)


class ImageInspectRootFs(Struct, frozen=True, kw_only=True):
    """An image's layers."""

    Type: str = ""
    Layers: tuple[str, ...] = ()


class ImageInspectMetadata(Struct, frozen=True, kw_only=True):
    """What the engine notes about an image."""

    LastTagTime: str | None = None


class Image(Struct, frozen=True, kw_only=True):
    """An image."""

    Id: str | None = None
    Descriptor: OciDescriptor | None = None
    Manifests: tuple[ImageManifestSummary, ...] | None = None
    RepoTags: tuple[str, ...] | None = None
    RepoDigests: tuple[str, ...] | None = None
    Comment: str | None = None
    Created: str | None = None
    Author: str | None = None
    Config: ImageConfig | None = None
    Architecture: str | None = None
    Variant: str | None = None
    Os: str | None = None
    OsVersion: str | None = None
    Size: int | None = None
    GraphDriver: GraphDriverData | None = None
    RootFS: ImageInspectRootFs | None = None
    Metadata: ImageInspectMetadata | None = None


class ResourcesBlkioWeightDevice(Struct, frozen=True, kw_only=True):
    """A device's share of I/O."""

    Path: str | None = None
    Weight: int | None = None


class ThrottleDevice(Struct, frozen=True, kw_only=True):
    """A limit on a device's I/O a second."""

    Path: str | None = None
    Rate: int | None = None


class DeviceMapping(Struct, frozen=True, kw_only=True):
    """A device of the host in the container."""

    PathOnHost: str | None = None
    PathInContainer: str | None = None
    CgroupPermissions: str | None = None


class DeviceRequest(Struct, frozen=True, kw_only=True):
    """Devices that a driver shall give."""

    Driver: str | None = None
    Count: int | None = None
    DeviceIDs: tuple[str, ...] = ()
    Capabilities: tuple[tuple[str, ...], ...] = ()
    Options: dict[str, str] = field(default_factory=dict)


class ResourcesUlimits(Struct, frozen=True, kw_only=True):
    """A limit on a resource of the container's processes."""

    Name: str | None = None
    Soft: int | None = None
    Hard: int | None = None


class HostConfigLogConfig(Struct, frozen=True, kw_only=True):
    """Where a container's log goes."""

    Type: str | None = None
    Config: dict[str, str] = field(default_factory=dict)


class PortBinding(Struct, frozen=True, kw_only=True):
    """Where on the host a port is published."""

    HostIp: str | None = None
    HostPort: str | None = None


class RestartPolicyNameEnum(StrEnum):
    """When the engine starts a container again."""

    EMPTY = ""
    NO = "no"
    ALWAYS = "always"
    UNLESS_STOPPED = "unless-stopped"
    ON_FAILURE = "on-failure"


class DockerRestartPolicy(Struct, frozen=True, kw_only=True):
    """When, and how often, the engine starts a container again."""

    Name: RestartPolicyNameEnum = RestartPolicyNameEnum.EMPTY
    MaximumRetryCount: int | None = None


class MountType(StrEnum):
    """What is mounted."""

    BIND = "bind"
    VOLUME = "volume"
    IMAGE = "image"
    TMPFS = "tmpfs"
    NPIPE = "npipe"
    CLUSTER = "cluster"


class MountBindOptionsPropagationEnum(StrEnum):
    """How mounts inside of a mount spread."""

    EMPTY = ""
    PRIVATE = "private"
    RPRIVATE = "rprivate"
    SHARED = "shared"
    RSHARED = "rshared"
    SLAVE = "slave"
    RSLAVE = "rslave"


class MountBindOptions(Struct, frozen=True, kw_only=True):
    """How a directory of the host is mounted."""

    Propagation: MountBindOptionsPropagationEnum = MountBindOptionsPropagationEnum.EMPTY
    NonRecursive: bool | None = None
    CreateMountpoint: bool | None = None
    ReadOnlyNonRecursive: bool | None = None
    ReadOnlyForceRecursive: bool | None = None


class MountVolumeOptionsDriverConfig(Struct, frozen=True, kw_only=True):
    """The driver of a volume that is made for a mount."""

    Name: str | None = None
    Options: dict[str, str] = field(default_factory=dict)


class MountVolumeOptions(Struct, frozen=True, kw_only=True):
    """How a volume is mounted."""

    NoCopy: bool | None = None
    Labels: dict[str, str] = field(default_factory=dict)
    DriverConfig: MountVolumeOptionsDriverConfig | None = None
    Subpath: str | None = None


class MountTmpfsOptions(Struct, frozen=True, kw_only=True):
    """How a mount in memory is made."""

    SizeBytes: int | None = None
    Mode: int | None = None


class Mount(Struct, frozen=True, kw_only=True):
    """A mount as it was asked for."""

    Target: str | None = None
    Source: str | None = None
    Type: MountType = MountType.BIND
    ReadOnly: bool | None = None
    Consistency: str | None = None
    BindOptions: MountBindOptions | None = None
    VolumeOptions: MountVolumeOptions | None = None
    TmpfsOptions: MountTmpfsOptions | None = None


class HostConfigCgroupnsModeEnum(StrEnum):
    """Whose cgroup namespace a container has."""

    EMPTY = ""
    PRIVATE = "private"
    HOST = "host"


class HostConfigIsolationEnum(StrEnum):
    """How a container on Windows is isolated."""

    EMPTY = ""
    DEFAULT = "default"
    PROCESS = "process"
    HYPERV = "hyperv"


class DockerHostConfig(Struct, frozen=True, kw_only=True):
    """What of a container depends on its host."""

    CpuShares: int | None = None
    Memory: int | None = None
    CgroupParent: str | None = None
    BlkioWeight: int | None = None
    BlkioWeightDevice: tuple[ResourcesBlkioWeightDevice, ...] = ()
    BlkioDeviceReadBps: tuple[ThrottleDevice, ...] = ()
    BlkioDeviceWriteBps: tuple[ThrottleDevice, ...] = ()
    BlkioDeviceReadIOps: tuple[ThrottleDevice, ...] = ()
    BlkioDeviceWriteIOps: tuple[ThrottleDevice, ...] = ()
    CpuPeriod: int | None = None
    CpuQuota: int | None = None
    CpuRealtimePeriod: int | None = None
    CpuRealtimeRuntime: int | None = None
    CpusetCpus: str | None = None
    CpusetMems: str | None = None
    Devices: tuple[DeviceMapping, ...] = ()
    DeviceCgroupRules: tuple[str, ...] = ()
    DeviceRequests: tuple[DeviceRequest, ...] = ()
    MemoryReservation: int | None = None
    MemorySwap: int | None = None
    MemorySwappiness: int | None = None
    NanoCpus: int | None = None
    OomKillDisable: bool | None = None
    Init: bool | None = None
    PidsLimit: int | None = None
    Ulimits: tuple[ResourcesUlimits, ...] = ()
    CpuCount: int | None = None
    CpuPercent: int | None = None
    IOMaximumIOps: int | None = None
    IOMaximumBandwidth: int | None = None
    Binds: tuple[str, ...] = ()
    ContainerIDFile: str | None = None
    LogConfig: HostConfigLogConfig | None = None
    NetworkMode: str | None = None
    PortBindings: dict[str, tuple[PortBinding, ...]] = field(default_factory=dict)
    RestartPolicy: DockerRestartPolicy | None = None
    AutoRemove: bool | None = None
    VolumeDriver: str | None = None
    VolumesFrom: tuple[str, ...] = ()
    Mounts: tuple[Mount, ...] = ()
    ConsoleSize: tuple[int, ...] = ()
    Annotations: dict[str, str] = field(default_factory=dict)
    CapAdd: tuple[str, ...] = ()
    CapDrop: tuple[str, ...] = ()
    CgroupnsMode: HostConfigCgroupnsModeEnum | None = None
    Dns: tuple[str, ...] = ()
    DnsOptions: tuple[str, ...] = ()
    DnsSearch: tuple[str, ...] = ()
    ExtraHosts: tuple[str, ...] = ()
    GroupAdd: tuple[str, ...] = ()
    IpcMode: str | None = None
    Cgroup: str | None = None
    Links: tuple[str, ...] = ()
    OomScoreAdj: int | None = None
    PidMode: str | None = None
    Privileged: bool | None = None
    PublishAllPorts: bool | None = None
    ReadonlyRootfs: bool | None = None
    SecurityOpt: tuple[str, ...] = ()
    StorageOpt: dict[str, str] = field(default_factory=dict)
    Tmpfs: dict[str, str] = field(default_factory=dict)
    UTSMode: str | None = None
    UsernsMode: str | None = None
    ShmSize: int | None = None
    Sysctls: dict[str, str] = field(default_factory=dict)
    Runtime: str | None = None
    Isolation: HostConfigIsolationEnum = HostConfigIsolationEnum.EMPTY
    MaskedPaths: tuple[str, ...] = ()
    ReadonlyPaths: tuple[str, ...] = ()


class MountPoint(Struct, frozen=True, kw_only=True):
    """A mount as it is."""

    Type: str | None = None
    Name: str | None = None
    Source: str | None = None
    Destination: str | None = None
    Driver: str | None = None
    Mode: str | None = None
    RW: bool | None = None
    Propagation: str | None = None


class ContainerConfig(Struct, frozen=True, kw_only=True):
    """What of a container does not depend on its host."""

    Hostname: str | None = None
    Domainname: str | None = None
    User: str | None = None
    AttachStdin: bool | None = None
    AttachStdout: bool | None = None
    AttachStderr: bool | None = None
    ExposedPorts: tuple[str, ...] = ()
    Tty: bool | None = None
    OpenStdin: bool | None = None
    StdinOnce: bool | None = None
    Env: tuple[str, ...] = ()
    Cmd: tuple[str, ...] = ()
    Healthcheck: HealthConfig | None = None
    ArgsEscaped: bool | None = None
    Image: str | None = None
    Volumes: tuple[str, ...] = ()
    WorkingDir: str | None = None
    Entrypoint: tuple[str, ...] = ()
    NetworkDisabled: bool | None = None
    OnBuild: tuple[str, ...] = ()
    Labels: dict[str, str] = field(default_factory=dict)
    StopSignal: str | None = None
    StopTimeout: int | None = None
    Shell: tuple[str, ...] = ()


class EndpointIpamConfig(Struct, frozen=True, kw_only=True):
    """Addresses that an endpoint was given by hand."""

    IPv4Address: str | None = None
    IPv6Address: str | None = None
    LinkLocalIPs: tuple[str, ...] = ()


class EndpointSettings(Struct, frozen=True, kw_only=True):
    """A container's place in a network."""

    IPAMConfig: EndpointIpamConfig | None = None
    Links: tuple[str, ...] = ()
    MacAddress: str | None = None
    Aliases: tuple[str, ...] = ()
    NetworkID: str | None = None
    EndpointID: str | None = None
    Gateway: str | None = None
    IPAddress: str | None = None
    IPPrefixLen: int | None = None
    IPv6Gateway: str | None = None
    GlobalIPv6Address: str | None = None
    GlobalIPv6PrefixLen: int | None = None
    DriverOpts: dict[str, str] = field(default_factory=dict)
    DNSNames: tuple[str, ...] = ()


class DockerNetworkSettings(Struct, frozen=True, kw_only=True):
    """A container's networks and ports."""

    SandboxID: str | None = None
    Ports: dict[str, tuple[PortBinding, ...]] = field(default_factory=dict)
    SandboxKey: str | None = None
    Networks: dict[str, EndpointSettings] = field(default_factory=dict)


class Container(Struct, frozen=True, kw_only=True):
    """A container."""

    Id: str | None = None
    Created: str | None = None
    Path: str | None = None
    Args: tuple[str, ...] = ()
    State: ContainerState | None = None
    Image: str | None = None
    ResolvConfPath: str | None = None
    HostnamePath: str | None = None
    HostsPath: str | None = None
    LogPath: str | None = None
    Name: str | None = None
    RestartCount: int | None = None
    Driver: str | None = None
    Platform: str | None = None
    MountLabel: str | None = None
    ProcessLabel: str | None = None
    AppArmorProfile: str | None = None
    ExecIDs: tuple[str, ...] = ()
    HostConfig: DockerHostConfig | None = None
    GraphDriver: GraphDriverData | None = None
    SizeRw: int | None = None
    SizeRootFs: int | None = None
    Mounts: tuple[MountPoint, ...] = ()
    Config: ContainerConfig | None = None
    NetworkSettings: DockerNetworkSettings | None = None


class IpamConfig(Struct, frozen=True, kw_only=True):
    """A range of addresses."""

    Subnet: str | None = None
    IPRange: str | None = None
    Gateway: str | None = None
    AuxiliaryAddresses: dict[str, str]


class Ipam(Struct, frozen=True, kw_only=True):
    """How a network gives out addresses."""

    Driver: str | None = None
    Config: tuple[IpamConfig, ...]
    Options: dict[str, str]


class NetworkContainer(Struct, frozen=True, kw_only=True):
    """A container in a network."""

    ContainerID: str = ""
    Name: str | None = None
    EndpointID: str | None = None
    MacAddress: str | None = None
    IPv4Address: str | None = None
    IPv6Address: str | None = None


class Network(Struct, frozen=True, kw_only=True):
    """A network."""

    Name: str | None = None
    Id: str | None = None
    Created: str | None = None
    Scope: str | None = None
    Driver: str | None = None
    EnableIPv6: bool | None = None
    IPAM: Ipam | None = None
    Internal: bool | None = None
    Attachable: bool | None = None
    Ingress: bool | None = None
    Containers: tuple[NetworkContainer, ...]
    Options: dict[str, str] = field(default_factory=dict)
    Labels: dict[str, str] = field(default_factory=dict)


class ObjectVersion(Struct, frozen=True, kw_only=True):
    """The version of an object in a swarm."""

    Index: int | None = None


class ClusterVolumeSpecAccessModeScopeEnum(StrEnum):
    """On how many nodes a cluster volume may be used at once."""

    EMPTY = ""
    SINGLE = "single"
    MULTI = "multi"


class ClusterVolumeSpecAccessModeSharingEnum(StrEnum):
    """How many may use a cluster volume at once."""

    EMPTY = ""
    NONE = "none"
    READONLY = "readonly"
    ONEWRITER = "onewriter"
    ALL = "all"


class ClusterVolumeSpecAccessModeSecrets(Struct, frozen=True, kw_only=True):
    """A secret for the driver of a cluster volume."""

    Key: str | None = None
    Secret: str | None = None


class Topology(Struct, frozen=True, kw_only=True):
    """Where in a cluster something is."""

    Segments: dict[str, str] | UnsetType | None = UNSET


class ClusterVolumeSpecAccessModeAccessibilityRequirements(Struct, frozen=True, kw_only=True):
    """Where in the cluster a volume must and should be reachable."""

    Requisite: tuple[Topology, ...] | None = None
    Preferred: tuple[Topology, ...] | None = None


class ClusterVolumeSpecAccessModeCapacityRange(Struct, frozen=True, kw_only=True):
    """How large a cluster volume shall be."""

    RequiredBytes: int | None = None
    LimitBytes: int | None = None


class ClusterVolumeSpecAccessModeAvailabilityEnum(StrEnum):
    """Whether a cluster volume may be used."""

    EMPTY = ""
    ACTIVE = "active"
    PAUSE = "pause"
    DRAIN = "drain"


class ClusterVolumeSpecAccessMode(Struct, frozen=True, kw_only=True):
    """How a cluster volume may be used."""

    Scope: ClusterVolumeSpecAccessModeScopeEnum = ClusterVolumeSpecAccessModeScopeEnum.EMPTY
    Sharing: ClusterVolumeSpecAccessModeSharingEnum = ClusterVolumeSpecAccessModeSharingEnum.EMPTY
    Secrets: tuple[ClusterVolumeSpecAccessModeSecrets, ...] = ()
    AccessibilityRequirements: ClusterVolumeSpecAccessModeAccessibilityRequirements | None = None
    CapacityRange: ClusterVolumeSpecAccessModeCapacityRange | None = None
    Availability: ClusterVolumeSpecAccessModeAvailabilityEnum = (
        ClusterVolumeSpecAccessModeAvailabilityEnum.EMPTY
    )


class ClusterVolumeSpec(Struct, frozen=True, kw_only=True):
    """What a cluster volume shall be."""

    Group: str | None = None
    AccessMode: ClusterVolumeSpecAccessMode | None = None


class ClusterVolumeInfo(Struct, frozen=True, kw_only=True):
    """What the driver says of a cluster volume."""

    CapacityBytes: int | None = None
    VolumeContext: dict[str, str] = field(default_factory=dict)
    VolumeID: str | None = None
    AccessibleTopology: tuple[Topology, ...] | None = None


class ClusterVolumePublishStatusStateEnum(StrEnum):
    """How far a volume is on its way to a node."""

    EMPTY = ""
    PENDING_PUBLISH = "pending-publish"
    PUBLISHED = "published"
    PENDING_NODE_UNPUBLISH = "pending-node-unpublish"
    PENDING_CONTROLLER_UNPUBLISH = "pending-controller-unpublish"


class ClusterVolumePublishStatus(Struct, frozen=True, kw_only=True):
    """A cluster volume's state on one node."""

    NodeID: str | None = None
    State: ClusterVolumePublishStatusStateEnum = ClusterVolumePublishStatusStateEnum.EMPTY
    PublishContext: dict[str, str] = field(default_factory=dict)


class DockerClusterVolume(Struct, frozen=True, kw_only=True):
    """A volume of a swarm."""

    ID: str | None = None
    Version: ObjectVersion | None = None
    CreatedAt: str | None = None
    UpdatedAt: str | None = None
    Spec: ClusterVolumeSpec | None = None
    Info: ClusterVolumeInfo | None = None
    PublishStatus: tuple[ClusterVolumePublishStatus, ...] = ()


class VolumeUsageData(Struct, frozen=True, kw_only=True):
    """How large a volume is, and how many containers use it."""

    Size: int
    RefCount: int


class Volume(Struct, frozen=True, kw_only=True):
    """A volume."""

    Name: str
    Driver: str
    Mountpoint: str
    CreatedAt: str | None = None
    Status: tuple[str, ...] | None = None
    Labels: dict[str, str] = field(default_factory=dict)
    Scope: VolumeScopeEnum = VolumeScopeEnum.EMPTY
    ClusterVolume: DockerClusterVolume | None = None
    Options: dict[str, str] = field(default_factory=dict)
    UsageData: VolumeUsageData | None = None
