/** Texts of webhooks. */
export const m = {
  enabled: 'Build on push',
  enabledRepo: 'Answer webhooks',
  secret: 'Secret',
  secretHelp:
    'What the git host signs its messages with. Empty: the one in the configuration of Core (webhook_secret). Without either, the address is off.',
  style: 'Git host',
  styles: { github: 'GitHub, Gitea, Forgejo', gitlab: 'GitLab' },
  url: 'Address',
  copy: 'Copy address',
  setUp: 'At the git host',
  github: [
    'Settings › Webhooks › Add webhook',
    'Payload URL: the address above',
    'Content type: application/json',
    'Secret: the one set here',
    'Events: just the push event',
  ],
  gitlab: [
    'Settings › Webhooks › Add new webhook',
    'URL: the address above',
    'Secret token: the one set here',
    'Trigger: push events',
  ],
  branch: (branch: string) => `Only pushes to ${branch} count.`,
  noBranch: 'Without a branch no push counts.',
  off: 'Messages are not answered while this is off.',
  options: { clone: 'Clone', pull: 'Pull', build: 'Build' },
} as const;
