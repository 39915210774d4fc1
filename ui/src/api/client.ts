/** The only place that talks HTTP to Core: one function per request group, errors as ApiError. */
import { randomId } from '../lib/id';
import { createValue } from '../lib/value';
import type { Answer, Group, Name, Params } from './types';

/** What Core answered instead of a value. `status` 0 means that Core was not reached. */
export class ApiError extends Error {
  override readonly name = 'ApiError';
  readonly status: number;
  readonly code: string;
  readonly trace: readonly string[];
  readonly request: string;
  readonly id: string;

  constructor(fields: {
    status: number;
    message: string;
    code?: string;
    trace?: readonly string[];
    request?: string;
    id?: string;
  }) {
    super(fields.message);
    this.status = fields.status;
    this.code = fields.code ?? '';
    this.trace = fields.trace ?? [];
    this.request = fields.request ?? '';
    this.id = fields.id ?? '';
  }
}

/** True while the session is gone and the re-login dialog is to be shown over the page. */
export const sessionExpired = createValue(false);

/** The UI build that Core serves; differs from ours after Core was updated. */
export const servedBuild = createValue('');

const waiting: Array<() => void> = [];

/** Resolves when the user has logged in again. */
function relogin(): Promise<void> {
  sessionExpired.set(true);
  return new Promise((resolve) => waiting.push(resolve));
}

/** To be called after a successful login: repeats what waited for it. */
export function sessionRestored(): void {
  sessionExpired.set(false);
  for (const resume of waiting.splice(0)) resume();
}

export interface SendOptions {
  signal?: AbortSignal;
  /** Repeats of one intent carry the same key, so that Core runs it once. */
  key?: string;
  /** Answer a 401 with the error instead of the re-login dialog. */
  quiet?: boolean;
}

async function readError(response: Response, request: string): Promise<ApiError> {
  const id = response.headers.get('x-request-id') ?? '';
  const text = await response.text();
  try {
    const body: unknown = JSON.parse(text);
    if (body && typeof body === 'object' && 'error' in body) {
      const { error, trace, code } = body as { error: string; trace?: string[]; code?: string };
      return new ApiError({
        status: response.status,
        message: error,
        trace: trace ?? [],
        code: code ?? '',
        request,
        id,
      });
    }
  } catch {
    // Not ours: a proxy's page. The status says enough.
  }
  return new ApiError({
    status: response.status,
    message: `The server answered ${response.status}${response.statusText ? ` ${response.statusText}` : ''}.`,
    request,
    id,
  });
}

async function call(path: string, init: RequestInit, options: SendOptions): Promise<unknown> {
  let response: Response;
  try {
    response = await fetch(path, {
      credentials: 'same-origin',
      ...init,
      ...(options.signal ? { signal: options.signal } : {}),
    });
  } catch (error) {
    if (error instanceof DOMException && error.name === 'AbortError') throw error;
    throw new ApiError({
      status: 0,
      code: 'unreachable',
      message: 'Core did not answer. Check the network and that Core runs.',
      request: path,
    });
  }
  const build = response.headers.get('x-ui-build');
  if (build) servedBuild.set(build);
  if (response.status === 401 && !options.quiet) {
    await relogin();
    return call(path, init, options);
  }
  if (!response.ok) throw await readError(response, path.slice(1));
  return response.json();
}

/** Sends one request of the contract and answers its value. Throws ApiError. */
export async function send<G extends Group, N extends Name<G>>(
  group: G,
  name: N,
  params: Params<G, N>,
  options: SendOptions = {},
): Promise<Answer<G, N>> {
  const headers: Record<string, string> = { 'Content-Type': 'application/json' };
  if (group === 'write' || group === 'execute') {
    headers['Idempotency-Key'] = options.key ?? randomId();
  }
  const quiet = options.quiet ?? group === 'auth/login';
  return (await call(
    `/${group}/${name}`,
    { method: 'POST', headers, body: JSON.stringify(params) },
    { ...options, quiet },
  )) as Answer<G, N>;
}

/** The user of the session, or throws ApiError with status 401. */
export async function fetchUser(options: SendOptions = {}): Promise<unknown> {
  return call('/user', { method: 'GET' }, { quiet: true, ...options });
}

/** Core's version as plain text. */
export async function fetchVersion(): Promise<string> {
  const response = await fetch('/version');
  return response.ok ? (await response.text()).trim() : '';
}
