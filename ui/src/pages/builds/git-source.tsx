/** Which repository a new build or repo takes its source from. */
import { m as page } from '../../i18n/builds';
import { useGitAccounts } from '../../lib/accounts';
import { Field, Input } from '../../ui/field';
import { SuggestField } from '../../ui/suggest';
import { repoProblem } from './git-fields';

export interface GitWhere {
  provider: string;
  repo: string;
  branch: string;
  account: string;
}

export const NO_SOURCE: GitWhere = {
  provider: 'github.com',
  repo: '',
  branch: 'main',
  account: '',
};

/** "acme/web-app" -> "web-app" */
export function nameOfRepo(repo: string): string {
  return (repo.split('/').at(-1) ?? '').replace(/\.git$/, '').toLowerCase();
}

/** What of it goes into a config. */
export function gitConfig(draft: GitWhere) {
  return {
    git_provider: draft.provider.trim(),
    repo: draft.repo.trim(),
    branch: draft.branch.trim(),
    git_account: draft.account.trim(),
  };
}

export function GitSource({
  draft,
  edit,
}: {
  draft: GitWhere;
  edit: (change: Partial<GitWhere>) => void;
}) {
  const accounts = useGitAccounts();
  const repo = draft.repo.trim();
  return (
    <>
      <div className="grid gap-4 sm:grid-cols-2">
        <Field
          label={page.git.repo}
          help={page.git.repoHelp}
          error={repo && !draft.repo.endsWith('/') ? repoProblem(repo) : null}
        >
          {(props) => (
            <Input
              {...props}
              autoComplete="off"
              autoCapitalize="off"
              spellCheck={false}
              placeholder="acme/api"
              className="mono"
              value={draft.repo}
              onChange={(event) => edit({ repo: event.target.value })}
            />
          )}
        </Field>
        <Field label={page.git.branch}>
          {(props) => (
            <Input
              {...props}
              autoComplete="off"
              autoCapitalize="off"
              spellCheck={false}
              className="mono"
              value={draft.branch}
              onChange={(event) => edit({ branch: event.target.value })}
            />
          )}
        </Field>
      </div>
      <div className="grid gap-4 sm:grid-cols-2">
        <SuggestField
          wide
          label={page.git.provider}
          options={[...accounts.keys()]}
          value={draft.provider}
          onChange={(provider) => edit({ provider })}
        />
        <SuggestField
          wide
          label={page.git.account}
          placeholder={page.git.publicOnly}
          options={accounts.get(draft.provider) ?? []}
          value={draft.account}
          onChange={(account) => edit({ account })}
        />
      </div>
    </>
  );
}
