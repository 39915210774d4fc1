/** What "New" makes. The dialogs load when they are first wanted. */
import { createValue } from '../lib/value';
import { router } from '../router';

export type Creating = 'server' | null;

export const creating = createValue<Creating>(null);

export function openAddServer(): void {
  creating.set('server');
}

/** The page of a list has the form of a new one. */
export function openNewDeployment(): void {
  void router.navigate({ to: '/deployments', search: { new: true } as never });
}

export function openNewBuild(): void {
  void router.navigate({ to: '/builds', search: { new: true } as never });
}

export function openNewRepo(): void {
  void router.navigate({ to: '/repos', search: { new: true } as never });
}

export function openNewBuilder(): void {
  void router.navigate({ to: '/builders', search: { new: true } as never });
}
