/** Versions, sources and image names of builds as people read them. Pure. */
import type { BuildConfig, BuildRow, Version } from '../api/types';

export const LATEST: Version = { major: 0, minor: 0, patch: 0 };

export function isLatest(version: Version): boolean {
  return version.major === 0 && version.minor === 0 && version.patch === 0;
}

/** "0.0.3" */
export function versionText({ major, minor, patch }: Version): string {
  return `${major}.${minor}.${patch}`;
}

/** "0.0.3" -> a version, or null where the text is none. */
export function parseVersion(text: string): Version | null {
  const match = /^v?(\d{1,9})\.(\d{1,9})\.(\d{1,9})$/.exec(text.trim());
  if (!match) return null;
  return { major: Number(match[1]), minor: Number(match[2]), patch: Number(match[3]) };
}

/** Below, equal or above zero, as sorting wants it. */
export function compareVersions(a: Version, b: Version): number {
  return a.major - b.major || a.minor - b.minor || a.patch - b.patch;
}

/** The version in an image's tag: "registry.lan/acme/api:0.0.3-slim" -> 0.0.3; null without one. */
export function versionOfImage(image: string | null | undefined): Version | null {
  const name = (image ?? '').split('@')[0] ?? '';
  const tag = /:([^/:]+)$/.exec(name)?.[1] ?? '';
  return parseVersion(/^\d+\.\d+\.\d+(?=-|$)/.exec(tag)?.[0] ?? '');
}

/** The first characters of a commit. */
export function shortHash(hash: string | null | undefined): string {
  return hash ? hash.slice(0, 7) : '';
}

export type SourceKind = 'git' | 'ui' | 'files';

/** Where the Dockerfile comes from. */
export function sourceKind(
  config: Pick<BuildConfig, 'files_on_host' | 'dockerfile' | 'repo' | 'linked_repo'>,
): SourceKind {
  if (config.files_on_host) return 'files';
  return config.dockerfile && !config.repo && !config.linked_repo ? 'ui' : 'git';
}

export function hasSource({ info }: BuildRow): boolean {
  return info.files_on_host || info.dockerfile_contents || Boolean(info.repo || info.linked_repo);
}

export function inGit({ info }: BuildRow): boolean {
  return !info.files_on_host && Boolean(info.repo || info.linked_repo);
}

/** The branch has commits that are not in the newest image. */
export function hasNewCommits(row: BuildRow): boolean {
  const { built_hash, latest_hash } = row.info;
  return inGit(row) && Boolean(built_hash && latest_hash && built_hash !== latest_hash);
}

type Naming = Pick<BuildConfig, 'image_registry' | 'image_name'>;

/** The image's names without tags, one for each registry; the bare name where it stays local. */
export function imageNames(name: string, config: Naming): string[] {
  const image = config.image_name || name.toLowerCase().replace(/[^a-z0-9_.-]+/g, '-');
  const names = config.image_registry
    .filter(({ domain }) => domain)
    .map(({ domain, organization, account }) =>
      [domain, organization || account, image].filter(Boolean).join('/'),
    );
  return names.length > 0 ? [...new Set(names)] : [image];
}

type Tagging = Pick<
  BuildConfig,
  'image_tag' | 'include_latest_tag' | 'include_version_tags' | 'include_commit_tag'
>;

/** The tags that a build of `version` sets, the most exact first. */
export function imageTags(config: Tagging, version: Version, commit = ''): string[] {
  const after = config.image_tag ? `-${config.image_tag}` : '';
  const { major, minor } = version;
  return [
    ...(config.include_version_tags
      ? [versionText(version), `${major}.${minor}`, `${major}`].map((tag) => tag + after)
      : []),
    ...(config.include_latest_tag ? [`latest${after}`] : []),
    ...(config.include_commit_tag && commit ? [shortHash(commit) + after] : []),
    ...(config.image_tag ? [config.image_tag] : []),
  ];
}

/** The page of a repository at its host. */
export function repoUrl(https: boolean, provider: string, repo: string): string {
  if (!provider || !repo || provider.includes('@')) return '';
  return `${https ? 'https' : 'http'}://${provider}/${repo}`;
}

/** Where a push is told to: `listener/github/build/<id>` below Core's address. */
export function webhookUrl(
  base: string,
  style: 'github' | 'gitlab',
  kind: 'build' | 'repo',
  id: string,
  option = '',
): string {
  const path = ['listener', style, kind, id, option].filter(Boolean).join('/');
  return `${base.replace(/\/+$/, '')}/${path}`;
}
