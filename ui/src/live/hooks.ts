/** How components read live data; a mounted hook is a subscription. */
import { useCallback, useSyncExternalStore } from 'react';
import { useStored } from '../lib/value';
import type { Row, RowOf, ValueOf } from './protocol';
import { type Connection, connection, store } from './socket';
import type { LinesView, RowsView, ValueView } from './store';

const NOTHING: RowsView<never> = { rows: [], ready: false, error: null };
const NO_VALUE: ValueView<never> = { value: undefined, ready: false, error: null };
const NO_LINES: LinesView = { lines: [], count: 0, dropped: 0 };
const none = () => () => {};

/** All rows of a topic. Renders again when a row is added, removed or (a few times a second) changed. */
export function useRows<T extends string>(topic: T | null): RowsView<RowOf<T>> {
  const subscribe = useCallback(
    (listener: () => void) => (topic === null ? none() : store.watchList(topic, listener)),
    [topic],
  );
  const read = () => (topic === null ? NOTHING : store.rows(topic));
  return useSyncExternalStore(subscribe, read) as unknown as RowsView<RowOf<T>>;
}

/** One row, or undefined. Renders again only when this row changed. */
export function useRow<T extends string>(topic: T, id: string): RowOf<T> | undefined {
  const subscribe = useCallback(
    (listener: () => void) => store.watchRow(topic, id, listener),
    [topic, id],
  );
  return useSyncExternalStore(subscribe, () => store.row(topic, id)) as RowOf<T> | undefined;
}

/** A number that is another whenever rows of the topic came, went or got another name. */
export function useNames(topic: string): number {
  const subscribe = useCallback(
    (listener: () => void) => store.watchList(topic, listener),
    [topic],
  );
  return useSyncExternalStore(subscribe, () => store.names(topic));
}

/** The value of a single-value topic. */
export function useValue<T extends string>(topic: T | null): ValueView<ValueOf<T>> {
  const subscribe = useCallback(
    (listener: () => void) => (topic === null ? none() : store.watchList(topic, listener)),
    [topic],
  );
  const read = () => (topic === null ? NO_VALUE : store.value(topic));
  return useSyncExternalStore(subscribe, read) as ValueView<ValueOf<T>>;
}

/** The output lines of an `update:<id>` topic. The array grows in place: watch `count`. */
export function useLines(topic: string | null): LinesView {
  const subscribe = useCallback(
    (listener: () => void) => (topic === null ? none() : store.watchLines(topic, listener)),
    [topic],
  );
  const read = () => (topic === null ? NO_LINES : store.lines(topic));
  return useSyncExternalStore(subscribe, read);
}

export function useConnection(): Connection {
  return useStored(connection);
}

/** Rows by id, for joins; cheap because the store holds them so already. */
export function peekRow<T extends string>(topic: T, id: string): RowOf<T> | undefined {
  return store.row(topic, id) as RowOf<T> | undefined;
}

export type { Row };
