/** The log of one container, live. */
import { useNavigate } from '@tanstack/react-router';
import { ChevronDown } from 'lucide-react';
import { useEffect, useState } from 'react';
import { useStored } from '../lib/value';
import { Button } from '../ui/button';
import { showMenu } from '../ui/menu';
import { StateMark, type Tone } from '../ui/state';
import { ALL_LINES, ContainerLog, type SourceState } from './source';
import { m } from './text';
import { LogView } from './view';
import { LogViewer } from './viewer';

type Since = keyof typeof m.sinceChoices;
const TAIL: Partial<Record<Since, number>> = { tail: 1_000, tail10: 10_000 };
const SPAN_MS: Partial<Record<Since, number>> = {
  m15: 15 * 60_000,
  h1: 3_600_000,
  h6: 6 * 3_600_000,
  d1: 86_400_000,
};
/** Between the end of a log and another try, while the container runs. */
const RESUME_MS = 1_200;
/** How much before a linked line is loaded with it. */
const BEFORE_LINK_MS = 5 * 60_000;

interface Opened {
  view: LogView;
  log: ContainerLog;
}

function open(server: string, container: string, since: Since, at: number | undefined): Opened {
  const view = new LogView();
  const span = SPAN_MS[since];
  const from = at !== undefined ? at - BEFORE_LINK_MS : span && Date.now() - span;
  const tail = at !== undefined ? ALL_LINES : (TAIL[since] ?? ALL_LINES);
  const request = { server, container, tail, ...(from ? { since: from } : {}) };
  return { view, log: new ContainerLog(request, view) };
}

/** A log that ended goes on when the container runs again. `at` is a linked line's time. */
export function ContainerLogView({
  server,
  container,
  running,
  at,
  className,
}: {
  server: string;
  container: string;
  running: boolean;
  at?: number | undefined;
  className?: string;
}) {
  const [since, setSince] = useState<Since>('tail');
  const [opened, setOpened] = useState<Opened | null>(null);
  useEffect(() => {
    const next = open(server, container, since, at);
    setOpened(next);
    return () => {
      next.log.close();
      next.view.close();
    };
  }, [server, container, since, at]);
  if (!opened) return <div className={className} />;
  return (
    <Opened
      opened={opened}
      container={container}
      since={since}
      setSince={setSince}
      at={at}
      running={running}
      {...(className ? { className } : {})}
    />
  );
}

function Opened({
  opened: { view, log },
  container,
  since,
  setSince,
  at,
  running,
  className,
}: {
  opened: Opened;
  container: string;
  since: Since;
  setSince: (since: Since) => void;
  at: number | undefined;
  running: boolean;
  className?: string;
}) {
  const navigate = useNavigate();
  const state = useStored(log.state);
  const ended = state.phase === 'ended';
  useEffect(() => {
    if (!running || !ended) return;
    // Docker says that it runs a moment before its log can be followed.
    const timer = setTimeout(() => log.resume(), RESUME_MS);
    return () => clearTimeout(timer);
  }, [running, ended, log]);
  const choose = (next: Since) => {
    if (at !== undefined) {
      void navigate({
        to: '.',
        replace: true,
        search: ((old: Record<string, unknown>) => ({ ...old, at: undefined })) as never,
      });
    }
    setSince(next);
  };
  const items = (Object.keys(m.sinceChoices) as Since[]).map((value) => ({
    label: m.sinceChoices[value],
    checked: value === since,
    onSelect: () => choose(value),
  }));
  return (
    <LogViewer
      view={view}
      name={container}
      live={state.phase !== 'ended'}
      status={<SourceMark state={state} />}
      at={at}
      linkTo={(line) => {
        const url = new URL(window.location.href);
        url.search = new URLSearchParams({ at: String(line.ts) }).toString();
        return url.href;
      }}
      extra={
        <Button
          aria-haspopup="menu"
          tip={m.since}
          onClick={(event) => showMenu(event.currentTarget, items, m.since)}
        >
          {m.sinceChoices[since]}
          <ChevronDown size={14} />
        </Button>
      }
      extraItems={items}
      onLoadOlder={
        since === 'tail' && view.buffer.count >= 1_000 ? () => choose('tail10') : undefined
      }
      {...(className ? { className } : {})}
    />
  );
}

function SourceMark({ state }: { state: SourceState }) {
  const [tone, text] = sourceWords(state);
  return <StateMark tone={tone}>{text}</StateMark>;
}

function sourceWords(state: SourceState): [Tone, string] {
  switch (state.phase) {
    case 'connecting':
      return ['busy', m.connecting];
    case 'reconnecting':
      return ['warn', state.reason ? m.waitingFor(state.reason) : m.reconnecting];
    case 'live':
      return ['ok', m.live];
    case 'ended':
      return ['off', m.ended(state.reason)];
  }
}
