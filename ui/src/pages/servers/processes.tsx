/** The processes of one server, as the agent sees them now. Read when asked for. */
import { Cpu, RefreshCw } from 'lucide-react';
import { useMemo } from 'react';
import type { ServerRow, SystemProcess } from '../../api/types';
import { Grid } from '../../grid/grid';
import type { ListState, SetListState } from '../../grid/list-state';
import type { ListSpec } from '../../grid/types';
import { m } from '../../i18n/server-page';
import { bytes, percent } from '../../lib/format';
import { useShortcuts } from '../../lib/keys';
import { useRead } from '../../lib/query';
import { Button } from '../../ui/button';
import { copyText, EmptyState, Time } from '../../ui/page';

type Process = SystemProcess & { id: string };

const command = (row: Process) => row.cmd.join(' ') || row.exe || row.name;

const processSpec: ListSpec<Process> = {
  nouns: { one: m.process, many: m.processes, name: (row) => row.name },
  state: () => ['ok', m.running],
  link: () => null,
  nameWidth: 'minmax(120px, 1fr)',
  defaultSort: '-cpu',
  example: 'name:postgres cpu>10',
  columns: [
    {
      id: 'pid',
      label: m.pid,
      width: '64px',
      align: 'right',
      cell: (row) => row.pid,
      sort: (row) => row.pid,
    },
    {
      id: 'command',
      label: m.command,
      width: 'minmax(160px, 2.4fr)',
      from: 700,
      cell: (row) => (
        <code className="text-muted" data-tip={command(row)}>
          {command(row)}
        </code>
      ),
    },
    {
      id: 'cpu',
      label: m.charts.cpu,
      width: '64px',
      align: 'right',
      cell: (row) => percent(row.cpu_perc, true),
      sort: (row) => row.cpu_perc,
    },
    {
      id: 'memory',
      label: m.charts.memory,
      width: '80px',
      align: 'right',
      cell: (row) => bytes(row.mem_mb * 1024 ** 2),
      sort: (row) => row.mem_mb,
    },
    {
      id: 'started',
      label: m.started,
      width: '84px',
      from: 620,
      cell: (row) => <Time ts={row.start_time} className="text-muted" />,
      sort: (row) => row.start_time,
    },
  ],
  fields: [
    { key: 'name', kind: 'text', value: (row) => [row.name, command(row)], help: m.nameHelp },
    { key: 'pid', kind: 'number', value: (row) => row.pid, help: m.pid },
    { key: 'cpu', kind: 'number', value: (row) => row.cpu_perc, help: m.cpuHelp },
    { key: 'mem', kind: 'size', value: (row) => row.mem_mb * 1024 ** 2, help: m.memHelp },
  ],
  actions: [
    {
      id: 'copy',
      label: m.copyCommand,
      level: 0,
      applies: () => true,
      run: (row) => copyText(command(row), row.name),
    },
  ],
  phone: (row) => `${row.pid} · ${bytes(row.mem_mb * 1024 ** 2)}`,
  phoneAside: (row) => percent(row.cpu_perc, true),
};

export function Processes({
  row,
  state,
  onState,
}: {
  row: ServerRow;
  state: ListState;
  onState: SetListState;
}) {
  const { data, error, isPending, isFetching, dataUpdatedAt, refetch } = useRead(
    'ListSystemProcesses',
    { server: row.id },
    { staleTime: 0 },
  );
  const rows = useMemo(
    () => (data ?? []).map((process): Process => ({ ...process, id: String(process.pid) })),
    [data],
  );
  useShortcuts([{ keys: 'r', what: m.refresh, group: 'detail', run: () => void refetch() }]);
  return (
    <Grid
      spec={processSpec}
      rows={rows}
      ready={!isPending}
      error={error}
      state={state}
      onState={onState}
      selectable={false}
      onRetry={() => void refetch()}
      tools={
        <>
          {dataUpdatedAt > 0 && (
            <span className="text-sm text-muted phone:hidden">
              {m.readAt} <Time ts={dataUpdatedAt} />
            </span>
          )}
          <Button
            icon={<RefreshCw size={13} />}
            busy={isFetching}
            shortcut="r"
            onClick={() => void refetch()}
          >
            {m.refresh}
          </Button>
        </>
      }
      empty={<EmptyState title={m.emptyProcesses} icon={<Cpu size={28} />} />}
    />
  );
}
