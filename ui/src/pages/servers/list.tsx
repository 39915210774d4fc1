/** /servers: every server. */
import { Plus, Server } from 'lucide-react';
import { Grid } from '../../grid/grid';
import { useUrlListState } from '../../grid/list-state';
import { m } from '../../i18n/servers';
import { count } from '../../lib/format';
import { useRows } from '../../live/hooks';
import { openAddServer } from '../../shell/create';
import { Button } from '../../ui/button';
import { EmptyState, PageHeader, Stale, useStaleSince } from '../../ui/page';
import { serverSpec } from './spec';

export default function ServersPage() {
  const { rows, ready, error } = useRows('servers');
  useRows('tags');
  const [state, setState] = useUrlListState();
  const add = (
    <Button kind="primary" icon={<Plus size={14} />} onClick={openAddServer}>
      {m.add}
    </Button>
  );
  return (
    <>
      <PageHeader title={m.title} count={ready ? count(rows.length) : undefined}>
        {add}
      </PageHeader>
      <Stale since={useStaleSince()}>
        <Grid
          spec={serverSpec}
          rows={rows}
          ready={ready}
          error={error}
          state={state}
          onState={setState}
          empty={
            <EmptyState title={m.emptyTitle} icon={<Server size={28} />} action={add}>
              {m.emptyText}
            </EmptyState>
          }
        />
      </Stale>
    </>
  );
}
