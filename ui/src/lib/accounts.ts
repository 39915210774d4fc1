/** Hosts and account names that can be chosen, as far as the user may know them. Never tokens. */
import { useMemo } from 'react';
import { useRead } from './query';
import { user } from './session';
import { useStored } from './value';

/** Account names by host, both sorted. */
export type Accounts = ReadonlyMap<string, readonly string[]>;

interface Listed {
  domain: string;
  accounts: ReadonlyArray<{ username: string }>;
}
interface Stored {
  domain: string;
  username: string;
}

const STALE_MS = 60_000;

function joined(
  usual: string,
  listed: readonly Listed[] = [],
  stored: readonly Stored[] = [],
): Accounts {
  const found = new Map<string, Set<string>>([[usual, new Set()]]);
  const at = (domain: string) => {
    const names = found.get(domain) ?? new Set<string>();
    found.set(domain, names);
    return names;
  };
  for (const { domain, accounts } of listed) {
    const names = at(domain);
    for (const { username } of accounts) names.add(username);
  }
  for (const { domain, username } of stored) at(domain).add(username);
  return new Map([...found].map(([domain, names]) => [domain, [...names].sort()]));
}

export function useGitAccounts(): Accounts {
  const admin = useStored(user)?.admin === true;
  const listed = useRead('ListGitProvidersFromConfig', {}, { staleTime: STALE_MS }).data;
  const stored = useRead(
    'ListGitProviderAccounts',
    {},
    { enabled: admin, staleTime: STALE_MS },
  ).data;
  return useMemo(() => joined('github.com', listed, stored), [listed, stored]);
}

export function useRegistryAccounts(): Accounts {
  const admin = useStored(user)?.admin === true;
  const listed = useRead('ListImageRegistriesFromConfig', {}, { staleTime: STALE_MS }).data;
  const stored = useRead(
    'ListImageRegistryAccounts',
    {},
    { enabled: admin, staleTime: STALE_MS },
  ).data;
  return useMemo(() => joined('docker.io', listed, stored), [listed, stored]);
}
