/** /settings/$tab. */
import { useParams } from '@tanstack/react-router';
import { Suspense } from 'react';
import { useUrlListState } from '../../grid/list-state';
import { m } from '../../i18n/settings';
import { lazyPart } from '../../lib/lazy';
import { user } from '../../lib/session';
import { useStored } from '../../lib/value';
import { EmptyState, PageTitle, Skeleton, Tabs } from '../../ui/page';
import { About } from './about';
import { ApiKeys } from './api-keys';
import { Appearance } from './appearance';
import { Onboarding } from './onboarding';
import { Profile } from './profile';
import { Tags } from './tags';

const GitAccounts = lazyPart(() => import('./accounts').then(({ GitAccounts }) => GitAccounts));
const RegistryAccounts = lazyPart(() =>
  import('./accounts').then(({ RegistryAccounts }) => RegistryAccounts),
);
const Variables = lazyPart(() => import('./variables').then(({ Variables }) => Variables));

/** What only administrators see. */
const ADMINS: readonly string[] = ['onboarding', 'git', 'registries'];

export default function SettingsPage() {
  const { tab = 'profile' } = useParams({ strict: false });
  const admin = useStored(user)?.admin !== false;
  const tabs = (Object.keys(m.tabs) as Array<keyof typeof m.tabs>)
    .filter((id) => admin || !ADMINS.includes(id))
    .map((id) => ({ id, label: m.tabs[id] }));
  const known = tabs.some(({ id }) => id === tab) ? tab : 'profile';
  return (
    <>
      <header className="mb-1">
        <PageTitle title={m.title}>{m.title}</PageTitle>
      </header>
      <Tabs label={m.tabsLabel} tabs={tabs} active={known} to="/settings/$tab" params={{}} />
      {!admin && ADMINS.includes(tab) ? (
        <div className="card">
          <EmptyState title={m.noPermission}>{m.adminOnly}</EmptyState>
        </div>
      ) : (
        <Suspense fallback={<Skeleton rows={6} className="card" />}>
          <Content key={known} tab={known} />
        </Suspense>
      )}
    </>
  );
}

function Content({ tab }: { tab: string }) {
  const [state, setState] = useUrlListState();
  switch (tab) {
    case 'appearance':
      return <Appearance />;
    case 'keys':
      return <ApiKeys state={state} onState={setState} />;
    case 'tags':
      return <Tags state={state} onState={setState} />;
    case 'variables':
      return <Variables state={state} onState={setState} />;
    case 'git':
      return <GitAccounts state={state} onState={setState} />;
    case 'registries':
      return <RegistryAccounts state={state} onState={setState} />;
    case 'onboarding':
      return <Onboarding state={state} onState={setState} />;
    case 'about':
      return <About />;
    default:
      return <Profile />;
  }
}
