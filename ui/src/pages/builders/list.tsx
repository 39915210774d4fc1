/** /builders: every builder, and the dialog of a new one. */
import { useNavigate, useSearch } from '@tanstack/react-router';
import { Factory, Plus } from 'lucide-react';
import { useMemo } from 'react';
import { Grid } from '../../grid/grid';
import { useUrlListState } from '../../grid/list-state';
import { m } from '../../i18n/builders';
import { count } from '../../lib/format';
import { user } from '../../lib/session';
import { useStored } from '../../lib/value';
import { useRows } from '../../live/hooks';
import { openNewBuilder } from '../../shell/create';
import { Button } from '../../ui/button';
import { EmptyState, PageHeader, Stale, useStaleSince } from '../../ui/page';
import { ExportHost } from '../../ui/toml-export';
import { NewBuilder } from './new';
import { builderSpec } from './spec';

export default function BuildersPage() {
  const { rows, ready, error } = useRows('builders');
  const servers = useRows('servers').rows.length;
  const builds = useRows('builds').rows;
  useRows('tags');
  const admin = useStored(user)?.admin !== false;
  const [state, setState] = useUrlListState();
  const search = useSearch({ strict: false }) as { new?: boolean };
  const navigate = useNavigate();
  const close = () =>
    void navigate({
      to: '.',
      replace: true,
      search: (({ new: _, ...rest }: Record<string, unknown>) => rest) as never,
    });
  // Rows are new objects when what they show of others may have changed.
  // biome-ignore lint/correctness/useExhaustiveDependencies: see above
  const shown = useMemo(() => rows.map((row) => ({ ...row })), [rows, servers, builds]);
  const add = (
    <Button
      kind="primary"
      icon={<Plus size={14} />}
      disabledReason={admin ? null : m.adminOnly}
      onClick={openNewBuilder}
    >
      {m.newBuilder}
    </Button>
  );
  return (
    <>
      <PageHeader title={m.title} count={ready ? count(rows.length) : undefined}>
        {add}
      </PageHeader>
      <Stale since={useStaleSince()}>
        <Grid
          spec={builderSpec}
          rows={shown}
          ready={ready}
          error={error}
          state={state}
          onState={setState}
          empty={
            <EmptyState title={m.emptyTitle} icon={<Factory size={28} />} action={add}>
              {m.emptyText}
            </EmptyState>
          }
        />
      </Stale>
      {search.new && admin && <NewBuilder onClose={close} />}
      <ExportHost />
    </>
  );
}
