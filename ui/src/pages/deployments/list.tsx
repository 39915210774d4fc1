/** /deployments: every deployment, and the dialog of a new one. */
import { useNavigate, useSearch } from '@tanstack/react-router';
import { Plus, Rocket } from 'lucide-react';
import { Grid } from '../../grid/grid';
import { useUrlListState } from '../../grid/list-state';
import { m } from '../../i18n/deployments';
import { count } from '../../lib/format';
import { useRows } from '../../live/hooks';
import { openNewDeployment } from '../../shell/create';
import { Button } from '../../ui/button';
import { EmptyState, PageHeader, Stale, useStaleSince } from '../../ui/page';
import { ExportHost } from '../../ui/toml-export';
import { NewDeployment } from './new';
import { useDeployments } from './rows';
import { deploymentSpec } from './spec';

export default function DeploymentsPage() {
  const { rows, ready, error } = useDeployments();
  useRows('tags');
  const [state, setState] = useUrlListState();
  const search = useSearch({ strict: false }) as {
    new?: boolean;
    server?: string;
    build?: string;
  };
  const navigate = useNavigate();
  const close = () =>
    void navigate({
      to: '.',
      replace: true,
      search: (({ new: _, server: __, build: ___, ...rest }: Record<string, unknown>) =>
        rest) as never,
    });
  const add = (
    <Button kind="primary" icon={<Plus size={14} />} onClick={openNewDeployment}>
      {m.newDeployment}
    </Button>
  );
  return (
    <>
      <PageHeader title={m.title} count={ready ? count(rows.length) : undefined}>
        {add}
      </PageHeader>
      <Stale since={useStaleSince()}>
        <Grid
          spec={deploymentSpec}
          rows={rows}
          ready={ready}
          error={error}
          state={state}
          onState={setState}
          empty={
            <EmptyState title={m.emptyTitle} icon={<Rocket size={28} />} action={add}>
              {m.emptyText}
            </EmptyState>
          }
        />
      </Stale>
      {search.new && (
        <NewDeployment
          {...(search.server ? { server: search.server } : {})}
          {...(search.build ? { build: search.build } : {})}
          onClose={close}
        />
      )}
      <ExportHost />
    </>
  );
}
