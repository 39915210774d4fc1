/** Loading parts of the app late: a network that blinks is tried again before it is an error. */
import { type ComponentType, type LazyExoticComponent, lazy } from 'react';

const WAITS_MS = [250, 1000, 3000];

/** Loads a chunk; after a failure again, a few times. */
export async function chunk<M>(load: () => Promise<M>): Promise<M> {
  for (const wait of WAITS_MS) {
    try {
      return await load();
    } catch {
      await new Promise((resolve) => setTimeout(resolve, wait));
    }
  }
  return load();
}

/** A component of a chunk that is loaded when it is first shown. */
// biome-ignore lint/suspicious/noExplicitAny: the properties are the component's own
export function lazyPart<C extends ComponentType<any>>(
  load: () => Promise<C>,
): LazyExoticComponent<C> {
  return lazy(async () => ({ default: await chunk(load) }));
}
