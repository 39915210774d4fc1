/** Names of operations as words: RestartContainer -> "Restart container". */

const SPECIAL: Record<string, string> = {
  Deploy: 'Deploy',
  RunBuild: 'Build',
  CancelBuild: 'Cancel build',
  BuildRepo: 'Build repo',
  CancelRepoBuild: 'Cancel build',
  WriteDockerfile: 'Write Dockerfile',
  CreateGitProviderAccount: 'Create git account',
  UpdateGitProviderAccount: 'Update git account',
  DeleteGitProviderAccount: 'Delete git account',
  PruneDockerBuilders: 'Prune builders',
  PruneBuildx: 'Prune buildx',
  UpdateServerKey: 'Change server key',
  BackupCoreDatabase: 'Back up database',
};

/** "Deploy", "Restart container", "Update server". */
export function operationText(operation: string): string {
  const special = SPECIAL[operation];
  if (special) return special;
  const words = operation.replace(/([a-z])([A-Z])/g, '$1 $2').toLowerCase();
  return words.charAt(0).toUpperCase() + words.slice(1);
}

const KINDS = [
  'server',
  'deployment',
  'container',
  'stack',
  'build',
  'builder',
  'repo',
  'procedure',
];

/** With its object: "Deploy grafana", "Update server local" where the verb alone would be bare. */
export function operationTitle(operation: string, name: string, object = ''): string {
  const text = operationText(operation);
  if (!name) return text;
  const [verb = '', ...rest] = text.split(' ');
  // Of an action on one container the server is the target, the container is told beside it.
  if (object && rest.join(' ') === 'container') return `${verb} ${object} on ${name}`;
  // "Restart deployment grafana" says no more than "Restart grafana".
  const noun = rest.join(' ');
  const bare =
    KINDS.includes(noun) && noun !== 'container' && verb !== 'Create' && verb !== 'Update';
  if (bare || noun === '') return `${verb} ${name}`;
  const onServer =
    noun === 'container' || rest.includes('all') || verb === 'Prune' || verb === 'Delete';
  return onServer ? `${text} on ${name}` : `${text} ${name}`;
}

const PROGRESS: Record<string, string> = {
  RunBuild: 'Building',
  Build: 'Building',
  Clone: 'Cloning',
  Write: 'Writing',
  Cancel: 'Cancelling',
  Deploy: 'Deploying',
  Start: 'Starting',
  Stop: 'Stopping',
  Restart: 'Restarting',
  Pause: 'Pausing',
  Unpause: 'Unpausing',
  Destroy: 'Destroying',
  Pull: 'Pulling',
  Prune: 'Pruning',
  Delete: 'Deleting',
  Create: 'Creating',
  Rename: 'Renaming',
  Update: 'Updating',
};

/** What goes on while it runs: "Deploying". */
export function operationProgress(operation: string): string {
  const verb = /^[A-Z][a-z]+/.exec(operation)?.[0] ?? operation;
  return PROGRESS[operation] ?? PROGRESS[verb] ?? operationText(operation);
}
