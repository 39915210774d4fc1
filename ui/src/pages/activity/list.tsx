/** /activity: everything that was done, newest first. */
import { useUrlListState } from '../../grid/list-state';
import { m } from '../../i18n/activity';
import { PageHeader } from '../../ui/page';
import { Activities } from './activities';

export default function ActivityPage() {
  const [state, setState] = useUrlListState();
  return (
    <>
      <PageHeader title={m.title} />
      <Activities state={state} onState={setState} />
    </>
  );
}
