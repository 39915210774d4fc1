/** What runs here. */
import { useQuery } from '@tanstack/react-query';
import { BookOpen } from 'lucide-react';
import { fetchVersion } from '../../api/client';
import { m } from '../../i18n/settings';
import { queries, useRead } from '../../lib/query';
import { useStored } from '../../lib/value';
import { clockOffset } from '../../live/socket';
import { buttonClass } from '../../ui/button';
import { Facts } from '../../ui/facts';
import { Card, Copyable, ErrorState, Skeleton } from '../../ui/page';

export function About() {
  const info = useRead('GetCoreInfo', {});
  const version = useQuery({ queryKey: ['version'], queryFn: fetchVersion }, queries);
  const offset = useStored(clockOffset);
  if (info.error) {
    return (
      <div className="card">
        <ErrorState error={info.error} what={m.load} onRetry={() => void info.refetch()} />
      </div>
    );
  }
  if (!info.data) return <Skeleton rows={4} className="card max-w-[640px]" />;
  const { data } = info;
  return (
    <Card title={m.about} className="max-w-[640px]" bodyClass="flex flex-col gap-4 p-4">
      <Facts
        items={[
          [m.version, version.data ?? '…'],
          [m.address, <Copyable key="a" text={data.webhook_base_url || window.location.origin} />],
          [m.timezone, data.timezone || 'UTC'],
          [m.interval, data.monitoring_interval.replace('-', ' ')],
          [m.clock, m.clockOff((offset / 1000).toFixed(1))],
          [m.publicKey, <Copyable key="k" text={data.public_key} />],
        ]}
      />
      <p className="text-sm text-muted">{m.publicKeyHelp}</p>
      <div className="flex flex-wrap gap-2">
        <a href="/docs" className={buttonClass('plain')}>
          <BookOpen size={14} /> {m.docs}
        </a>
        <a href="/openapi.json" className={buttonClass('quiet')}>
          {m.openapi}
        </a>
      </div>
    </Card>
  );
}
