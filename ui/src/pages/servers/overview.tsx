/** The overview: charts of the host, disks, the busiest containers, what the machine is. */
import { useNavigate, useSearch } from '@tanstack/react-router';
import { Table2 } from 'lucide-react';
import { useState } from 'react';
import type { ServerRow } from '../../api/types';
import { m } from '../../i18n/server-page';
import { useValue } from '../../live/hooks';
import { IconButton } from '../../ui/button';
import { Segmented } from '../../ui/field';
import { StateShape } from '../../ui/state';
import { HourCharts } from './hour-charts';
import { LiveCharts } from './live-charts';
import { BusiestCard, DisksCard, SystemCard } from './overview-cards';

type Range = 'live' | '1h';

export function Overview({ row }: { row: ServerRow }) {
  const { range = 'live' } = useSearch({ strict: false }) as { range?: Range };
  const navigate = useNavigate();
  const [table, setTable] = useState(false);
  const { value } = useValue(`stats:${row.id}`);
  const samples = value?.samples ?? [];
  const latest = samples.at(-1);
  const setRange = (next: Range) =>
    void navigate({
      to: '.',
      replace: true,
      resetScroll: false,
      search: (next === 'live' ? {} : { range: next }) as never,
    });
  return (
    <div className="flex flex-col gap-3">
      <div className="flex flex-wrap items-center gap-x-3 gap-y-2">
        <Segmented
          label={m.rangeLabel}
          value={range}
          onChange={setRange}
          options={[
            {
              value: 'live',
              label: m.rangeLive,
              icon: <StateShape tone={range === 'live' ? 'ok' : 'off'} />,
            },
            { value: '1h', label: m.rangeHour },
          ]}
        />
        <IconButton
          kind="plain"
          aria-pressed={table}
          label={table ? m.asCharts : m.asTable}
          icon={<Table2 size={14} />}
          onClick={() => setTable(!table)}
        />
        <span className="text-sm text-muted phone:hidden">{m.rangeHint}</span>
        <span className="ml-auto text-sm text-muted">
          {range === 'live' ? m.samples : m.minutes}
        </span>
      </div>
      {range === 'live' ? (
        <LiveCharts row={row} samples={samples} table={table} />
      ) : (
        <HourCharts row={row} table={table} />
      )}
      <div className="grid grid-cols-[minmax(0,1fr)] gap-3 lg:grid-cols-[minmax(0,1fr)_minmax(0,1.2fr)]">
        <DisksCard row={row} latest={latest} />
        <BusiestCard row={row} latest={latest} />
      </div>
      <SystemCard row={row} />
    </div>
  );
}
