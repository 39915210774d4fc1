/** The fields of a git source, as builds and repos have them. */
import { m as all } from '../../i18n/builds';
import type { Accounts } from '../../lib/accounts';
import type { Draft } from '../../lib/draft';
import type { FormField } from '../../ui/form';
import { SuggestField } from '../../ui/suggest';

const m = all.git;

interface GitConfig {
  git_provider: string;
  git_https: boolean;
  git_account: string;
  repo: string;
  branch: string;
  commit: string;
}

const REPO = /^[^/\s]+(\/[^/\s]+)+$/;

/** What is wrong with a repository's name, or null. */
export function repoProblem(repo: string): string | null {
  return repo === '' || REPO.test(repo) ? null : m.badRepo;
}

/** `when` hides them all. */
export function gitFields<C extends GitConfig>(
  accounts: Accounts,
  when: (value: C) => boolean = () => true,
): ReadonlyArray<FormField<C>> {
  const suggest = (
    name: 'git_provider' | 'git_account',
    label: string,
    help: string,
    options: (value: GitConfig) => readonly string[],
  ): FormField<C> => ({
    kind: 'custom',
    name,
    label,
    when,
    render: (draft) => {
      const own = draft as unknown as Draft<GitConfig>;
      return (
        <SuggestField
          key={name}
          label={label}
          help={help}
          changed={own.isChanged(name)}
          options={options(own.value)}
          value={own.value[name]}
          onChange={(value) => own.set({ [name]: value })}
        />
      );
    },
  });
  return [
    suggest('git_provider', m.provider, m.providerHelp, () => [...accounts.keys()]),
    {
      kind: 'text',
      name: 'repo',
      label: m.repo,
      help: m.repoHelp,
      placeholder: 'acme/api',
      mono: true,
      when,
      check: (value) => repoProblem(value.repo),
    },
    { kind: 'text', name: 'branch', label: m.branch, placeholder: 'main', mono: true, when },
    suggest(
      'git_account',
      m.account,
      m.accountHelp,
      ({ git_provider }) => accounts.get(git_provider) ?? [],
    ),
    { kind: 'text', name: 'commit', label: m.commit, help: m.commitHelp, mono: true, when },
    { kind: 'switch', name: 'git_https', label: m.https, help: m.httpsHelp, when },
  ];
}
