/**
 * A time chart: shared cursor, drag to zoom, gaps, a readout for pointer and keyboard, and the same as a
 * table. It draws what it is given; ranges and zoom belong to whoever shows several.
 */
import { useId, useMemo, useState } from 'react';
import { m } from '../i18n/chart';
import { clock } from '../lib/format';
import { useStored } from '../lib/value';
import { look } from '../theme/look';
import { Plot } from './plot';
import { extent, tableRows } from './series';
import type { ChartProps, ChartSeries, Reading } from './types';

const TABLE_ROWS = 40;

export function Chart(props: ChartProps) {
  const { title, series, data, format, now, table = false } = props;
  const [reading, setReading] = useState<Reading | null>(null);
  const id = useId();
  const utc = useStored(look).timezone === 'utc';
  const summary = useMemo(() => {
    const parts = series.map(({ label }, at) => {
      const all = extent(data.ys[at] ?? []);
      return all
        ? m.series(label, format(all.min), format(all.avg), format(all.max))
        : `${label}: ${m.noData}`;
    });
    return m.summary(title, parts);
  }, [title, series, data, format]);
  return (
    <section aria-labelledby={id} className="card min-w-0 overflow-hidden">
      <header className="flex min-h-9 items-center gap-3 px-3 pt-1">
        <h2 id={id} className="shrink-0 font-bold">
          {title}
        </h2>
        <span className="ml-auto min-w-0 truncate text-right text-sm text-muted">
          {reading && !table ? (
            <Readout reading={reading} series={series} format={format} utc={utc} />
          ) : (
            now
          )}
        </span>
      </header>
      {table ? (
        <ChartTable {...props} utc={utc} />
      ) : (
        <Plot {...props} summary={summary} onRead={setReading} utc={utc} />
      )}
    </section>
  );
}

function Readout({
  reading,
  series,
  format,
  utc,
}: {
  reading: Reading;
  series: readonly ChartSeries[];
  format: (value: number) => string;
  utc: boolean;
}) {
  return (
    <span aria-live="polite">
      {clock(reading.x * 1000, utc)}
      {series.map(({ label, color }, at) => {
        const value = reading.values[at];
        return (
          <span key={label} className="ml-2.5">
            <span
              aria-hidden="true"
              className="mr-1 inline-block h-0.5 w-2.5 align-middle"
              style={{ background: `var(${color})` }}
            />
            {series.length > 1 && <span>{label} </span>}
            <span className="text-fg">
              {value === null || value === undefined ? m.noData : format(value)}
            </span>
          </span>
        );
      })}
    </span>
  );
}

function ChartTable({ title, series, data, format, span, utc }: ChartProps & { utc: boolean }) {
  const inside = data.xs.flatMap((x, at) => (x >= span.from && x <= span.to ? [at] : []));
  const rows = tableRows(
    {
      xs: inside.map((at) => data.xs[at] ?? 0),
      ys: data.ys.map((column) => inside.map((at) => column[at] ?? null)),
    },
    TABLE_ROWS,
  );
  return (
    <div
      tabIndex={0}
      role="group"
      aria-label={title}
      className="focus-inset max-h-48 overflow-auto border-t border-line"
    >
      <table className="w-full text-sm">
        <thead className="sticky top-0 bg-surface text-left text-muted">
          <tr>
            <th scope="col" className="px-3 py-1 font-normal">
              {m.time}
            </th>
            {series.map(({ label }) => (
              <th key={label} scope="col" className="px-3 py-1 text-right font-normal">
                {label}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map(([x, values]) => (
            <tr key={x} className="border-t border-line">
              <th scope="row" className="px-3 py-0.5 text-left font-normal">
                {clock(x * 1000, utc)}
              </th>
              {values.map((value, at) => (
                <td key={series[at]?.label} className="px-3 py-0.5 text-right">
                  {value === null ? m.noData : format(value)}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
