/** Runs requests for the user: one key per intent, errors as toasts, own runs kept for the dock. */
import { send } from '../api/client';
import type { Answer, Name, Params, Update } from '../api/types';
import { toast } from '../ui/toasts';
import { errorText } from './error-text';
import { randomId } from './id';
import { createValue } from './value';

/** Ids of the updates that this tab started, newest last. The dock shows them. */
export const mine = createValue<readonly string[]>([]);

const MAX_MINE = 50;

export function watchRun(id: string): void {
  if (!mine.get().includes(id)) mine.set([...mine.get(), id].slice(-MAX_MINE));
}

/** What is being sent right now: a second press of the same intent is not sent again. */
const inFlight = new Map<string, Promise<Update | null>>();

/**
 * Starts an execution. Answers its Update, or null after an error, which a toast has told.
 * `title` is the intent in words, such as "Restart grafana".
 */
export function execute<N extends Name<'execute'>>(
  name: N,
  params: Params<'execute', N>,
  title: string,
): Promise<Update | null> {
  const intent = `${name} ${JSON.stringify(params)}`;
  const running = inFlight.get(intent);
  if (running) return running;
  const started = start(name, params, title).finally(() => inFlight.delete(intent));
  inFlight.set(intent, started);
  return started;
}

async function start<N extends Name<'execute'>>(
  name: N,
  params: Params<'execute', N>,
  title: string,
): Promise<Update | null> {
  try {
    const update = (await send('execute', name, params, { key: randomId() })) as Update;
    if (update._id) watchRun(update._id.$oid);
    return update;
  } catch (error) {
    tellError(error, title);
    return null;
  }
}

/** Sends a write. Answers its value, or null after an error, which a toast has told. */
export async function write<N extends Name<'write'>>(
  name: N,
  params: Params<'write', N>,
  title: string,
): Promise<Answer<'write', N> | null> {
  try {
    return await send('write', name, params);
  } catch (error) {
    tellError(error, title);
    return null;
  }
}

export function tellError(error: unknown, title: string): void {
  toast({ tone: 'crit', title: `${title}: failed`, detail: errorText(error) });
}

export { errorText };
