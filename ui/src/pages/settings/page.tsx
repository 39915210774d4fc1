/** /settings/$tab. */
import { useParams } from '@tanstack/react-router';
import { useUrlListState } from '../../grid/list-state';
import { m } from '../../i18n/settings';
import { user } from '../../lib/session';
import { useStored } from '../../lib/value';
import { PageTitle, Tabs } from '../../ui/page';
import { About } from './about';
import { ApiKeys } from './api-keys';
import { Appearance } from './appearance';
import { Onboarding } from './onboarding';
import { Profile } from './profile';
import { Tags } from './tags';

export default function SettingsPage() {
  const { tab = 'profile' } = useParams({ strict: false });
  const admin = useStored(user)?.admin !== false;
  const tabs = (Object.keys(m.tabs) as Array<keyof typeof m.tabs>)
    .filter((id) => id !== 'onboarding' || admin)
    .map((id) => ({ id, label: m.tabs[id] }));
  const known = tabs.some(({ id }) => id === tab) ? tab : 'profile';
  return (
    <>
      <header className="mb-1">
        <PageTitle title={m.title}>{m.title}</PageTitle>
      </header>
      <Tabs label={m.tabsLabel} tabs={tabs} active={known} to="/settings/$tab" params={{}} />
      <Content key={known} tab={known} />
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
    case 'onboarding':
      return <Onboarding state={state} onState={setState} />;
    case 'about':
      return <About />;
    default:
      return <Profile />;
  }
}
