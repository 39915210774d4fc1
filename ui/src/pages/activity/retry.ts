/** Doing an activity again, where what it did is known from its record alone. */
import type { Name, Params, ResourceTarget, Update } from '../../api/types';
import { execute } from '../../lib/run';

const ON_SERVER = /^(?:Prune\w+|\w+AllContainers)$/;
const ON_DEPLOYMENT = /^(?:Deploy|\w+Deployment)$/;
const ON_REPO = /^(?:Clone|Pull|Build)Repo$/;
const WRITES = /^(?:Create|Update|Rename|Delete|Copy)/;

/** A function that does it again, or null. */
export function retryOf(
  operation: string,
  target: ResourceTarget,
  title: string,
): (() => Promise<Update | null>) | null {
  if (WRITES.test(operation)) return null;
  const name = operation as Name<'execute'>;
  if (target.type === 'Deployment' && ON_DEPLOYMENT.test(operation)) {
    return () => execute(name, { deployment: target.id } as Params<'execute', typeof name>, title);
  }
  if (target.type === 'Build' && operation === 'RunBuild') {
    return () => execute('RunBuild', { build: target.id }, title);
  }
  if (target.type === 'Repo' && ON_REPO.test(operation)) {
    return () => execute(name, { repo: target.id } as Params<'execute', typeof name>, title);
  }
  if (target.type === 'Server' && ON_SERVER.test(operation)) {
    return () => execute(name, { server: target.id } as Params<'execute', typeof name>, title);
  }
  return null;
}
