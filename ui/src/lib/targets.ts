/** What a target is called and where its page is. */
import { useCallback } from 'react';
import type { ResourceTarget } from '../api/types';
import { useNames } from '../live/hooks';
import { store } from '../live/socket';

export interface TargetLink {
  to: string;
  params: Record<string, string>;
}

/** The page of a target, or null for what has none (yet). */
export function targetLink(target: ResourceTarget): TargetLink | null {
  if (target.type === 'Server') {
    return { to: '/servers/$server/$tab', params: { server: target.id, tab: 'overview' } };
  }
  if (target.type === 'Deployment') {
    return { to: '/deployments/$deployment/$tab', params: { deployment: target.id, tab: 'logs' } };
  }
  if (target.type === 'Build') {
    return { to: '/builds/$build/$tab', params: { build: target.id, tab: 'overview' } };
  }
  if (target.type === 'Repo') {
    return { to: '/repos/$repo/$tab', params: { repo: target.id, tab: 'overview' } };
  }
  if (target.type === 'Builder') {
    return { to: '/builders/$builder/$tab', params: { builder: target.id, tab: 'config' } };
  }
  return null;
}

const TOPICS: Partial<Record<ResourceTarget['type'], string>> = {
  Server: 'servers',
  Deployment: 'deployments',
  Build: 'builds',
  Repo: 'repos',
  Builder: 'builders',
};

/** The name of a target as far as the live store knows it. Subscribe with useTargetNames. */
export function targetName(target: ResourceTarget): string {
  const topic = TOPICS[target.type];
  const row = topic ? (store.row(topic, target.id) as { name?: string } | undefined) : undefined;
  return row?.name ?? '';
}

export type NameOf = (target: ResourceTarget) => string;

/** targetName, another function whenever a name is another. */
export function useTargetNames(): NameOf {
  const names = [
    useNames('servers'),
    useNames('deployments'),
    useNames('builds'),
    useNames('repos'),
    useNames('builders'),
  ];
  // biome-ignore lint/correctness/useExhaustiveDependencies: a new function is what renews those who use it
  return useCallback((target: ResourceTarget) => targetName(target), names);
}
